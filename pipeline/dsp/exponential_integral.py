"""The exponential integral, for tables: to import it from scipy takes longer than all that is looked up there."""

from __future__ import annotations

import numpy as np

from pipeline.dsp.frames import Double

_EULER = 0.57721566490153286
_TERMS, _FRACTIONS = 20, 80
"""Enough for float64 at 1, where the one hands over to the other."""


def exp1(values: Double) -> Double:
    """Return the integral of ``exp(-t) / t`` from each value up; all lie above 0.

    Examples
    --------
    >>> exp1(np.array([0.001, 1.0, 10.0])).round(12).tolist()
    [6.331539364136, 0.219383934396, 4.156969e-06]
    """
    small = values <= 1.0
    result = np.empty_like(values)
    result[small], result[~small] = _series(values[small]), _fraction(values[~small])
    return result


def _series(values: Double) -> Double:
    """Return it by its power series (Abramowitz and Stegun 5.1.11)."""
    result, term = -_EULER - np.log(values), np.ones_like(values)
    for number in range(1, _TERMS + 1):
        term *= -values / number
        result -= term / number
    return result


def _fraction(values: Double) -> Double:
    """Return it by its continued fraction (Abramowitz and Stegun 5.1.22), from the innermost term out."""
    below = values.copy()
    for number in range(_FRACTIONS, 0, -1):
        below = values + number / (1.0 + number / below)
    return np.asarray(np.exp(-values) / below)
