"""True peak: the highest level between the samples (ITU-R BS.1770-4, annex 2)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from pipeline import kernels
from pipeline.dsp.frames import Float

OVERSAMPLING = 4
"""The standard's minimum for 48 kHz."""

_HALF_TAPS = 12
"""Samples on each side that the interpolation looks at."""

_BLOCK = 32
"""Samples after which the interpolation is done at once, as one product of matrices."""

_STRETCH, _TOGETHER = 32 * _BLOCK, 128
"""Samples of which it is asked whether they can hold the peak, and how many stretches are looked at together."""


@lru_cache(maxsize=1)
def _phases() -> Float:
    """Return the interpolator, shape (OVERSAMPLING - 1, taps): a Kaiser-windowed sinc for each point between.

    Kaiser beta 5 at 24 taps: within 0.05 dB of the ideal up to 0.42 of the sample rate.
    """
    taps = np.arange(-_HALF_TAPS + 1, _HALF_TAPS + 1)
    fractions = np.arange(1, OVERSAMPLING)[:, None] / OVERSAMPLING
    distance = taps[None, :] - fractions
    window = np.i0(5.0 * np.sqrt(np.maximum(1.0 - (distance / _HALF_TAPS) ** 2, 0.0))) / np.i0(5.0)
    phases = np.sinc(distance) * window
    return np.asarray(phases / phases.sum(axis=1, keepdims=True), dtype=np.float32)


@lru_cache(maxsize=1)
def _bounds() -> tuple[float, float]:
    """Return how far the interpolation goes: in parts of the largest sample, and past it in parts of the largest step.

    Off the straight line from sample to sample it is a sum of steps: its taps less those of the line sum to nothing.
    """
    phases = _phases().astype(np.float64)
    shares = np.arange(1, OVERSAMPLING)[:, None] / OVERSAMPLING
    line = np.zeros_like(phases)
    line[:, _HALF_TAPS - 1 : _HALF_TAPS + 1] = np.hstack([1.0 - shares, shares])
    of_samples, of_steps = (np.abs(taps).sum(axis=1).max() for taps in (phases, np.cumsum(phases - line, axis=1)))
    return 1.00001 * float(of_samples), 1.00001 * float(of_steps)  # and what rounding adds


@lru_cache(maxsize=1)
def _between() -> Float:
    """Return the interpolator of a whole block as one matrix, shape (_BLOCK + 24, 3 * _BLOCK)."""
    matrix = np.zeros((_BLOCK + 2 * _HALF_TAPS, _BLOCK, OVERSAMPLING - 1), dtype=np.float32)
    for at in range(_BLOCK):
        matrix[at : at + 2 * _HALF_TAPS, at] = _phases().T
    return matrix.reshape(matrix.shape[0], -1)


def true_peak(mono: Float) -> float:
    """Return the highest magnitude of the four times oversampled wave (1.0 is full scale).

    Parameters
    ----------
    mono : float32, shape (samples,)

    Notes
    -----
    Source: ITU-R BS.1770-4, annex 2, with a filter of our own design (the standard gives one as an
    example). Only stretches that can hold the peak are interpolated: no interpolated value exceeds the largest sample
    near it times the filter's absolute sum, nor the samples beside it by more than a part of the largest step from
    sample to sample, which in a voice is small. EBU Tech 3341 cases 15 to 23 are the test.
    """
    if kernels.compiled:
        return float(kernels.compiled.true_peak(np.ascontiguousarray(mono), _phases(), _bounds()[1]))
    return _true_peak_numpy(mono)


def _true_peak_numpy(mono: Float) -> float:
    of_samples, of_steps = _bounds()
    stretches = _stretches(mono)
    tops = _tops(mono, len(stretches))
    around = np.maximum(np.maximum(tops[:-2], tops[2:]), tops[1:-1])
    peak, loudest_first = float(around.max()), np.argsort(-around)
    for start in range(0, loudest_first.size, _TOGETHER):
        able = loudest_first[start : start + _TOGETHER]
        if around[able[0]] * of_samples <= peak:
            break
        some = stretches[able]
        beside = np.maximum(tops[1 + able], np.abs(some[:, _HALF_TAPS - 1]))
        able = beside + of_steps * np.abs(np.diff(some)).max(axis=1) > peak
        peak = max(peak, _peak_between(some[able]))
    return peak


def _stretches(mono: Float) -> Float:
    """Return stretches of the wave with what the interpolation needs around them, as a view.

    Their gaps lie before each of their samples, and some after the wave, into which it rings.
    """
    padded = np.pad(mono, (_HALF_TAPS, 2 * _HALF_TAPS + -(mono.size + _HALF_TAPS) % _STRETCH))
    return np.lib.stride_tricks.sliding_window_view(padded, _STRETCH + 2 * _HALF_TAPS)[::_STRETCH]


def _tops(mono: Float, stretches: int) -> Float:
    """Return the largest sample of each stretch, and zeros before the first and after the last."""
    tops = np.zeros(stretches + 2, dtype=np.float32)
    whole = mono[: mono.size // _STRETCH * _STRETCH].reshape(-1, _STRETCH)
    np.maximum(whole.max(axis=1), -whole.min(axis=1), out=tops[1 : 1 + len(whole)])
    tops[1 + len(whole)] = np.abs(mono[whole.size :]).max(initial=0.0)
    return tops


def _peak_between(stretches: Float) -> float:
    """Return the highest magnitude between the samples of some stretches."""
    blocks = np.lib.stride_tricks.sliding_window_view(stretches, _BLOCK + 2 * _HALF_TAPS, axis=1)[:, ::_BLOCK]
    between = blocks.reshape(-1, _BLOCK + 2 * _HALF_TAPS) @ _between()
    return max(float(between.max(initial=0.0)), -float(between.min(initial=0.0)))
