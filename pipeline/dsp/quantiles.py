"""Quantiles of many columns at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from pipeline.dsp.frames import Double, Float


def _as_it_is(values: Float) -> Double:
    return values.astype(np.float64)


def quantile(values: Float, percent: float, scale: Callable[[Float], Double] = _as_it_is) -> Double:
    """Return ``np.percentile(scale(values), percent, axis=0)`` for a scale that rises, shape (columns,).

    Float32 parted at one value, along contiguous rows, takes a third of the time of ``np.percentile``, which parts at
    two; the second is the least of the rest. And two values a column are scaled rather than all.
    """
    at = percent / 100.0 * (len(values) - 1)
    low = int(at)
    parted = np.partition(np.ascontiguousarray(values.T), low, axis=1)
    lower, upper = scale(parted[:, low]), scale(parted[:, min(low + 1, len(values) - 1) :].min(axis=1))
    return np.asarray(lower + (at - low) * (upper - lower))
