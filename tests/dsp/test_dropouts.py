import numpy as np
import pytest

from pipeline.analysis import Analysis
from tests.signals import audio, in_room, sine, voice, white

RATE = 16000


def gapped(wave, rate, places_s, length_s):
    wave = wave.copy()
    for place in places_s:
        wave[round(place * rate) : round((place + length_s) * rate)] = 0.0
    return wave


def found_s(wave, rate=RATE):
    return [(start / rate, stop / rate) for start, stop in Analysis(audio(wave, rate)).dropouts]


@pytest.mark.parametrize("offset", [0.0, 0.05])
@pytest.mark.parametrize("gain", [1.0, 0.03])
@pytest.mark.parametrize("rate", [16000, 44100])
@pytest.mark.parametrize("length_s", [0.01, 0.03, 0.1])
def test_gaps_in_speech_are_found_where_they_are(length_s, rate, gain, offset):
    places = (1.012, 2.44, 3.87)  # within syllables: sound on both sides
    wave = gapped(in_room(voice(6.0, rate), -60.0), rate, places, length_s) * np.float32(gain) + np.float32(offset)
    found = found_s(wave, rate)
    assert len(found) == 3
    for (start, stop), place in zip(found, places, strict=True):
        assert start == pytest.approx(place, abs=0.002)
        assert stop == pytest.approx(place + length_s, abs=0.002)


@pytest.mark.parametrize(
    "wave", [in_room(voice(9.0), -90.0), voice(9.0), white(3.0), sine(60.0, 3.0), np.zeros(RATE, np.float32)]
)
def test_pauses_and_steady_sound_are_no_gaps(wave):
    assert found_s(wave) == []


def test_a_gap_in_a_pause_cannot_be_told():
    assert found_s(gapped(in_room(voice(6.0), -60.0), RATE, (3.2,), 0.03)) == []


def faded(wave, rate, places_s, length_s, fade_s):
    wave, fade = wave.copy(), round(fade_s * rate)
    gain = np.interp(np.arange(round(length_s * rate)), [0, fade], [1.0, 0.0])
    for place in places_s:
        start = round(place * rate)
        wave[start : start + gain.size] *= np.maximum(gain, gain[::-1])
    return wave.astype(np.float32)


@pytest.mark.parametrize("fade_s", [0.002, 0.003])
@pytest.mark.parametrize("rate", [16000, 44100])
def test_a_gap_that_fades_is_found(rate, fade_s):
    wave = faded(in_room(voice(6.0, rate), -90.0), rate, (1.012, 3.87), 0.03, fade_s)
    found = found_s(wave, rate)
    assert len(found) == 2
    assert [start for start, _ in found] == pytest.approx([1.012, 3.87], abs=0.006)


@pytest.mark.parametrize("gain", [1.0, 0.7])
@pytest.mark.parametrize("lag_s", [0.01, 0.02])
def test_a_repeated_packet_is_found(lag_s, gain):
    wave, lag, start = in_room(voice(6.0), -60.0), round(lag_s * RATE), round(1.012 * RATE)
    for packet in range(3):
        at = start + packet * lag
        wave[at : at + lag] = np.float32(gain) * wave[at - lag : at]
    found = found_s(wave)
    assert len(found) == 1
    assert found[0][0] == pytest.approx(1.012, abs=0.006)
    assert found[0][1] == pytest.approx(1.012 + 3 * lag_s, abs=0.006)


@pytest.mark.parametrize("frequency_hz", [50.0, 100.0, 200.0])
def test_a_tone_repeats_itself_and_lost_nothing(frequency_hz):
    assert found_s(sine(frequency_hz, 3.0)) == []
