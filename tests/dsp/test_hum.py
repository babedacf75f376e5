import numpy as np
import pytest

from pipeline.analysis import Analysis
from pipeline.dsp.hum import hum_db
from tests.signals import audio, in_room, sine, voice, white


def hum(mains_hz, seconds, rate, level):
    lines = (sine(mains_hz * k, seconds, rate, level / k, phase=k) for k in (1, 2, 3, 5))
    return np.sum(list(lines), axis=0, dtype=np.float32)


@pytest.mark.parametrize("rate", [16000, 44100])
@pytest.mark.parametrize("mains_hz", [50.0, 60.0])
def test_hum_under_a_voice_is_found(mains_hz, rate):
    clean = in_room(voice(12.0, rate), -60.0)
    assert Analysis(audio(clean, rate)).hum_db < 12.0
    assert Analysis(audio(clean + hum(mains_hz, 12.0, rate, 0.01), rate)).hum_db > 20.0


def test_hum_that_wanders_as_no_mains_does_is_none():
    at = np.arange(12 * 16000) / 16000
    glide = 0.01 * np.sin(2 * np.pi * (50.0 * at + 10.0 * np.sin(at))).astype(np.float32)
    assert Analysis(audio(in_room(voice(12.0), -60.0) + glide)).hum_db < 12.0


def test_steady_noise_has_none_and_a_blink_cannot_be_told():
    assert Analysis(audio(white(5.0))).hum_db < 8.0
    assert Analysis(audio(white(1.9))).hum_db is None
    assert Analysis(audio(np.zeros(80000))).hum_db is None


def test_what_a_filter_leaves_of_digital_silence_is_no_quiet_window():
    """Half of the take is silence, in which a residue of 1e-9 stays, or a rest of DC."""
    sound = np.concatenate([hum(50.0, 6.0, 16000, 0.01) + white(6.0), np.zeros(6 * 16000, np.float32)])
    for rest in (white(6.0, rms=1e-9, seed=5), np.full(6 * 16000, 1e-6, np.float32)):
        residue = np.concatenate([np.zeros(6 * 16000, np.float32), rest])
        assert hum_db(sound + residue, 16000) == pytest.approx(hum_db(sound, 16000), abs=0.5)
