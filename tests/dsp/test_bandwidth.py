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


def held(wave, old, new):
    return wave[np.minimum(np.arange(round(wave.size * new / old)) * old // new, wave.size - 1)]


def drawn(wave, old, new):
    at = np.arange(round(wave.size * new / old)) * old / new
    return np.interp(at, np.arange(wave.size), wave).astype(np.float32)


@pytest.mark.parametrize("new", [16000, 44100, 48000])
@pytest.mark.parametrize("resampler", [held, drawn])
def test_images_of_a_telephone_are_not_its_voice(resampler, new):
    wide = resampler(in_room(voice(9.0, 8000), -70.0), 8000, new)
    assert Analysis(audio(wide, new)).bandwidth_hz <= 4000.0


def test_images_half_under_later_noise_are_seen():
    wide = held(in_room(voice(9.0, 8000), -70.0), 8000, 48000)
    assert Analysis(audio(in_room(wide, -60.0), 48000)).bandwidth_hz <= 4000.0


def test_a_wide_voice_has_no_images():
    analysis = Analysis(audio(in_room(voice(9.0, 48000), -70.0), 48000))
    assert analysis.images is None


@pytest.mark.parametrize(("resampler", "order"), [(held, 2.0), (drawn, 4.0)])
def test_images_are_as_strong_as_their_filter_leaves_them(resampler, order):
    """Repeating samples is a filter sin(x)/x, drawing lines its square: the image of f lies at rate - f."""
    rate, f = 8000.0, np.array([300.0, 2000.0])  # where the power of a voice lies
    wave = in_room(voice(9.0, 8000), -70.0)
    ratio = Analysis(audio(resampler(wave, 8000, 48000), 48000)).images.power_ratio
    low, high = np.sinc((rate - f) / rate) / np.sinc(f / rate)
    assert low**order < ratio < high**order
