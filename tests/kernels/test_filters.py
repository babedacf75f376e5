"""Compiled filters, and the levels of what comes out of them, beside numpy's and beside float64."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import signal

from pipeline import kernels
from pipeline.dsp.decimation import decimated
from pipeline.dsp.frames import cut_frames, mean
from pipeline.dsp.highpass import above, butterworth, without_rumble
from pipeline.dsp.hop_sums import frame_powers
from pipeline.dsp.levels_above import levels_above
from pipeline.dsp.loudness import _k_weighting, step_powers
from pipeline.dsp.pitch import thinned
from pipeline.dsp.recursive import recursive
from pipeline.dsp.speech_level import envelope, steps_of
from pipeline.dsp.true_peak import true_peak
from tests.kernels import both, needs_compiled
from tests.signals import voice, white

pytestmark = needs_compiled

RATES = (8000, 11025, 16000, 22050, 24000, 44100, 48000, 96000)
SIZES = (0, 1, 2, 15, 16, 17, 300, 511, 512, 513, 4095, 4097, 9001)
ROUNDING = 2.0**-22
"""Of float32 at the level of the wave, and a bit for the sums."""


def after_silence(rate):
    return np.concatenate([white(0.3, rate), np.zeros(2 * rate, np.float32), white(0.3, rate, 1e-4)])


WAVES = {
    "voice": lambda rate: voice(3.0, rate),
    "noise": lambda rate: white(1.3, rate),
    "zeros": lambda rate: np.zeros(rate, np.float32),
    "dc": lambda rate: np.full(rate, 0.25, np.float32),
    "full scale": lambda rate: np.sign(white(1.0, rate)),
    "silence within": after_silence,
}


@pytest.fixture(params=WAVES)
def make(request):
    return WAVES[request.param]


def assert_near(has, had, wave, roundings=1.0):
    assert has.shape == had.shape
    assert has.dtype == had.dtype
    assert np.abs(has - had).max(initial=0.0) <= roundings * ROUNDING * np.abs(wave).max(initial=0.0)


def in_float64(sections, wave):
    return signal.sosfilt(np.array(sections), wave.astype(np.float64))


def averaged_twice(wave, rate):
    step, decay = steps_of(rate)
    magnitude = np.abs(np.pad(wave, (0, -wave.size % step))).reshape(-1, step).mean(axis=1)
    return signal.lfilter([1.0 - decay], [1.0, -decay], signal.lfilter([1.0 - decay], [1.0, -decay], magnitude))


@pytest.mark.parametrize("rate", RATES)
def test_a_wave_through_a_filter(make, rate):
    wave = make(rate)
    for sections in (butterworth(rate, 80.0), _k_weighting(rate), butterworth(rate, 80.0)[:1]):
        assert_near(*both(lambda sections=sections: recursive(sections, wave, 0.1)), np.append(wave, 1.0))


@pytest.mark.parametrize("size", SIZES)
def test_of_every_length(size):
    wave = white(2.0)[:size]
    assert_near(*both(lambda: recursive(butterworth(16000, 80.0), wave)), wave)
    assert_near(*both(lambda: thinned(wave, 16000).wave), wave)
    if size:
        assert_near(*both(lambda: decimated(wave, 7)), wave)
        assert_near(*both(lambda: without_rumble(wave[None], 16000, 60.0)), wave, 4.0)
    quick, slow = both(lambda: (step_powers(wave, 16000), true_peak(wave), mean(wave)))
    for has, had in zip(quick, slow, strict=True):
        assert has == pytest.approx(had, rel=1e-6, abs=1e-12)


def test_in_place():
    wave = white(1.0)
    through, given_up = recursive(butterworth(16000, 80.0), wave), wave.copy()
    assert above(given_up, 16000, 80.0, overwrite=True) is given_up
    assert np.array_equal(given_up, through)
    apart = np.repeat(wave, 2)[::2]
    assert np.array_equal(recursive(butterworth(16000, 80.0), apart), through)


def test_a_filter_of_more_sections_is_left_to_numpy():
    sections = tuple(map(tuple, signal.butter(6, 500.0, fs=16000, output="sos").tolist()))
    quick, slow = both(lambda: recursive(sections, white(0.5)))
    assert np.array_equal(quick, slow)


@pytest.mark.parametrize("rate", RATES)
def test_there_and_back(make, rate):
    wave = make(rate)
    assert_near(*both(lambda: without_rumble(np.stack([wave, 0.1 - wave]), rate, 60.0)), np.append(wave, 1.0), 8.0)


@pytest.mark.parametrize("rate", RATES)
def test_powers_of_steps_are_those_of_float64(make, rate):
    wave = make(rate)
    weighted, powers = in_float64(_k_weighting(rate), wave), step_powers(wave, rate)
    bounds = (np.arange(powers.size + 1) * 0.1 * rate).astype(int)
    theirs = [np.mean(np.square(weighted[start:stop])) for start, stop in pairwise(bounds)]
    np.testing.assert_allclose(powers, theirs, rtol=1e-6, atol=1e-20)


@pytest.mark.parametrize("dc", [0.0, 0.25])
@pytest.mark.parametrize("rate", RATES)
def test_powers_of_frames_are_those_of_float64(make, rate, dc):
    wave = make(rate) + np.float32(dc)
    theirs = cut_frames(wave.astype(np.float64), rate).var(axis=1)
    np.testing.assert_allclose(frame_powers(wave, rate, dc), theirs, rtol=1e-6, atol=1e-15)


@pytest.mark.parametrize("dc", [0.0, 0.03])
@pytest.mark.parametrize("rate", RATES)
def test_levels_above_a_cutoff(make, rate, dc):
    wave = make(rate)
    (powers, thin, heard), (slow_powers, slow_thin, slow_heard) = both(lambda: levels_above(wave, dc, rate, 80.0))
    through = in_float64(butterworth(rate, 80.0), wave - np.float32(dc))
    assert powers.shape == slow_powers.shape
    np.testing.assert_allclose(powers, cut_frames(through, rate).var(axis=1), rtol=1e-6, atol=1e-16)
    assert heard.power == pytest.approx(np.mean(through**2), rel=1e-6)
    assert_near(thin.wave, slow_thin.wave, np.append(wave, dc))
    assert thin[1:] == slow_thin[1:]
    assert_near(heard.magnitude, slow_heard.magnitude, np.append(wave, dc))
    np.testing.assert_allclose(heard.magnitude, averaged_twice(through, rate), rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("size", [1, 2, 500, 10_241, 12_000, 12_001, 12_159, 12_160, 16_000])
def test_levels_of_short_waves(size):
    wave = voice(3.0)[:size]
    (powers, thin, heard), (slow_powers, slow_thin, slow_heard) = both(lambda: levels_above(wave, 0.01, 16000, 80.0))
    np.testing.assert_allclose(powers, slow_powers, rtol=1e-5, atol=1e-9)
    assert_near(thin.wave, slow_thin.wave, np.append(wave, 1.0))
    np.testing.assert_allclose(heard.magnitude, slow_heard.magnitude, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("rate", [50, 1000, 7999])
def test_levels_at_rates_that_no_voice_has(rate):
    quick, slow = both(lambda: levels_above(white(20.0, 1000), 0.0, rate, 80.0))
    np.testing.assert_allclose(quick[0], slow[0], rtol=1e-5, atol=1e-8)
    np.testing.assert_allclose(quick[1].wave, slow[1].wave, atol=1e-7)


@pytest.mark.parametrize("rate", RATES)
def test_thinned_waves(make, rate):
    wave = make(rate)
    assert_near(*both(lambda: thinned(wave, rate).wave), wave)
    for factor in (2, 18, 44):
        assert_near(*both(lambda factor=factor: decimated(wave, factor)), wave)


@pytest.mark.parametrize("rate", RATES)
def test_true_peaks(make, rate):
    wave = make(rate)
    quick, slow = both(lambda: true_peak(wave))
    assert quick == pytest.approx(slow, rel=4.0 * ROUNDING)


@given(arrays(np.float32, st.integers(0, 1200), elements=st.floats(-1.0, 1.0, width=32)))
def test_true_peaks_and_means_of_anything(wave):
    quick, slow = both(lambda: (true_peak(wave), mean(wave)))
    assert quick == pytest.approx(slow, rel=4.0 * ROUNDING, abs=1e-15)


def test_silence_ends_what_rings():
    """So that no sums are made of numbers that are too small for quick ones."""
    wave = np.zeros(400_000, np.float32)
    wave[:1000] = 0.5
    assert not recursive(butterworth(16000, 80.0), wave)[-1000:].any()
    assert envelope(wave, 16000).power > 0.0


WAVE, FILTER, STATE = np.zeros(64, np.float32), np.zeros(160), np.zeros(4)
LEVELS = {
    "filter": FILTER,
    "samples": WAVE,
    "bounds": np.array([0, 30, 64]),
    "sums": np.zeros((2, 2)),
    "taps": np.zeros(8, np.float32),
    "thin": np.zeros(16, np.float32),
    "averages": np.zeros(4),
    "head": np.zeros(10, np.float32),
    "tail": np.zeros(10, np.float32),
    "dc": 0.0,
    "factor": 4,
    "delay": 4,
    "step": 16,
    "decay": 0.5,
}
WRONG = [
    ("filter", FILTER[1:]),
    ("bounds", np.array([0, 64])),
    ("bounds", np.array([0, 65, 64])),
    ("bounds", np.array([0, 30, 65])),
    ("bounds", np.array([-1, 30, 64])),
    ("taps", np.zeros(7, np.float32)),
    ("taps", np.zeros(0, np.float32)),
    ("averages", np.zeros(5)),
    ("head", np.zeros(65, np.float32)),
    ("tail", np.zeros(65, np.float32)),
    ("factor", 0),
    ("factor", 2**40),
    ("delay", -1),
    ("delay", 2**40),
    ("step", 0),
]


def test_right_sizes_are_taken():
    kernels.compiled.levels_above(*LEVELS.values())


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_wrong_sizes_of_levels(name, value):
    with pytest.raises(ValueError, match=r"\w"):
        kernels.compiled.levels_above(*(LEVELS | {name: value}).values())


@pytest.mark.parametrize(
    ("function", "given"),
    [
        ("recursive", (FILTER, STATE, WAVE, WAVE[:-1].copy(), False)),
        ("recursive", (FILTER, STATE[1:].copy(), WAVE, WAVE.copy(), False)),
        ("recursive", (FILTER[1:].copy(), STATE, WAVE, WAVE.copy(), True)),
        ("thinned", (WAVE, np.zeros(9, np.float32), np.zeros(4, np.float32), 4, 4)),
        ("thinned", (WAVE, np.zeros(8, np.float32), np.zeros(4, np.float32), 0, 4)),
        ("stretch_sums", (WAVE, np.array([0, 65]), np.zeros((2, 1)))),
        ("stretch_sums", (WAVE, np.array([0, 30, 64]), np.zeros((2, 1)))),
        ("stretch_sums", (WAVE, np.zeros(0, np.int64), np.zeros((2, 0)))),
        ("step_squares", (FILTER, WAVE, np.array([0, 65]), np.zeros((2, 1)))),
        ("step_squares", (FILTER[1:].copy(), WAVE, np.array([0, 64]), np.zeros((2, 1)))),
        ("true_peak", (WAVE, np.zeros(71, np.float32), 1.0)),
    ],
)
def test_wrong_sizes(function, given):
    with pytest.raises(ValueError, match=r"\w"):
        getattr(kernels.compiled, function)(*given)
