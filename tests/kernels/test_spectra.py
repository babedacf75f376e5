from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import scipy.fft
from hypothesis import given
from hypothesis import strategies as st

from pipeline import kernels
from pipeline.dsp.frames import cut_frames
from pipeline.dsp.spectra import _window, band_power, fft_length, power_spectrogram
from tests.kernels import both, needs_compiled
from tests.signals import in_room, sine, voice, white

RATES = [8000, 11025, 16000, 22050, 24000, 44100, 48000, 96000]
EPSILON = float(np.finfo(np.float32).eps)


def waves(rate: int) -> dict[str, np.ndarray]:
    return {
        "speech": in_room(voice(3.0, rate)),
        "with exact silence": voice(3.0, rate),
        "noise": white(1.0, rate),
        "zeros": np.zeros(rate, np.float32),
        "dc": np.full(rate, 0.5, np.float32),
        "full scale": np.sign(sine(100.0, 0.5, rate, phase=0.1)),
        "denormals": np.full(rate // 4, 1e-40, np.float32),
        **{f"{size} samples": white(1.0, rate)[:size] for size in (0, 1, 2, round(0.03 * rate), round(0.032 * rate))},
        "one more than a frame": white(1.0, rate)[: round(0.032 * rate) + 1],
    }


def assert_alike(quick: np.ndarray, expected: np.ndarray) -> None:
    """Magnitudes differ by the roundings of two transforms: one of all of a frame for each doubling of it."""
    assert quick.shape == expected.shape
    assert quick.dtype == expected.dtype == np.float32
    most = 2.0 * EPSILON * np.log2(2.0 * expected.shape[1]) * np.sqrt(expected.sum(axis=1, keepdims=True, dtype=float))
    assert np.all(np.abs(np.sqrt(quick.astype(float)) - np.sqrt(expected.astype(float))) <= most + 1e-22)


@needs_compiled
@pytest.mark.parametrize("rate", RATES)
def test_spectra_are_those_of_numpy(rate):
    for wave in waves(rate).values():
        for dc in (0.0, 0.25):
            assert_alike(*both(lambda wave=wave, dc=dc: power_spectrogram(wave, rate, dc)))


@needs_compiled
@given(st.integers(0, 3000), st.sampled_from([0.001, 0.004, 0.010, 0.025, 0.2]), st.sampled_from([8000, 14003, 16000]))
def test_any_size_and_step_gives_the_same_frames(size, hop_s, rate):
    wave = white(1.0, 16000)[:size]
    assert_alike(*both(lambda: power_spectrogram(wave, rate, 0.1, hop_s)))


@needs_compiled
@pytest.mark.parametrize("rate", [8000, 16000, 44100, 48000])
def test_each_frame_is_as_near_to_the_exact_spectrum_as_with_scipy(rate):
    wave = in_room(voice(3.0, rate))
    window = _window(round(0.032 * rate))
    exact = np.abs(np.fft.rfft(cut_frames(wave, rate).astype(float) * window, fft_length(window.size), axis=1)) ** 2
    exact[:, [0, -1]] *= 0.5
    quick, theirs = (
        np.sqrt(np.mean((power - exact) ** 2, axis=1)) for power in both(lambda: power_spectrogram(wave, rate))
    )
    assert np.all(quick <= 2.0 * theirs + EPSILON * exact.max(axis=1))
    assert quick.mean() <= 1.2 * theirs.mean()


@needs_compiled
def test_a_part_of_a_wave_and_one_of_every_other_sample_are_read_as_they_are():
    wave = white(2.0)
    assert_alike(*both(lambda: power_spectrogram(wave[77:20001], 16000)))
    assert_alike(*both(lambda: power_spectrogram(wave[::2], 8000)))


@needs_compiled
@pytest.mark.parametrize("frames", [0, 1, 15, 16, 17, 301])
@pytest.mark.parametrize(
    ("rate", "low_hz", "high_hz", "bands"),
    [
        (16000, 100.0, 8000.0, 20),
        (8000, 100.0, 8000.0, 20),
        (44100, 80.0, 22050.0, 24),
        (48000, 200.0, 3600.0, 8),
        (16000, 0.0, 8000.0, 1),
        (16000, 300.0, 310.0, 3),
        (16000, 9000.0, 9500.0, 4),
    ],
)
def test_bands_are_those_of_numpy(frames, rate, low_hz, high_hz, bands):
    bins = fft_length(round(0.032 * rate)) // 2 + 1
    spectrogram = np.random.default_rng(frames).exponential(size=(frames, bins)).astype(np.float32)
    quick, expected = both(lambda: band_power(spectrogram, rate, low_hz, high_hz, bands))
    assert quick.shape == expected.shape
    assert quick.dtype == np.float32
    np.testing.assert_allclose(quick, expected, rtol=bins * EPSILON)  # a rounding for each bin


@needs_compiled
def test_few_bins_have_bands_as_well():
    spectrogram = np.random.default_rng(1).exponential(size=(40, 9)).astype(np.float32)
    quick, expected = both(lambda: band_power(spectrogram, 16000, 0.0, 250.0, 3))
    np.testing.assert_allclose(quick, expected, rtol=9 * EPSILON)


@pytest.mark.parametrize("frame_length", [2, 3, 64, 255, 256, 257, 353, 512, 706, 1411, 1536, 2822, 3072, 6144])
def test_lengths_are_those_that_scipy_calls_fast(frame_length):
    assert fft_length(frame_length) == 2 * scipy.fft.next_fast_len((frame_length + 1) // 2, real=True)


def test_every_length_of_a_frame_up_to_that_of_192_khz_has_a_fast_one():
    lengths = [scipy.fft.next_fast_len((size + 1) // 2, real=True) for size in range(2, 6146)]
    assert [fft_length.__wrapped__(size) for size in range(2, 6146)] == [2 * length for length in lengths]


@needs_compiled
def test_sizes_that_do_not_fit_are_refused():
    wave, window, power = np.zeros(100, np.float32), np.ones(16, np.float32), np.empty((11, 9), np.float32)
    quick = kernels.compiled.power_spectrogram
    quick(wave, window, 10, 0.0, 16, power)
    for other in [
        (wave, window, 10, 0.0, 16, power[1:]),
        (wave, window, 9, 0.0, 16, power),
        (wave, window, 0, 0.0, 16, power),
        (wave, window, -1, 0.0, 16, power),
        (wave, window, 10, 0.0, 18, power),
        (wave, window, 10, 0.0, 14, power),  # a factor of 7
        (wave, np.ones(17, np.float32), 10, 0.0, 16, power),
        (wave, window, 10, 0.0, 17, power),
        (wave, window, 10, 0.0, -16, power),
    ]:
        with pytest.raises(ValueError, match="fit"):
            quick(*other)


@needs_compiled
@pytest.mark.parametrize("edges", [[0, 4, 10], [-1, 3, 5], [4, 3, 5], [0, 3], []])
def test_bands_that_do_not_fit_are_refused(edges):
    power, sums = np.ones((20, 9), np.float32), np.empty((20, 2), np.float32)
    kernels.compiled.band_power(power, 9, np.array([0, 4, 9]), sums)
    assert np.all(sums == [4.0, 5.0])
    with pytest.raises(ValueError, match="fit"):
        kernels.compiled.band_power(power, 9, np.array(edges, np.int64), sums)
    for bins in (8, 0, -9):
        with pytest.raises(ValueError, match="fit"):
            kernels.compiled.band_power(power, bins, np.array([0, 4, 9]), sums)


@needs_compiled
def test_spectra_need_nothing_of_scipy():
    program = (
        "import sys, numpy; from pipeline.dsp.spectra import band_power, power_spectrogram\n"
        "band_power(power_spectrogram(numpy.ones(16000, 'f'), 16000), 16000)\n"
        "sys.exit('scipy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
