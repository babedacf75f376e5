import numpy as np
import pytest

from pipeline.analysis import Analysis
from pipeline.dsp.pitch import thinned, track_pitch
from tests.signals import audio, sine, voice, white

RATE = 16000


def vowel(pitch_hz, rate=RATE, seconds=None):
    """Return harmonics under two formants at a pitch that may change from sample to sample."""
    track = np.broadcast_to(np.asarray(pitch_hz, dtype=float), (round((seconds or 1.0) * rate),))
    phase = 2.0 * np.pi * np.cumsum(track) / rate
    harmonics = range(1, int(3500.0 / track.max()) + 1)
    level = [1.0 / k + np.exp(-(((k * track.mean() - 650.0) / 300.0) ** 2)) for k in harmonics]
    wave = sum(gain * np.cos(k * phase + k * k) for k, gain in zip(harmonics, level, strict=True))
    return (0.1 * wave / np.std(wave)).astype(np.float32)


def tracked(wave, rate=RATE):
    frames = 1 + wave.size // round(0.01 * rate)
    return track_pitch(thinned(wave, rate), np.ones(frames, dtype=bool))


@pytest.mark.parametrize("rate", [8000, 16000, 44100])
@pytest.mark.parametrize("pitch_hz", [70.0, 90.0, 120.0, 180.0, 260.0, 400.0])
def test_a_known_pitch_is_found_in_noise_ten_db_under_it(pitch_hz, rate):
    found = tracked(vowel(pitch_hz, rate) + white(1.0, rate, 0.1 * 10.0**-0.5), rate)
    inside = found.hz[10:-10]
    assert np.mean(inside > 0.0) > 0.95
    assert np.mean(np.abs(inside[inside > 0.0] / pitch_hz - 1.0) > 0.2) < 0.02
    assert np.median(inside[inside > 0.0]) == pytest.approx(pitch_hz, rel=0.01)


def test_a_glide_over_an_octave_is_followed():
    track = 110.0 * 2.0 ** np.linspace(0.0, 1.0, 2 * RATE)
    found = tracked(vowel(track, RATE, 2.0)).hz[10:-10]
    assert np.abs(found / track[:: RATE // 100][10 : 10 + found.size] - 1.0).max() < 0.03


def test_noise_has_hardly_any_pitch():
    assert tracked(white(3.0)).voiced.mean() < 0.05


def test_strength_falls_with_noise_and_stays_within_one():
    clear, noisy = (tracked(vowel(150.0) + white(1.0, rms=rms)) for rms in (1e-4, 0.05))
    assert 0.5 < np.median(noisy.strength) < np.median(clear.strength) <= 1.0


def test_the_synthetic_voice_has_its_own_pitch_and_gain_changes_nothing():
    wave = voice(9.0) + white(9.0, rms=1e-3)
    first, second = (Analysis(audio(gain * wave)).pitch for gain in (1.0, 0.05))
    assert np.median(first.hz[first.voiced]) == pytest.approx(120.0, rel=0.05)
    assert np.array_equal(first.voiced, second.voiced)


@pytest.mark.parametrize("wave", [np.zeros(RATE, np.float32), sine(1000.0, 2.0), np.full(1, 0.25, np.float32)])
def test_where_no_one_speaks_there_is_no_pitch(wave):
    assert not Analysis(audio(wave)).pitch.voiced.any()
