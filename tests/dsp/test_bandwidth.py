import numpy as np
import pytest
from scipy.signal import firwin, resample_poly

from pipeline.analysis import Analysis
from tests.signals import audio, in_room, voice, white


def low_passed(wave, rate, cut_hz):
    return np.convolve(wave, firwin(401, cut_hz, fs=rate), mode="same").astype(np.float32)


@pytest.mark.parametrize("cut_hz", [3400.0, 5000.0, 10000.0])
def test_a_low_pass_is_seen_at_its_edge(cut_hz):
    wave = low_passed(voice(9.0, 48000) + 0.05 * white(9.0, 48000) * (voice(9.0, 48000) != 0), 48000, cut_hz)
    measured = Analysis(audio(in_room(wave, -100.0), 48000)).bandwidth_hz
    assert measured == pytest.approx(cut_hz, rel=0.1)


def test_a_telephone_brought_up_to_a_higher_rate_stays_a_telephone():
    narrow = in_room(voice(9.0, 8000), -70.0)
    wide = resample_poly(narrow, 6, 1).astype(np.float32)
    assert Analysis(audio(wide, 48000)).bandwidth_hz < 4800.0  # resample_poly's own slope reaches 20 % beyond 4 kHz


def test_a_telephone_under_later_hiss_stays_a_telephone():
    narrow = low_passed(in_room(voice(9.0, 16000), -70.0), 16000, 3400.0)
    assert Analysis(audio(in_room(narrow, -62.0), 16000)).bandwidth_hz < 4000.0


def test_nothing_spoken_has_no_bandwidth():
    assert Analysis(audio(white(3.0))).bandwidth_hz is None
