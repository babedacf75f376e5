import numpy as np
import pytest

from pipeline.analysis import Analysis
from tests.signals import audio, in_room, voice, white


def emptied(wave, rate=16000):
    return Analysis(audio(wave, rate)).emptied_ratio


def test_a_recording_in_a_room_has_next_to_none():
    assert emptied(in_room(voice(9.0), -50.0)) < 0.01


def test_what_is_taken_from_within_loud_speech_is_counted():
    """A band of 5 of 32 set to nothing for half of the time: 8 % of the cells, less what leaks in at its edges."""
    from scipy.signal import fftconvolve, firwin

    wave = in_room(voice(9.0), -50.0)
    kernel = firwin(4095, [1000.0, 1900.0], pass_zero=False, fs=16000, window=("kaiser", 16.0)).astype(np.float32)
    band = fftconvolve(wave, kernel, mode="same")
    away = np.where((np.arange(wave.size) // 8000) % 2 == 0, wave - band, wave).astype(np.float32)
    assert 0.03 < emptied(away) < 0.09


def test_gain_changes_nothing_and_noise_has_none():
    wave = in_room(voice(9.0), -70.0)
    assert emptied(wave * np.float32(0.03)) == pytest.approx(emptied(wave), abs=1e-3)
    assert emptied(white(3.0)) is None
