import numpy as np
import pytest

from pipeline.analysis import Analysis
from tests.signals import audio, in_room, voice, white


def emptied(wave, rate=16000):
    return Analysis(audio(wave, rate)).emptied_ratio


def test_a_recording_in_a_room_has_next_to_none():
    assert emptied(in_room(voice(9.0), -50.0)) < 0.01


def test_what_is_taken_from_within_loud_speech_is_counted():
    """From 1 to 4 kHz, 15 of 32 bands, nothing for half of the time: 23 % of the cells, of which a Hann window's side
    lobes fill those near the edges, a third at each."""
    from scipy.signal import fftconvolve, firwin

    wave = in_room(voice(9.0), -50.0)
    kernel = firwin(4095, [1000.0, 4000.0], pass_zero=False, fs=16000, window=("kaiser", 16.0)).astype(np.float32)
    band = fftconvolve(wave, kernel, mode="same")
    away = np.where((np.arange(wave.size) // 8000) % 2 == 0, wave - band, wave).astype(np.float32)
    assert 0.23 / 3.0 < emptied(away) < 0.23


def test_gain_changes_nothing_and_noise_has_none():
    wave = in_room(voice(9.0), -70.0)
    assert emptied(wave * np.float32(0.03)) == pytest.approx(emptied(wave), abs=1e-3)
    assert emptied(white(3.0)) is None
