"""What several measures want of a whole spectrogram, in one pass: it is the largest of all arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline import kernels
from pipeline.dsp.frames import Bool, Double, Float
from pipeline.dsp.spectra import mean_spectrum

LOW_BINS = 2
"""No partial that `pipeline.dsp.music` looks for lies so low; DC and rumble do."""


@dataclass(frozen=True, slots=True)
class Outline:
    """Mean spectra of speech and of pauses, shape (bins,); power of each frame, in its low bins and in the rest."""

    speech: Float
    pause: Float
    low: Double
    rest: Double


def outline(spectrogram: Float, speech: Bool, pause: Bool) -> Outline:
    """Return the outline of a spectrogram of shape (frames, bins). No frame is both speech and pause."""
    if not kernels.compiled:
        return Outline(
            mean_spectrum(spectrogram, speech),
            mean_spectrum(spectrogram, pause),
            np.einsum("ij->i", spectrogram[:, :LOW_BINS]).astype(np.float64),
            np.einsum("ij->i", spectrogram[:, LOW_BINS:]).astype(np.float64),
        )
    sums, powers = np.empty((2, spectrogram.shape[1])), np.empty((len(spectrogram), 2))
    kinds = speech.astype(np.uint8) + 2 * pause.astype(np.uint8)
    kernels.compiled.outline(np.ascontiguousarray(spectrogram), kinds, LOW_BINS, sums, powers)
    sums /= np.maximum(1, [[speech.sum()], [pause.sum()]])
    spoken, silent = sums.astype(np.float32)
    return Outline(spoken, silent, powers[:, 0], powers[:, 1])


def mean_of(bands: Float, frames: Bool) -> Double:
    """Return the mean of each band over some frames, one at least."""
    if not kernels.compiled:
        return np.asarray(bands[frames].mean(axis=0, dtype=np.float64))
    means = np.empty(bands.shape[1])
    kernels.compiled.masked_means(np.ascontiguousarray(bands), frames, means)
    return means


def row_sums(spectrogram: Float, first: int, end: int) -> Double:
    """Return the power of each frame from one bin up to another."""
    if not kernels.compiled:
        return np.asarray(np.einsum("ij->i", spectrogram[:, first:end]), dtype=np.float64)
    sums, bins = np.empty(len(spectrogram)), spectrogram.shape[1]
    kernels.compiled.row_sums(np.ascontiguousarray(spectrogram), bins, first, min(end, bins), sums)
    return sums
