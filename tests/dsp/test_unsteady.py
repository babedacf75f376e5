import numpy as np

from pipeline.analysis import Analysis
from tests.signals import audio, in_room, voice, white

RATE = 16000


def limit(wave):
    return Analysis(audio(wave, RATE)).snr_limit_db


def test_a_clean_voice_is_not_limited():
    assert limit(in_room(voice(12.0), -75.0)) > 60.0


def test_noise_that_comes_and_goes_is_seen():
    """Hiss for three seconds of every six, 10 dB under the speech: over all of it 13 dB, while it is there 10."""
    wave, hiss = in_room(voice(12.0), -75.0), white(12.0, rms=1.0, seed=3)
    spoken = np.repeat(Analysis(audio(wave, RATE)).spoken, RATE // 100)[: wave.size]
    on = np.arange(wave.size) // (3 * RATE) % 2 == 0
    level = float(np.sqrt(np.mean(wave[spoken] ** 2)))
    noisy = Analysis(audio(wave + np.float32(0.316 * level) * hiss * on, RATE))
    assert 8.0 < noisy.snr_limit_db < 20.0
    assert noisy.audible_snr_db <= noisy.snr_limit_db


def test_digital_silence_between_words_is_no_dip_and_gain_changes_nothing():
    wave = in_room(voice(12.0), -35.0)
    gated = wave.copy()
    gated[5 * RATE : 7 * RATE] = 0.0
    assert abs(limit(gated) - limit(wave)) < 3.0
    assert abs(limit(wave * np.float32(0.01)) - limit(wave)) < 0.1


def test_too_little_to_tell():
    assert limit(in_room(voice(1.5), -60.0)) is None
    assert limit(white(3.0)) is None
