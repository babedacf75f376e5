"""A wave at a fraction of its rate."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from pipeline.dsp.frames import Float

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
    stretches = 2 * LOBES + 1
    count = -(-(mono.size + 2 * LOBES * factor) // factor)
    taps, products = _filter_stretches(factor), np.zeros((count, stretches), dtype=np.float32)
    whole = (mono.size - 1) // factor  # a stretch ends where a new sample is: the first has one sample
    products[0] = mono[0] * taps[-1]
    products[1 : 1 + whole] = mono[1 : 1 + whole * factor].reshape(-1, factor) @ taps
    rest = mono[1 + whole * factor :]
    products[1 + whole] = rest @ taps[: rest.size]
    out = np.zeros(count, dtype=np.float32)
    for late in range(stretches):
        out[late:] += products[: count - late, late]
    return out


@lru_cache(maxsize=16)
def _filter_stretches(factor: int) -> Float:
    """Return the filter, a sinc under a Hamming window, latest stretch first, shape (factor, 2 * LOBES + 1)."""
    length = 2 * LOBES * factor + 1
    at = np.arange(length) - LOBES * factor
    taps = np.sinc(at / factor) * np.hamming(length)
    filled = np.zeros((2 * LOBES + 1) * factor)
    filled[:length] = taps / taps.sum()
    return np.asarray(filled.reshape(2 * LOBES + 1, factor)[:, ::-1].T, dtype=np.float32)
