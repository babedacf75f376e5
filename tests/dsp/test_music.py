import numpy as np
import pytest

from pipeline.analysis import Analysis
from pipeline.metrics.music import Music
from tests.signals import audio, in_room, sine, voice, white

RATE = 16000


def chords(seconds, rate=RATE):
    """Return a struck triad every two seconds, its partials dying away."""
    at = np.arange(2 * rate) / rate
    roots = np.resize([220.0, 293.66, 329.63, 246.94], int(seconds / 2.0))
    struck = [
        sum(np.cos(2.0 * np.pi * root * third * k * at) / k for third in (1.0, 1.26, 1.498) for k in range(1, 8))
        * np.exp(-1.5 * at)
        for root in roots
    ]
    wave = np.concatenate(struck)
    return (0.1 * wave / wave.std()).astype(np.float32)


def music(wave, rate=RATE):
    return Music().measure(Analysis(audio(wave, rate)))


def test_music_alone_holds_its_tones():
    assert music(chords(12.0)).value > 0.8
    assert music(sine(1000.0, 3.0)).value > 0.98


@pytest.mark.parametrize("wave", [in_room(voice(12.0)), in_room(voice(12.0, seed=3)), white(5.0)])
def test_neither_a_voice_nor_noise_does(wave):
    assert music(wave).value < 0.05


@pytest.mark.parametrize("rate", [16000, 44100])
@pytest.mark.parametrize("under_db", [0.0, 10.0])
def test_music_under_a_voice_is_heard(under_db, rate):
    spoken = voice(12.0, rate)
    quiet = chords(12.0, rate) * spoken.std() * 10.0 * 10.0 ** (-under_db / 20.0)
    assert music(in_room(spoken + quiet), rate).value > 0.15


def test_the_place_is_told_and_neither_gain_nor_silence_around_matters():
    wave = in_room(voice(12.0))
    wave[4 * RATE : 8 * RATE] += chords(4.0)
    found = music(wave)
    (start, end), *more = found.at_s
    assert start == pytest.approx(4.0, abs=0.3)
    assert (more[-1] if more else (start, end))[1] == pytest.approx(8.0, abs=1.0)  # its last chord dies away
    padded = np.concatenate([np.zeros(5 * RATE), 0.05 * wave, np.zeros(5 * RATE)])
    assert music(padded).value == pytest.approx(found.value, abs=0.02)


@pytest.mark.parametrize("wave", [np.zeros(RATE, np.float32), sine(1000.0, 0.2), np.full(1, 0.25, np.float32)])
def test_silence_and_blinks_of_sound_have_none(wave):
    assert music(wave).value is None
