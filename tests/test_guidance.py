"""Every finding is explained, and what the explanations say of limits is what the profile says."""

import re

import pytest

from pipeline.errors import UsageError
from pipeline.findings import EVENT_TEXTS, TEXTS
from pipeline.guidance import explain, explanations, guide_text, page_text
from pipeline.guidance.pages import QUESTIONS
from pipeline.profile import load_profile
from pipeline.stages import STAGES

CODES = [*TEXTS, *EVENT_TEXTS]


@pytest.mark.parametrize("code", CODES)
def test_every_finding_has_every_answer(code):
    answers = explain(code).answers
    assert tuple(answers) == QUESTIONS
    assert all(len(answer) > 7 for answer in answers.values())


def test_nothing_else_is_explained():
    assert list(explanations()) == CODES
    assert page_text().count("\n## ") == len(CODES)


def test_what_a_stage_mends_can_be_mended():
    mended = {code for stage in STAGES.values() for code in stage.mends}
    assert mended == {"clipping", "noisy", "hum", "uneven_level", "dc_offset", "overload", "quiet", "long_pauses"}
    assert not [code for code in mended if explain(code).answers["What can be mended"].startswith("Nothing")]


PARTS = [part for part in load_profile("clone").rubric.parts if part.below or part.above]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_the_limits_that_are_told_are_the_profiles(part):
    for code, limits in ((part.below_code, part.below), (part.above_code, part.above)):
        for limit in limits.values():
            said = explain(code).answers["How it is measured"]
            forms = {f"{limit:g}", f"{100 * limit:g} %", f"{limit / 1000:g} kHz"}
            words = {0.0: ("any ", "Any "), 2.0: ("more than two",), 4.0: ("more than four",)}.get(limit, ())
            found = any(re.search(rf"(?<![\d.]){re.escape(form)}(?![\d.]*\d)", said) for form in forms)
            assert found or any(word in said for word in words), (code, limit, said)


def test_an_unknown_code_gets_a_hint():
    with pytest.raises(UsageError, match="did you mean clipping"):
        explain("cliping")
    with pytest.raises(UsageError, match="there are no_speech, short"):
        explain("zzz")


def text_to_read():
    return " ".join(line.removeprefix(">").strip() for line in guide_text().splitlines() if line.startswith(">"))


def test_the_text_takes_about_45_seconds():
    """At 150 to 175 words a minute, as newsreaders read."""
    words = len(text_to_read().split())
    assert 45.0 * 150 / 60 <= words <= 45.0 * 175 / 60


SPELLINGS = {
    "p": "pours", "b": "boy", "t": "tar", "d": "depth", "k": "cups", "g": "gauge", "f": "fresh", "v": "voice",
    "th (thin)": "thinks", "th (then)": "the", "s": "smells", "z": "choosing", "sh": "ships", "zh": "measuring",
    "h": "harbour", "ch": "watch", "j": "joyce", "m": "move", "n": "notes", "ng": "evening", "l": "light",
    "r": "rope", "w": "water", "y": "yellow", "ee": "tea", "i": "ships", "e": "bread", "a": "channel", "ah": "tar",
    "o": "pilot", "aw": "four", "oo (put)": "could", "oo (two)": "two", "u": "jug", "er": "first", "ay": "awake",
    "eye": "five", "oy": "boy", "ow": "without", "oh": "rope", "eer": "years", "air": "care",
}  # fmt: skip


@pytest.mark.parametrize("sound", list(SPELLINGS))
def test_the_text_has_every_sound_of_english(sound):
    assert re.search(rf"\b{SPELLINGS[sound]}\b", text_to_read().lower())


def test_the_text_has_questions_and_sentences_of_all_lengths():
    text = text_to_read()
    assert text.count("?") >= 2
    lengths = [len(sentence.split()) for sentence in re.split(r"[.?!]", text) if sentence.strip()]
    assert min(lengths) <= 2
    assert max(lengths) >= 20
