"""A wave at a fraction of its rate."""

from __future__ import annotations

from functools import lru_cache
from types import ModuleType
from typing import NamedTuple

import numpy as np

from pipeline import kernels
from pipeline.dsp.frames import Float

_PART = 16384
"""Stretches multiplied at once: the products stay in the cache."""

GROUP = 8
"""Taps that the compiled loop takes at once."""

LOBES = 4
"""Of the interpolating sinc, on each side: the noise of folding stays 50 dB under what is kept."""


class Thinning(NamedTuple):
    """Every `factor`-th sample through a filter, whose first tap is for what lies `delay` samples before it."""

    taps: Float
    factor: int
    delay: int


def decimated(mono: Float, factor: int) -> Float:
    """Return every `factor`-th sample of a wave, what lies above half of the new rate filtered off before.

    Parameters
    ----------
    mono : float32, shape (samples,)
        One at least.
    factor : int
        2 or more.

    Returns
    -------
    float32
        ``LOBES`` samples later than the wave; all of the filter's answer, as ``scipy.signal.upfirdn`` gives it.

    Notes
    -----
    Each new sample is a sum over `2 * LOBES` and one stretches of `factor` old ones, each times its stretch of the
    filter. So all stretches times all stretches of the filter is one product of matrices, and the sums run over its
    diagonals: a fifth of the time of going from sample to sample.
    """
    if kernels.compiled:
        by = Thinning(in_groups(_filter(factor)), factor, 2 * LOBES * factor)
        return filtered_by(kernels.compiled, by, mono, np.empty(-(-mono.size // factor) + 2 * LOBES, dtype=np.float32))
    return _decimated_numpy(mono, factor)


def filtered_by(loops: ModuleType, by: Thinning, mono: Float, out: Float) -> Float:
    """Return `out`, filled by the compiled loops: beyond the ends of the wave there is nothing."""
    loops.thinned(np.ascontiguousarray(mono), by.taps, out, by.factor, by.delay)
    return out


def in_groups(taps: Float) -> Float:
    """Return the taps filled up with zeros to whole groups of the compiled loop."""
    return np.pad(taps, (0, -taps.size % GROUP))


def _decimated_numpy(mono: Float, factor: int) -> Float:
    taps, whole = _filter_stretches(factor), (mono.size - 1) // factor  # a stretch ends where a new sample is
    out = np.zeros(-(-(mono.size + 2 * LOBES * factor) // factor) + 2 * LOBES, dtype=np.float32)
    _add_late(out, mono[:1, None] @ taps[-1:])  # the first stretch has one sample
    for start in range(0, whole, _PART):
        part = mono[1 + start * factor : 1 + min(start + _PART, whole) * factor]
        _add_late(out[1 + start :], part.reshape(-1, factor) @ taps)
    rest = mono[1 + whole * factor :]
    _add_late(out[1 + whole :], rest[None, :] @ taps[: rest.size])
    return out[: -2 * LOBES]


def _add_late(out: Float, products: Float) -> None:
    """Add the first column, the second one sample later, and so on."""
    for late in range(products.shape[1]):
        out[late : late + len(products)] += products[:, late]


@lru_cache(maxsize=16)
def _filter(factor: int) -> Float:
    """Return the filter, a sinc under a Hamming window, shape (2 * LOBES * factor + 1,)."""
    length = 2 * LOBES * factor + 1
    at = np.arange(length) - LOBES * factor
    taps = np.sinc(at / factor) * np.hamming(length)
    return np.asarray(taps / taps.sum(), dtype=np.float32)


@lru_cache(maxsize=16)
def _filter_stretches(factor: int) -> Float:
    """Return the filter, latest stretch first, shape (factor, 2 * LOBES + 1)."""
    filled = np.zeros((2 * LOBES + 1) * factor, dtype=np.float32)
    filled[: 2 * LOBES * factor + 1] = _filter(factor)
    return np.asarray(filled.reshape(2 * LOBES + 1, factor)[:, ::-1].T)
