import numpy as np
import pytest

from pipeline.analysis import Analysis
from tests.signals import audio, in_room, sine, voice, white

PLACES_S = (0.3, 1.43, 3.2)  # in a pause, between syllables, in a pause


def places_s(wave, rate):
    return Analysis(audio(wave, rate)).clicks.mean(axis=1) / rate


@pytest.mark.parametrize("gain", [1.0, 0.03])
@pytest.mark.parametrize("rate", [16000, 44100])
@pytest.mark.parametrize("width", [1, 4, 12])
def test_clicks_are_found_where_they_are(width, rate, gain):
    wave = in_room(voice(3.4, rate), -70.0)
    for place in PLACES_S:
        wave[round(place * rate) : round(place * rate) + width] += np.float32(0.4)
    assert places_s(np.float32(gain) * wave, rate) == pytest.approx(PLACES_S, abs=0.002)


def test_a_jump_is_a_click():
    wave = sine(110.0, 3.0)
    wave[20000:] *= -1.0
    wave[20000:] += np.float32(2.0 * wave[19999])
    wave[30000:] -= np.float32(0.3)
    assert places_s(wave, 16000)[-1] == pytest.approx(30000 / 16000, abs=0.002)


def test_a_burst_that_goes_on_is_no_click():
    wave = in_room(voice(6.0), -70.0)
    wave[4000:4480] += white(0.03, rms=0.3)
    assert places_s(wave, 16000).size == 0


@pytest.mark.parametrize(
    "wave", [in_room(voice(9.0), -70.0), white(3.0), sine(440.0, 3.0), np.zeros(32000, np.float32), np.zeros(5)]
)
def test_steady_sound_and_speech_do_not_click(wave):
    assert places_s(wave, 16000).size == 0


def test_clicks_of_a_faint_take_are_found_beside_far_louder_seconds():
    """A third of it is 30 dB louder: its usual changes say nothing of the others."""
    wave = np.float32(0.03) * in_room(voice(20.0), -70.0)
    wave[30000::50000] += np.float32(0.02)
    near = in_room(voice(8.0, seed=9), -100.0)
    alone = places_s(wave, 16000)
    assert alone.size == 5
    assert places_s(np.concatenate([near, wave]), 16000) == pytest.approx(alone + 8.0, abs=0.002)
