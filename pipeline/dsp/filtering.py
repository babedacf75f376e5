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
    rows = frames.shape[0] + -(-window.size // hop)
    out, weight = np.zeros((rows, hop), dtype=np.float32), np.zeros((rows, hop), dtype=np.float32)
    squares = np.broadcast_to(window * window, frames.shape)
    for start in range(0, frames.shape[0], _BLOCK):
        block = slice(start, start + _BLOCK)
        spectra = scipy.fft.rfft(frames[block] * window, length, axis=1)
        pieces = scipy.fft.irfft(spectra * gains[block], length, axis=1)[:, : window.size] * window
        _add_overlapped(pieces, out[start:])
        _add_overlapped(squares[block], weight[start:])
    first = window.size // 2  # frames are centred on multiples of the hop
    end = first + mono.size
    return np.asarray(out.ravel()[first:end] / np.maximum(weight.ravel()[first:end], np.float32(1e-6)))


def _add_overlapped(pieces: Float, rows: Float) -> None:
    """Add pieces to rows of a hop each, every piece a row further on: all their first hops at once, then the second."""
    hop = rows.shape[1]
    for row, at in enumerate(range(0, pieces.shape[1], hop)):
        part = pieces[:, at : at + hop]
        rows[row : row + len(part), : part.shape[1]] += part


def _hann(length: int) -> Float:
    return (0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(length) / length)).astype(np.float32)
