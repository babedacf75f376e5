import numpy as np
import pytest
from scipy.signal import fftconvolve

from pipeline.analysis import Analysis
from tests.signals import audio, in_room, sine, voice, white


def response(rate, seconds, direct_db):
    """Return a made room: a direct sound and a decaying tail, and its true C50."""
    tail = white(seconds, rate, seed=9) * 10.0 ** (-3.0 * np.arange(round(seconds * rate)) / (seconds * rate))
    tail *= np.sqrt(10.0 ** (-direct_db / 10.0) / np.sum(tail**2))
    tail[0] = 1.0
    early = round(0.05 * rate)
    return tail, 10.0 * np.log10(np.sum(tail[:early] ** 2) / np.sum(tail[early:] ** 2))


def measured(wave, rate=16000):
    return Analysis(audio(wave, rate)).reverb_c50_db


@pytest.mark.parametrize("rate", [16000, 44100])
def test_rooms_are_ranked_and_a_hall_is_told_from_a_booth(rate):
    dry = voice(12.0, rate)
    rooms = [response(rate, seconds, direct) for seconds, direct in ((0.3, 10.0), (0.6, 3.0), (1.5, -3.0))]
    found = [measured(in_room(fftconvolve(dry, room)[: dry.size], -70.0), rate) for room, _ in rooms]
    assert measured(in_room(dry, -70.0), rate) > found[0] > found[1] > found[2]
    assert found[2] < 10.0 < found[0]
    assert all(abs(value - truth) < 7.0 for value, (_, truth) in zip(found[1:], rooms[1:], strict=True))


def test_gain_changes_nothing():
    wave = in_room(voice(12.0), -60.0)
    assert measured(wave * np.float32(0.03)) == pytest.approx(measured(wave), abs=0.05)


@pytest.mark.parametrize("wave", [white(3.0), sine(440.0, 3.0), np.zeros(16000, np.float32)])
def test_what_shows_no_endings_has_none(wave):
    assert measured(wave) is None


@pytest.mark.parametrize("words_s", [0.15, 0.3])
def test_parts_with_a_word_or_two_say_nothing_of_the_room(words_s):
    """A minute whose last third holds less than the modulation is told by: the rest speaks for it."""
    wave = in_room(voice(60.0), -70.0)
    words = wave.copy()
    words[40 * 16000 :] = in_room(np.zeros(20 * 16000, np.float32), -70.0)
    stop = (50 + words_s) * 16000
    words[50 * 16000 : round(stop)] = wave[50 * 16000 : round(stop)]
    assert measured(words) == pytest.approx(measured(wave[: 40 * 16000]), abs=2.0)


def test_of_a_take_of_one_part_no_frame_is_left_off(monkeypatch):
    wave = in_room(voice(12.3), -70.0)
    before = measured(wave)
    monkeypatch.setattr("pipeline.dsp.reverb._QUICK", 500)
    assert measured(wave) == before
