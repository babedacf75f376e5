"""Quantiles of many columns at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from pipeline.dsp.frames import Double, Float


def _as_it_is(values: Float) -> Double:
    return values.astype(np.float64)


def quantile(values: Float, percent: float, scale: Callable[[Float], Double] = _as_it_is) -> Double:
    """Return ``np.percentile(scale(values), percent, axis=0)`` for a scale that rises, shape (columns,).

    Float32 sorts in a fifth of the time that ``np.percentile`` takes to part it, and two values a column are scaled.
    """
    ordered = np.sort(np.ascontiguousarray(values.T), axis=1)
    at = percent / 100.0 * (len(values) - 1)
    low = int(at)
    lower, upper = scale(ordered[:, low]), scale(ordered[:, min(low + 1, len(values) - 1)])
    return np.asarray(lower + (at - low) * (upper - lower))
