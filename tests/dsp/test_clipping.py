import numpy as np
import pytest

from pipeline.dsp.clipping import FLATNESS, clipped
from tests.signals import in_room, sine, voice


def quantised(wave, bits=16):
    return (np.round(wave * 2 ** (bits - 1)) / 2 ** (bits - 1)).astype(np.float32)


@pytest.mark.parametrize("gain_db", [0.0, -6.0, -20.0])
@pytest.mark.parametrize("rate", [16000, 48000])
def test_cut_tops_are_found_at_any_level(gain_db, rate):
    wave = in_room(voice(9.0, rate))
    limit, gain = np.float32(0.5 * np.abs(wave).max()), np.float32(10 ** (gain_db / 20))
    cut = np.abs(wave) >= limit
    near = np.abs(wave) * gain >= limit * gain - FLATNESS - 1 / 32768  # rounding moves a sample by half a step
    found = clipped(quantised(np.clip(wave, -limit, limit) * gain))
    assert cut.mean() > 0.001
    assert np.mean(found[cut]) > 0.7  # tops of one or two samples are no plateau
    assert not found[~near].any()


def test_clipping_on_one_side_only_is_found():
    wave = in_room(voice(9.0))
    found = clipped(quantised(np.minimum(wave, 0.2)))
    assert found.sum() > 50
    assert np.all(wave[found] > 0.19)


@pytest.mark.parametrize(
    "wave", [in_room(voice(9.0)), voice(9.0, 48000) * 2, sine(440.0, 2.0, 48000, 1.0), sine(100.0, 2.0, 48000, 0.01)]
)
def test_whole_tops_are_left_alone(wave):
    assert not clipped(quantised(wave)).any()


def test_silence_is_not_clipped():
    assert not clipped(np.zeros(1000, np.float32)).any()
