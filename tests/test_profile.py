import pickle
import subprocess
import sys

import pytest

from pipeline.errors import ProfileError, UsageError
from pipeline.profile import load_profile, profile_paths, read_profile
from pipeline.registry import make_step
from pipeline.spelling import did_you_mean
from pipeline.stages import TrimSilence

MINIMAL = """
name = "mine"
description = "For the test."
[[steps]]
use = "trim"
[grade]
accept_score = 50
review_score = 10
[grade.parts.duration]
metric = "speech_s"
weight = 1
points = [[0, 0], [10, 100]]
[[examples]]
name = "enough"
metrics = { speech_s = 9 }
status = "accepted"
"""


@pytest.fixture
def profile(tmp_path):
    def write(text):
        path = tmp_path / "mine.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_the_built_in_profiles_load_and_their_examples_hold():
    assert list(profile_paths()) == ["archive", "clone", "strict"]
    for name, path in profile_paths().items():
        plan = load_profile(name)
        assert plan.name == name
        assert len(read_profile(path).examples) >= 2
        assert pickle.loads(pickle.dumps(plan)).digest() == plan.digest()


def test_clone_runs_its_steps_in_order_with_loudness_last():
    assert [stage.name for stage in load_profile("clone").stages] == [
        "declip",
        "rumble",
        "hum",
        "trim",
        "denoise",
        "loudness",
    ]
    assert [stage.name for stage in load_profile("archive").stages] == ["trim"]


def test_a_file_of_ones_own(profile):
    plan = load_profile(profile(MINIMAL))
    assert plan.stages == (TrimSilence(),)
    assert plan.rubric.accept_score == 50.0


def test_every_mistake_is_told_at_once(profile):
    text = MINIMAL.replace("accept_score = 50", "accept_score = 500").replace('metric = "speech_s"', "metric = 3")
    with pytest.raises(ProfileError) as caught:
        load_profile(profile(text + 'colour = "red"'))
    assert "accept_score" in str(caught.value)
    assert "grade.parts.duration.metric" in str(caught.value)
    assert any("colour" in mistake for mistake in caught.value.mistakes)
    assert len(caught.value.mistakes) >= 3


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('use = "trim"', 'use = "trimm"', "did you mean trim?"),
        ('use = "trim"', 'use = "trim"\npad = 1.0', "did you mean pad_s?"),
        ('use = "trim"', 'use = "trim"\npad_s = "wide"', "must be a number such as 0.15, not 'wide'"),
        ('use = "trim"', 'use = "trim"\npad_s = -1.0', "pad_s must be 0 to 10"),
        ('use = "trim"', "pad_s = 1.0", "it has no name"),
        ("[[0, 0], [10, 100]]", "[[0, 0], [5, 80], [10, 20]]", "only rise or only fall"),
        ("[[0, 0], [10, 100]]", "[[10, 0], [0, 100]]", "must rise"),
        ("[[0, 0], [10, 100]]", "[[0, 0], [10, 200]]", "between 0 and 100"),
        ("[[0, 0], [10, 100]]", "[]", "needs a curve"),
        ("weight = 1", "weight = 1\nreject_below = 3", "needs its finding"),
        ("review_score = 10", "review_score = 90", "must not be above"),
        ("weight = 1", "weight = 0", "at least one part"),
        ('status = "accepted"', 'status = "rejected"', "comes out as accepted, but says rejected"),
        ('status = "accepted"', 'status = "fine"', "examples.0.status"),
        ('name = "mine"', 'name = "mine', "it is not TOML"),
        ('name = "mine"', 'name = "mine"\nextends = "nothing"', "no other built-in profile"),
    ],
)
def test_each_mistake_has_its_sentence(profile, old, new, said):
    assert old in MINIMAL
    with pytest.raises(ProfileError, match=said.replace("?", r"\?")):
        load_profile(profile(MINIMAL.replace(old, new)))


def test_an_unknown_profile_names_the_known_ones():
    with pytest.raises(UsageError, match="archive, clone, strict"):
        load_profile("klone")


@pytest.mark.parametrize(
    ("setting", "check"),
    [
        ("trim.pad_s=0.4", lambda plan: plan.stages[3].pad_s == 0.4),
        ("trim.pad_s=1", lambda plan: plan.stages[3].pad_s == 1),
        ("loudness.target_lufs=-18", lambda plan: plan.stages[5].target_lufs == -18),
        ("grade.accept_score=75", lambda plan: plan.rubric.accept_score == 75.0),
        ("encode.subtype=PCM_24", lambda plan: plan.subtype == "PCM_24"),
        ("grade.parts.snr.review_below=18", lambda plan: plan.rubric.parts[0].below["review"] == 18.0),
    ],
)
def test_settings_change_one_thing(setting, check):
    plan = load_profile("clone", [setting])
    assert check(plan)
    assert plan.digest() != load_profile("clone").digest()


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("trim", "STEP.FIELD=VALUE"),
        ("trim.=3", "STEP.FIELD=VALUE"),
        ("=3", "STEP.FIELD=VALUE"),
        ("trimm.pad_s=1", "no step trimm"),
        ("grade.parts.nothing.weight=1", "no grade.parts.nothing"),
        ("trim.pad=1", "did you mean pad_s"),
        ("encode.subtype=MP3", "encode.subtype: must be 'PCM_16' or 'PCM_24', not 'MP3'"),
        ("grade.accept_score=high", "with --set has 1 mistake:\n  - grade.accept_score: must be a number, not 'high'"),
        ("grade.accept_score=500", "grade.accept_score: must be at most 100, not 500"),
        ("grade.parts.snr.weight=-1", "grade.parts.snr.weight: must be at least 0, not -1"),
        ("grade.parts.snr.points=3", "grade.parts.snr.points: must be a list, not 3"),
        ("grade.parts.snr.below=3", "grade.parts.snr.below: must be a text, not 3"),
        ("loudness.target_lufs=x", "loudness.target_lufs must be a number such as -20.0, not 'x'"),
    ],
)
def test_a_wrong_setting_is_refused(setting, said):
    with pytest.raises(UsageError, match=said):
        load_profile("clone", [setting])


def test_the_digest_is_the_same_in_another_process():
    code = "from pipeline.profile import load_profile; print(load_profile('clone').digest())"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == load_profile("clone").digest()


def test_a_step_needs_the_shape_of_one(monkeypatch):
    class Entry:
        name, value = "odd", "nowhere:odd"

        @staticmethod
        def load():
            return type("Odd", (), {"__init__": lambda self: None})

    monkeypatch.setattr("pipeline.registry.entry_points", lambda group: [Entry])
    with pytest.raises(UsageError, match="neither a stage"):
        make_step({"use": "odd"})


def test_hints_name_the_nearest_or_all():
    assert did_you_mean("lodness", ["loudness", "trim"]) == ": did you mean loudness?"
    assert did_you_mean("xyz", ["loudness", "trim"]) == ": there are loudness, trim."
