"""A wave with each frame's spectrum changed: short-time filtering on the frames that everything shares."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from pipeline import kernels
from pipeline.dsp.frames import Float, frame_stretch, hop_length, window_length
from pipeline.dsp.spectra import fft_length


def filtered(mono: Float, sample_rate_hz: int, gains: Iterable[Float], dc: float = 0.0) -> Float:
    """Return the wave with a gain on each bin of each frame, float32 of shape (samples,).

    Parameters
    ----------
    mono : float32, shape (samples,)
    sample_rate_hz : int
    gains : iterable of float32, shape (some frames, bins)
        Frame after frame on the grid of `pipeline.dsp.spectra.power_spectrogram`, a few hundred at a time so that
        they stay in the cache. Gains of 1 give the wave back.
    dc : float
        Taken off before, frame by frame, and not given back.

    Notes
    -----
    Weighted overlap-add (Crochiere 1980): a Hann window before and after, divided by the sum of its squares.
    """
    if not kernels.compiled:
        return _by_blocks(mono, sample_rate_hz, gains, dc)
    (window, hop, length), wave = grid(sample_rate_hz), np.ascontiguousarray(mono)
    out, start = np.zeros(mono.size, dtype=np.float32), 0
    sums = np.zeros(-(-window.size // hop) * hop, dtype=np.float32)  # what later frames are still added to
    for some in gains:
        kernels.compiled.filtered(wave, dc, window, hop, length, np.ascontiguousarray(some), start, sums, out)
        start += len(some)
    return out


def grid(sample_rate_hz: int) -> tuple[Float, int, int]:
    """Return the window, the step between frames and the length of their transforms."""
    window = _hann(window_length(sample_rate_hz))
    return window, hop_length(sample_rate_hz), fft_length(window.size)


def _by_blocks(mono: Float, sample_rate_hz: int, gains: Iterable[Float], dc: float) -> Float:
    import scipy.fft

    window, hop, length = grid(sample_rate_hz)
    frames, weights = 1 + mono.size // hop, _weights(window, hop)
    after = np.zeros(length, dtype=np.float32)  # the window, and what the sum of its squares is divided by, in one
    after[: window.size] = window / np.resize(_reaching(weights), window.size)
    out, start = np.zeros((frames + len(weights), hop), dtype=np.float32), 0
    for some in gains:
        filled = np.zeros((len(some), length), dtype=np.float32)
        block = frame_stretch(mono, sample_rate_hz, start, start + len(some))
        part = filled[:, : window.size]
        np.multiply(np.subtract(block, np.float32(dc), out=part), window, out=part)
        spectra = scipy.fft.rfft(filled, axis=1)
        spectra *= some
        pieces = np.asarray(scipy.fft.irfft(spectra, length, axis=1, overwrite_x=True), dtype=np.float32)
        pieces *= after
        _add_overlapped(pieces[:, : window.size], out[start:])
        start += len(some)
    _mend_ends(out, weights, frames)
    first = window.size // 2  # frames are centred on multiples of the hop
    return out.reshape(-1)[first : first + mono.size]


def _weights(window: Float, hop: int) -> Float:
    """Return the square of the window, a row for each hop."""
    weights = np.zeros((-(-window.size // hop), hop), dtype=np.float32)
    weights.reshape(-1)[: window.size] = window * window
    return weights


def _reaching(weights: Float) -> Float:
    """Return the sum of the squared windows that reach a hop: never nothing, to be divided by."""
    return np.asarray(np.maximum(weights.sum(axis=0), np.float32(1e-6)))


def _mend_ends(out: Float, weights: Float, frames: int) -> None:
    """Weigh anew what was added up at the ends, where fewer windows reach than elsewhere."""
    middle = range(len(weights) - 1, frames)
    for row in (row for row in range(len(out)) if row not in middle):
        out[row] *= _reaching(weights) / _reaching(weights[max(0, row - frames + 1) : row + 1])


def _add_overlapped(pieces: Float, rows: Float) -> None:
    """Add pieces to rows of a hop each, every piece a row further on: all their first hops at once, then the second."""
    hop = rows.shape[1]
    for row, at in enumerate(range(0, pieces.shape[1], hop)):
        part = pieces[:, at : at + hop]
        rows[row : row + len(part), : part.shape[1]] += part


def _hann(length: int) -> Float:
    return (0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(length) / length)).astype(np.float32)
