"""A wave with each frame's spectrum changed: short-time filtering on the frames that everything shares."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from pipeline.dsp.frames import HOP_S, WINDOW_S, Float, frame_stretch
from pipeline.dsp.spectra import fft_length


def filtered(mono: Float, sample_rate_hz: int, gains: Iterable[Float]) -> Float:
    """Return the wave with a gain on each bin of each frame, float32 of shape (samples,).

    Parameters
    ----------
    mono : float32, shape (samples,)
    sample_rate_hz : int
    gains : iterable of float32, shape (some frames, bins)
        Frame after frame on the grid of `pipeline.dsp.spectra.power_spectrogram`, a few hundred at a time so that
        they stay in the cache. Gains of 1 give the wave back.

    Notes
    -----
    Weighted overlap-add (Crochiere 1980): a Hann window before and after, divided by the sum of its squares.
    """
    import scipy.fft

    window, hop = _hann(max(2, round(WINDOW_S * sample_rate_hz))), max(1, round(HOP_S * sample_rate_hz))
    length, frames = fft_length(window.size), 1 + mono.size // hop
    out, start = np.zeros((frames + -(-window.size // hop), hop), dtype=np.float32), 0
    for some in gains:
        block = frame_stretch(mono, sample_rate_hz, start, start + len(some))
        spectra = scipy.fft.rfft(block * window, length, axis=1)
        spectra *= some
        pieces = np.asarray(scipy.fft.irfft(spectra, length, axis=1, overwrite_x=True), dtype=np.float32)
        _add_overlapped(pieces[:, : window.size] * window, out[start:])
        start += len(some)
    _divide(out, window * window, frames)
    first = window.size // 2  # frames are centred on multiples of the hop
    return out.reshape(-1)[first : first + mono.size]


def _divide(out: Float, square: Float, frames: int) -> None:
    """Divide what was added up by the sum of the squared windows that reach there: the same but at the ends."""
    overlaps, hop = -(-square.size // out.shape[1]), out.shape[1]
    weights = np.zeros((overlaps, hop), dtype=np.float32)
    weights.reshape(-1)[: square.size] = square
    least = np.float32(1e-6)
    middle = range(overlaps - 1, frames)
    out[overlaps - 1 : frames] /= np.maximum(weights.sum(axis=0), least)
    for row in (row for row in range(len(out)) if row not in middle):
        out[row] /= np.maximum(weights[max(0, row - frames + 1) : row + 1].sum(axis=0), least)


def _add_overlapped(pieces: Float, rows: Float) -> None:
    """Add pieces to rows of a hop each, every piece a row further on: all their first hops at once, then the second."""
    hop = rows.shape[1]
    for row, at in enumerate(range(0, pieces.shape[1], hop)):
        part = pieces[:, at : at + hop]
        rows[row : row + len(part), : part.shape[1]] += part


def _hann(length: int) -> Float:
    return (0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(length) / length)).astype(np.float32)
