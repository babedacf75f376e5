from pathlib import Path

import numpy as np
import pytest

from pipeline.dsp.voiceprint import Voiceprint
from pipeline.plan import Selection
from pipeline.selection.choosing import choose
from pipeline.selection.clips import Clip
from tests.selection.test_likeness import drawn

PRINTS = drawn(12)
WANTED = Selection(60.0, 30.0)


def clip(number, **fields):
    """Return a good clip of six seconds of the one speaker, but for what is said of it."""
    heard = np.random.default_rng(number).standard_normal((600, 8)).astype(np.float32)
    usual = {
        "path": f"{number:02d}.wav",
        "file": Path("none"),
        "start_s": 0.0,
        "stop_s": 6.0,
        "speech_s": 5.0,
        "cost": 0.1,
        "floor_db": 40.0,
        "c50_db": 28.0,
        "pitch_hz": 120.0,
        "voiceprint": PRINTS[number],
        "heard": heard,
        "sample_rate_hz": 44_100,
        "lossless": True,
    }
    return Clip(**(usual | fields))


def reasons(clips, wanted=WANTED):
    return [choice.code for choice in choose(clips, wanted).choices]


def test_all_good_clips_are_used_up_to_what_is_wanted():
    assert reasons([clip(n) for n in range(8)]) == [""] * 8
    found = reasons([clip(n, cost=0.1 + 0.001 * n) for n in range(12)], Selection(42.0, 30.0))
    assert found == [""] * 8 + ["spare"] * 4


@pytest.mark.parametrize(
    ("odd", "code", "says"),
    [({"cost": 3.0}, "bad", "a score of 5"), ({"cost": 0.7}, "worse", "a score of 50"),
     ({"floor_db": 20.0}, "noise", "20 dB more noise"), ({"voiceprint": None}, "untold", "too little speech")],
)  # fmt: skip
def test_what_is_left_out_and_why(odd, code, says):
    choices = choose([*(clip(n) for n in range(8)), clip(8, **odd)], WANTED).choices
    assert [choice.code for choice in choices] == [*[""] * 8, code]
    assert says in choices[-1].why


def test_less_noise_is_another_floor_too():
    choices = choose([*(clip(n, floor_db=28.0) for n in range(8)), clip(8, floor_db=44.0)], WANTED).choices
    assert choices[-1].why == "it has 16 dB less noise under the voice than the best"


def test_an_unknown_floor_is_not_held_against_a_clip():
    assert reasons([*(clip(n) for n in range(8)), clip(8, floor_db=None)]) == [""] * 9


def test_where_there_is_not_enough_worse_clips_are_taken():
    assert reasons([clip(0), clip(1), clip(2, cost=0.7), clip(3, cost=0.9)]) == [""] * 4


def test_of_copies_the_best_is_kept_and_of_equals_the_one_that_is_not_coded():
    heard = clip(0).heard
    coded = clip(1, heard=heard, lossless=False)
    worse = clip(2, heard=heard, cost=0.5)
    others = [clip(n) for n in range(3, 9)]
    assert reasons([coded, clip(0, heard=heard), worse, *others])[:3] == ["copy", "", "copy"]


@pytest.mark.parametrize(
    ("odd", "says"),
    [({"pitch_hz": 210.0}, "another speaker: pitch 210 Hz, the others 120 Hz"),
     ({"floor_db": 20.0}, "another place: 20 dB more noise under the voice than the others"),
     ({"c50_db": 8.0}, "another room: clarity (C50) 8 dB, the others 28 dB"),
     ({"c50_db": 22.0}, "another speaker, room or microphone"),
     ({"pitch_hz": None, "c50_db": None}, "another speaker, room or microphone")],
)  # fmt: skip
def test_what_an_unlike_clip_may_be(odd, says):
    (far,) = drawn(1, shift=3.0, seed=2)
    choices = choose([*(clip(n) for n in range(8)), clip(8, **odd | {"voiceprint": far})], WANTED).choices
    assert choices[-1].code == "unlike"
    assert says in choices[-1].why


def test_a_single_clip_is_compared_with_nothing():
    (choice,) = choose([clip(0)], WANTED).choices
    assert (choice.code, choice.unlike) == ("", None)
    assert choose([], WANTED).used == []


def test_a_print_of_few_frames_is_not_surer_than_it_is():
    short = Voiceprint(drawn(1, shift=0.45, seed=4)[0].values, 80)
    long = Voiceprint(short.values, 2000)
    found = [
        choose([*(clip(n) for n in range(8)), clip(8, voiceprint=each)], WANTED).choices[-1] for each in (short, long)
    ]
    assert found[0].unlike < found[1].unlike
