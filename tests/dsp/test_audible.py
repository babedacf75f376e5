import numpy as np
import pytest

from pipeline.analysis import Analysis
from tests.signals import audio, in_room, voice, white


def audible(wave, rate=16000):
    return Analysis(audio(wave, rate)).audible_snr_db


def test_noise_of_one_power_is_heard_less_where_it_lies_in_few_bands():
    """The plain SNR is the same: only the bands differ."""
    clean, hiss = in_room(voice(9.0), -90.0), white(9.0, rms=1.0, seed=6)
    low = np.convolve(hiss, np.ones(60) / 60.0, mode="same").astype(np.float32)
    low -= low.mean()
    mixed = [clean + 0.005 * (noise / np.float32(noise.std())) for noise in (low, hiss)]
    assert audible(mixed[0]) > audible(mixed[1]) + 1.0


def test_more_noise_is_heard_more_and_gain_changes_nothing():
    noisy = [in_room(voice(9.0), floor_dbfs) for floor_dbfs in (-70.0, -55.0, -40.0)]
    values = [audible(wave) for wave in noisy]
    assert values == sorted(values, reverse=True)
    assert audible(noisy[1] * np.float32(0.05)) == pytest.approx(values[1], abs=0.05)
    assert audible(white(3.0)) is None
