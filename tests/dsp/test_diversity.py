from functools import lru_cache

import numpy as np
import pytest
from scipy.signal import lfilter

from pipeline.analysis import Analysis
from tests.dsp.test_pitch import vowel
from tests.signals import audio, in_room, sine, white

RATE = 16000


@lru_cache(maxsize=8)
def babble(sounds, seconds, seed=5):
    """Return as many different sounds as asked for, each a made pair of resonances, in random order, 0.1 s each."""
    rng = np.random.default_rng(seed)
    source = vowel(120.0 + 20.0 * np.sin(np.arange(round(seconds * RATE)) / RATE * 2.0), RATE, seconds)
    source = lfilter([1.0, -0.9], [1.0], source) + white(seconds, rms=3e-3)
    pieces = []
    for _ in range(sounds):
        wave = source
        for hertz in (rng.uniform(250.0, 900.0), rng.uniform(900.0, 3300.0)):
            wave = lfilter([1.0], [1.0, -1.9 * np.cos(2.0 * np.pi * hertz / RATE), 0.9025], wave)
        pieces.append(wave * 0.1 / wave.std())
    which = np.repeat(rng.integers(sounds, size=round(seconds * 10)), RATE // 10)
    spoken = np.arange(which.size) / RATE % 3.0 > 0.5
    return (np.stack(pieces)[which, np.arange(which.size)] * spoken).astype(np.float32)


def shaped_like(wave):
    """Return noise with the spectrum and the power of the wave."""
    spectrum = np.abs(np.fft.rfft(wave))
    turned = spectrum * np.exp(2j * np.pi * np.random.default_rng(4).uniform(size=spectrum.size))
    return np.fft.irfft(turned, wave.size)


def diversity(wave, rate=RATE):
    return Analysis(audio(wave, rate)).phonetic_diversity


def test_more_sounds_are_more_diverse():
    found = [diversity(in_room(babble(sounds, 12.0))) for sounds in (1, 3, 10, 40)]
    assert found[0] < 0.15
    assert found[0] + 0.05 < found[1] < found[2] - 0.05 < found[3] - 0.1


def test_a_held_vowel_has_next_to_none():
    held = vowel(140.0, RATE, 12.0) * (np.arange(12 * RATE) / RATE % 3.0 > 0.5)
    assert diversity(in_room(held)) < 0.05


def test_more_time_shows_more_of_many_sounds_and_no_more_of_few():
    assert diversity(in_room(babble(60, 30.0))) > diversity(in_room(babble(60, 30.0)[: 5 * RATE])) + 0.1
    assert diversity(in_room(babble(3, 30.0))) < diversity(in_room(babble(60, 30.0)[: 5 * RATE]))


@pytest.mark.parametrize(
    "change",
    [
        lambda wave: 0.03 * wave,
        lambda wave: lfilter([1.0, -0.9], [1.0], wave),
        lambda wave: lfilter([0.3], [1.0, -0.7], wave),
        lambda wave: wave + 0.1 * shaped_like(wave),
    ],
    ids=["gain", "brighter", "darker", "noise 20 dB down"],
)
def test_neither_gain_nor_colour_nor_a_little_noise_matters(change):
    wave = in_room(babble(20, 12.0))
    assert diversity(change(wave).astype(np.float32)) == pytest.approx(diversity(wave), abs=0.05)


@pytest.mark.parametrize("wave", [white(3.0), sine(440.0, 3.0), np.zeros(RATE, np.float32)])
def test_what_is_no_speech_has_none(wave):
    assert diversity(wave) is None
