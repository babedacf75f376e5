"""Power spectra of frames, and sums of them over bands."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import count

import numpy as np
import numpy.typing as npt

from pipeline import kernels
from pipeline.dsp.frames import HOP_S, Bool, Double, Float, frame_blocks, hop_length, window_length
from pipeline.dsp.running import running_mean

_BLOCK = 96
"""Frames transformed at once: they and their spectra stay in the cache."""


@lru_cache(maxsize=8)
def fft_length(frame_length: int) -> int:
    """Return the even length to which a frame is filled up with zeros: 1411 takes 3 times as long as 1440."""
    return 2 * _without_large_factors((frame_length + 1) // 2)


def _without_large_factors(least: int) -> int:
    """Return the first number from `least` on that has no prime factor above 5."""
    return next(number for number in count(max(1, least)) if 30 ** number.bit_length() % number == 0)


@lru_cache(maxsize=8)
def _window(length: int) -> Float:
    """Return a periodic Hann window scaled so that a bin's power is that of it and of its mirror image."""
    hann = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(length) / length)
    return np.asarray(hann * np.sqrt(2.0 / (fft_length(length) * np.sum(hann**2))), dtype=np.float32)


def power_spectrogram(mono: Float, sample_rate_hz: int, dc: float = 0.0, hop_s: float = HOP_S) -> Float:
    """Return the one-sided power spectrum of every frame.

    Parameters
    ----------
    mono : float32, shape (samples,)
    sample_rate_hz : int
    dc : float
        Taken off first, frame by frame: no copy of the wave is made.
    hop_s : float
        Step between frames, in place of the grid's that all measures share.

    Returns
    -------
    float32, shape (frames, bins)
        Power per bin; the sum over a frame's bins is its windowed mean square (Parseval).
    """
    window, hop = _window(window_length(sample_rate_hz)), hop_length(sample_rate_hz, hop_s)
    power = np.empty((1 + mono.size // hop, fft_length(window.size) // 2 + 1), dtype=np.float32)
    if kernels.compiled:
        wave = np.ascontiguousarray(mono, dtype=np.float32)
        kernels.compiled.power_spectrogram(wave, window, hop, dc, fft_length(window.size), power)
    else:
        _write_powers(power, window, frame_blocks(mono, sample_rate_hz, _BLOCK, hop_s), dc)
    return power


def _write_powers(result: Float, window: Float, blocks: Iterable[Float], dc: float) -> None:
    import scipy.fft  # float32 in, complex64 out: half the memory of numpy's

    filled = np.zeros((_BLOCK, fft_length(window.size)), dtype=np.float32)  # so that the transform copies none
    start = 0
    for frames in blocks:
        part = filled[: len(frames), : window.size]
        np.multiply(np.subtract(frames, np.float32(dc), out=part), window, out=part)
        _add_squares(scipy.fft.rfft(filled[: len(frames)], axis=1), result[start : start + len(frames)])
        start += len(frames)
    result[:, [0, -1]] *= 0.5  # these two have no mirror image


def _add_squares(spectra: npt.NDArray[np.complex64], power: Float) -> None:
    """Write the squared magnitude of each bin, using up the spectra."""
    parts = spectra.view(np.float32)
    np.multiply(parts, parts, out=parts)
    np.add(parts[:, ::2], parts[:, 1::2], out=power)  # real and imaginary


def bin_frequencies_hz(sample_rate_hz: int) -> Double:
    """Return the centre frequency of each bin of `power_spectrogram`."""
    length = fft_length(window_length(sample_rate_hz))
    return np.arange(length // 2 + 1, dtype=np.float64) * (sample_rate_hz / length)


@lru_cache(maxsize=8)
def mel_weights(sample_rate_hz: int, bins: int, low_hz: float, high_hz: float, bands: int) -> Float:
    """Return rectangular bands, equally wide on the mel scale, as a 0/1 matrix of shape (bins, bands).

    Mel scale of O'Shaughnessy: ``2595 log10(1 + f / 700)``. `high_hz` is lowered to the Nyquist frequency.
    A band that would hold no bin is dropped.
    """
    high = min(high_hz, sample_rate_hz / 2.0)
    edges_mel = np.linspace(mel(low_hz), mel(high), bands + 1)
    band = np.searchsorted(edges_mel, mel(bin_frequencies_hz(sample_rate_hz)[:bins]), side="right") - 1
    weights = (band[:, None] == np.arange(bands)[None, :]).astype(np.float32)
    return np.asarray(weights[:, weights.any(axis=0)])


def mean_spectrum(spectrogram: Float, frames: Bool) -> Float:
    """Return the mean over some frames of each bin, shape (bins,): a product, which copies none of them."""
    return np.asarray(frames.astype(np.float32) @ spectrogram / np.float32(max(1, frames.sum())))


LOW_HZ, HIGH_HZ, BANDS = 100.0, 8000.0, 20
"""The bands in which an ear tells a voice from noise."""

_WIDE = 20
"""Bins to a band from which on they are summed one by one, in half the time of a product of matrices."""


def band_power(
    spectrogram: Float, sample_rate_hz: int, low_hz: float = LOW_HZ, high_hz: float = HIGH_HZ, bands: int = BANDS
) -> Float:
    """Return the power in each of the bands of `mel_weights`, float32 of shape (frames, bands)."""
    edges = _edges(sample_rate_hz, spectrogram.shape[1], low_hz, high_hz, bands)
    if kernels.compiled:
        power = np.empty((len(spectrogram), edges.size - 1), dtype=np.float32)
        kernels.compiled.band_power(np.ascontiguousarray(spectrogram), spectrogram.shape[1], edges, power)
        return power
    return _band_power(spectrogram, mel_weights(sample_rate_hz, spectrogram.shape[1], low_hz, high_hz, bands), edges)


def _band_power(spectrogram: Float, weights: Float, edges: npt.NDArray[np.int64]) -> Float:
    first, end = int(edges[0]), int(edges[-1])
    within = spectrogram[:, first:end]
    if end - first < _WIDE * weights.shape[1]:
        return within @ weights[first:end]
    return np.asarray(np.add.reduceat(within, edges[:-1] - first, axis=1))


@lru_cache(maxsize=16)
def _edges(sample_rate_hz: int, bins: int, low_hz: float, high_hz: float, bands: int) -> npt.NDArray[np.int64]:
    """Return the first bin of each band, and the first behind the last one."""
    weights = mel_weights(sample_rate_hz, bins, low_hz, high_hz, bands)
    held = np.flatnonzero(weights.any(axis=1))
    return np.append(weights.argmax(axis=0), held[-1:] + 1 if held.size else 0).astype(np.int64)


def mel(frequency_hz: float | Double) -> Double:
    """Return a frequency on the mel scale of O'Shaughnessy."""
    return np.asarray(2595.0 * np.log10(1.0 + np.asarray(frequency_hz) / 700.0))


SMOOTH_HZ = 200.0
"""Wider than the distance of a voice's partials, narrower than a filter's slope."""


def smoothed(power: Float, frequencies_hz: Double) -> Double:
    """Return a spectrum as running means over `SMOOTH_HZ`, shape (bins,)."""
    return running_mean(power, max(1, round(SMOOTH_HZ / frequencies_hz[1])))
