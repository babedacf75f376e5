"""A wave at a fraction of its rate."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from pipeline.dsp.frames import Float

_PART = 16384
"""Stretches multiplied at once: the products stay in the cache."""

LOBES = 4
"""Of the interpolating sinc, on each side: the noise of folding stays 50 dB under what is kept."""


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
def _filter_stretches(factor: int) -> Float:
    """Return the filter, a sinc under a Hamming window, latest stretch first, shape (factor, 2 * LOBES + 1)."""
    length = 2 * LOBES * factor + 1
    at = np.arange(length) - LOBES * factor
    taps = np.sinc(at / factor) * np.hamming(length)
    filled = np.zeros((2 * LOBES + 1) * factor)
    filled[:length] = taps / taps.sum()
    return np.asarray(filled.reshape(2 * LOBES + 1, factor)[:, ::-1].T, dtype=np.float32)
