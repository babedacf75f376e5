import numpy as np
import pytest

from pipeline.analysis import Analysis
from tests.signals import audio, in_room, voice, white


def emptied(wave, rate=16000):
    return Analysis(audio(wave, rate)).emptied_ratio


def test_a_recording_in_a_room_has_next_to_none():
    assert emptied(in_room(voice(9.0), -50.0)) < 0.01


def test_what_a_gate_takes_from_within_speech_is_counted():
    """Nothing for 60 ms in every 200: frames of 32 ms that lie within are 2.8 of 20, one more or less by the grid."""
    wave = in_room(voice(9.0), -50.0)
    wave[(np.arange(wave.size) % 3200) < 960] = 0.0
    assert emptied(wave) == pytest.approx(2.8 / 20.0, abs=1.0 / 20.0)


def test_gain_changes_nothing_and_noise_has_none():
    wave = in_room(voice(9.0), -70.0)
    assert emptied(wave * np.float32(0.03)) == pytest.approx(emptied(wave), abs=1e-3)
    assert emptied(white(3.0)) is None
