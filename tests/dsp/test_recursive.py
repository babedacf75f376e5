"""Our quick filters beside scipy's."""

import numpy as np
import pytest
from scipy import signal

from pipeline.dsp.decimation import decimated
from pipeline.dsp.highpass import above, butterworth, without_rumble
from pipeline.dsp.recursive import BLOCK, GROUP, as_sections, one_pole, recursive
from tests.signals import white

ROUNDING = 2.0**-22
"""Of float32 at the level of the signal, and a bit for the sums."""


@pytest.mark.parametrize("samples", [1, BLOCK - 1, BLOCK, BLOCK + 1, 5000, BLOCK * GROUP**2 + 7])
@pytest.mark.parametrize("design", [(4, 80.0, "highpass"), (6, 500.0, "lowpass"), (2, 3000.0, "highpass")])
def test_every_length_and_filter_says_what_scipy_says(samples, design):
    order, cutoff_hz, kind = design
    wave = white(1.0 + samples / 16000)[:samples]
    sections = signal.butter(order, cutoff_hz, kind, fs=16000, output="sos")
    theirs = signal.sosfilt(sections, wave.astype(np.float64))
    assert np.abs(recursive(as_sections(sections), wave) - theirs).max() < ROUNDING


def test_nothing_stays_nothing():
    assert recursive(butterworth(16000, 60.0), white(0.0)).shape == (0,)


def test_quiet_sound_after_loud_sound_is_as_exact():
    wave = white(4.0)
    wave[32000:] *= 1e-4
    sections = signal.butter(4, 80.0, "highpass", fs=16000, output="sos")
    off = recursive(as_sections(sections), wave) - signal.sosfilt(sections, wave.astype(np.float64))
    assert np.abs(off[48000:]).max() < 1e-4 * ROUNDING


def test_a_settled_filter_has_no_thump():
    wave = 0.7 + white(1.0, rms=0.01)
    sections = signal.butter(4, 60.0, "highpass", fs=16000, output="sos")
    start = signal.sosfilt_zi(sections) * float(wave[0])
    theirs, _ = signal.sosfilt(sections, wave.astype(np.float64), zi=start)
    assert np.abs(recursive(as_sections(sections), wave, settled_at=float(wave[0])) - theirs).max() < 4 * ROUNDING


@pytest.mark.parametrize("shape", [(1,), (700,), (2000, 3)])
def test_one_pole_is_that_of_scipy(shape):
    values = np.random.default_rng(2).standard_normal(shape)
    np.testing.assert_allclose(one_pole(0.97, values), signal.lfilter([1.0], [1.0, -0.97], values, axis=0), atol=1e-12)


@pytest.mark.parametrize("rate", [8000, 44100, 192000])
def test_the_butterworth_filter_is_that_of_scipy(rate):
    ours = np.array(sorted(butterworth(rate, 60.0)))
    theirs = signal.butter(4, 60.0, "highpass", fs=rate, output="sos")
    for number in (4, 5):  # the poles; their gain is in one section there, in both here
        np.testing.assert_allclose(np.sort(ours[:, number]), np.sort(theirs[:, number]), atol=1e-12)
    assert ours[:, 0].prod() == pytest.approx(theirs[:, 0].prod(), rel=1e-12)


@pytest.mark.parametrize("samples", [2, 10, 40, 5000])
def test_there_and_back_is_as_scipy_does_it(samples):
    wave = 0.3 + white(1.0)[None, :samples]
    sections = signal.butter(4, 60.0, "highpass", fs=16000, output="sos")
    theirs = signal.sosfiltfilt(sections, wave.astype(np.float64), axis=1, padlen=min(15, samples - 1))
    assert np.abs(without_rumble(wave, 16000, 60.0) - theirs).max() < 16 * ROUNDING


def test_a_rate_under_the_cutoff_is_left_alone():
    wave = white(0.1)
    assert above(wave, 150, 80.0) is wave


@pytest.mark.parametrize("factor", [2, 7, 44])
@pytest.mark.parametrize("samples", [1, 44, 4000])
def test_decimation_is_that_of_scipy(factor, samples):
    wave = white(1.0)[:samples]
    theirs = signal.upfirdn(signal.firwin(8 * factor + 1, 1.0 / factor), wave.astype(np.float64), down=factor)
    ours = decimated(wave, factor)
    assert np.abs(ours[: theirs.size] - theirs).max() < ROUNDING
    assert ours.size - theirs.size in {0, 1}
    assert not ours[theirs.size :].any()


@pytest.mark.parametrize("cutoff_hz", [20.0, 60.0, 100.0])
@pytest.mark.parametrize("seconds", [0.5, 3.01])
def test_there_and_back_in_one_go_is_there_and_back(cutoff_hz, seconds):
    """Drifting sound too, whose ends lie far from nothing; the short one goes there and then back."""
    wave = np.stack([white(seconds), np.cumsum(white(seconds, seed=2)) / 100.0]).astype(np.float32)
    sections = signal.butter(4, cutoff_hz, "highpass", fs=16000, output="sos")
    theirs = signal.sosfiltfilt(sections, wave.astype(np.float64), axis=1, padlen=15)
    off = np.abs(without_rumble(wave, 16000, cutoff_hz) - theirs).max(axis=1)
    assert (off < 4 * ROUNDING * np.abs(wave).max(axis=1)).all()
