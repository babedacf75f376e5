import numpy as np
import pytest

from pipeline.analysis import Analysis
from tests.signals import audio, in_room, voice, white


def speech(rate):
    """Return speech whose upper bands are never empty."""
    wave = voice(9.0, rate)
    loud = np.convolve(np.abs(wave), np.hanning(rate // 20) / (rate / 40), mode="same")
    return in_room(wave + (0.3 * loud * white(9.0, rate, 1.0)).astype(np.float32), -80.0)


def holes(wave, rate=16000):
    return Analysis(audio(wave, rate)).spectral_hole_ratio


@pytest.mark.parametrize("rate", [16000, 44100])
def test_whole_speech_has_no_holes(rate):
    assert holes(speech(rate), rate) < 0.001


def test_silence_between_words_is_no_hole():
    wave = speech(16000)
    assert holes(np.where(voice(9.0) == 0.0, 0.0, wave)) < 0.002


def test_more_emptied_bands_are_more_holes():
    wave = speech(16000)
    few, more, most = (holes(notched(wave, count)) for count in (1, 2, 4))
    assert 0.005 < few < more < most


def notched(wave, count):
    """Return the wave without `count` bands of 500 Hz."""
    spectrum = np.fft.rfft(wave)
    at_hz = np.fft.rfftfreq(wave.size, 1.0 / 16000)
    for low_hz in (2000.0, 3500.0, 5000.0, 6500.0)[:count]:
        spectrum[(at_hz > low_hz) & (at_hz < low_hz + 500.0)] = 0.0
    return np.fft.irfft(spectrum, wave.size).astype(np.float32)


def test_gain_changes_nothing():
    wave = notched(speech(16000), 2)
    assert holes(np.float32(0.03) * wave) == pytest.approx(holes(wave), rel=1e-3)


def test_nothing_spoken_has_no_number():
    assert holes(white(3.0)) is None
