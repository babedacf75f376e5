import numpy as np
import pytest

from pipeline.analysis import Analysis
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
