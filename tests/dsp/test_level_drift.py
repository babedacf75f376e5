import numpy as np
import pytest

from pipeline.analysis import Analysis
from pipeline.dsp.level_drift import far_louder
from tests.signals import audio, in_room, voice, white

SPOKEN = voice(30.0)
HALVES = np.where(np.arange(SPOKEN.size) < SPOKEN.size // 2, 1.0, 10.0**-0.5)


def drift(wave):
    return Analysis(audio(wave)).level_drift_db


def test_a_steady_voice_hardly_drifts():
    assert drift(in_room(SPOKEN)) < 1.0


@pytest.mark.parametrize("floor_dbfs", [-70.0, -45.0])
def test_halves_ten_decibels_apart_drift_by_ten(floor_dbfs):
    assert drift(in_room(SPOKEN * HALVES, floor_dbfs)) == pytest.approx(10.0, abs=1.0)


def test_a_fade_shows_four_fifths_of_itself():
    # From the 10th to the 90th percentile of a straight line, less what the first and last window blur.
    assert drift(in_room(SPOKEN * 10.0 ** (np.linspace(0.0, -12.0, SPOKEN.size) / 20.0))) == pytest.approx(8.8, abs=1.0)


def test_how_much_is_paused_does_not_matter():
    short, long = (np.concatenate([SPOKEN, np.zeros(round(16000 * pause)), SPOKEN]) for pause in (0.5, 20.0))
    assert drift(in_room(short)) == pytest.approx(drift(in_room(long)), abs=0.3)


@pytest.mark.parametrize("wave", [in_room(voice(4.0)), white(9.0), np.zeros(16000, np.float32)])
def test_too_little_voice_has_none(wave):
    assert drift(wave) is None


FRAMES, HOP = 3000, 0.01
SPEECH = np.arange(FRAMES) % 100 < 80  # 24 s of it


def powers(*louder):
    """Return 30 s of even speech, with stretches of frames by so many decibels louder."""
    power = np.where(SPEECH, 1e-3, 1e-8)
    for start, stop, over_db in louder:
        power[start:stop] *= 10.0 ** (over_db / 10.0)
    return power


@pytest.mark.parametrize(("start", "stop"), [(0, 300), (1200, 1500), (2700, 3000)])
def test_far_louder_seconds_are_left_out_with_the_breath_group_they_stand_in(start, stop):
    found = far_louder(powers((start, stop, 20.0)), SPEECH)
    assert found[start:stop].all()
    # Of a window (1.5 s of speech, 1.9 s with its pauses) that reaches into 20 dB more, a fourteenth is 8 dB more.
    assert not found[: max(0, start - 190)].any()
    assert not found[stop + 190 :].any()


@pytest.mark.parametrize("louder", [(), ((1200, 1500, 7.0),), ((0, 1600, 30.0),)])
def test_usual_speech_is_not_left_out(louder):
    """Nor is what is louder for more than half of the time: then that is the usual."""
    assert not far_louder(powers(*louder), SPEECH).any()


def test_where_nothing_would_be_left_nothing_is_left_out():
    speech = np.ones(320, dtype=bool)
    assert not far_louder(np.where((np.arange(320) < 20) | (np.arange(320) >= 280), 1.0, 1e-4), speech).any()
    assert not far_louder(np.ones(200), np.ones(200, dtype=bool)).any()
