import numpy as np
import pytest
from scipy.signal import resample

from pipeline.analysis import Analysis
from tests.dsp.test_diversity import RATE, babble
from tests.signals import audio, in_room, sine, voice, white


def other(wave, by=1.2):
    """Return the voice of someone whose throat is shorter: every frequency higher, played in less time."""
    return resample(wave, round(wave.size / by)).astype(np.float32)


def changes_s(wave):
    found = Analysis(audio(in_room(wave))).speaker_changes
    return None if found is None else found * 0.01


ONE = babble(25, 12.0)


@pytest.mark.parametrize("wave", [ONE, np.tile(ONE, 3), voice(30.0)], ids=["short", "long", "synthetic"])
def test_one_speaker_has_no_change(wave):
    assert changes_s(wave).size == 0


@pytest.mark.parametrize("by", [1.2, 0.8])
def test_another_voice_is_found_where_it_starts(by):
    assert changes_s(np.concatenate([ONE, other(ONE, by)])) == pytest.approx([12.0], abs=2.0)  # half a window


def test_a_voice_in_between_makes_two_changes():
    between = other(ONE)
    found = changes_s(np.concatenate([ONE, between, ONE]))
    assert found == pytest.approx([12.0, 12.0 + between.size / RATE], abs=2.0)


def test_a_change_of_level_is_no_change_of_speaker():
    assert changes_s(np.concatenate([ONE, 0.3 * ONE])).size == 0


@pytest.mark.parametrize("wave", [white(9.0), sine(440.0, 9.0), np.zeros(RATE, np.float32), voice(3.0)])
def test_it_takes_enough_speech(wave):
    assert changes_s(wave) is None
