"""Quantiles of many columns at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pipeline import kernels
from pipeline.dsp.frames import Double, Float


def _as_it_is(values: Float | Double) -> Double:
    return values.astype(np.float64)


def quantile(values: Float | Double, percent: float, scale: Callable[[Any], Double] = _as_it_is) -> Double:
    """Return ``np.percentile(scale(values), percent, axis=0)`` for a scale that rises, shape (columns,).

    Float32 parted at one value, along contiguous rows, takes a third of the time of ``np.percentile``, which parts at
    two; the second is the least of the rest. And two values a column are scaled rather than all.
    """
    at = percent / 100.0 * (len(values) - 1)
    low = int(at)
    if kernels.compiled and values.dtype == np.float32:
        found = np.empty((2, values.shape[1]), dtype=np.float32)
        kernels.compiled.order_statistics(np.ascontiguousarray(values), low, found)
        return _between(scale(found[0]), scale(found[1]), at - low)
    parted = np.partition(np.ascontiguousarray(values.T), low, axis=1)
    return _between(scale(parted[:, low]), scale(parted[:, min(low + 1, len(values) - 1) :].min(axis=1)), at - low)


def _between(lower: Double, upper: Double, part: float) -> Double:
    return np.asarray(lower + part * (upper - lower))
