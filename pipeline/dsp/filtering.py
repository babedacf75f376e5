"""A wave with each frame's spectrum changed: short-time filtering on the frames that everything shares."""

from __future__ import annotations

import numpy as np

from pipeline.dsp.frames import HOP_S, Float, cut_frames
from pipeline.dsp.spectra import fft_length

_BLOCK = 512


def filtered(mono: Float, sample_rate_hz: int, gains: Float) -> Float:
    """Return the wave with a gain on each bin of each frame, float32 of shape (samples,).

    Parameters
    ----------
    mono : float32, shape (samples,)
    sample_rate_hz : int
    gains : float32, shape (frames, bins)
        On the grid of `pipeline.dsp.spectra.power_spectrogram`. Gains of 1 give the wave back.

    Notes
    -----
    Weighted overlap-add (Crochiere 1980): a Hann window before and after, divided by the sum of its squares.
    """
    import scipy.fft

    frames = cut_frames(mono, sample_rate_hz)
    length, window = fft_length(frames.shape[1]), _hann(frames.shape[1])
    hop = max(1, round(HOP_S * sample_rate_hz))
    out = np.zeros(frames.shape[1] + hop * frames.shape[0], dtype=np.float32)
    weight = np.zeros_like(out)
    for start in range(0, frames.shape[0], _BLOCK):
        spectra = scipy.fft.rfft(frames[start : start + _BLOCK] * window, length, axis=1)
        pieces = scipy.fft.irfft(spectra * gains[start : start + _BLOCK], length, axis=1)[:, : frames.shape[1]] * window
        for at, piece in enumerate(pieces, start):
            out[at * hop : at * hop + window.size] += piece
            weight[at * hop : at * hop + window.size] += window * window
    first = frames.shape[1] // 2  # frames are centred on multiples of the hop
    end = first + mono.size
    return np.asarray(out[first:end] / np.maximum(weight[first:end], np.float32(1e-6)))


def _hann(length: int) -> Float:
    return (0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(length) / length)).astype(np.float32)
