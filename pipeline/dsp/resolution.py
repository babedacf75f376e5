"""Resolution: the step between neighbouring values of a wave, and the noise that it makes."""

from __future__ import annotations

import numpy as np

from pipeline import kernels
from pipeline.dsp.frames import Float

LOOKED_AT = 65536
"""Samples, spread over the wave: enough to meet most values of a coarse grid near its middle."""

QUANTILE = 10.0
"""Most neighbouring values of a wave on a grid are one step apart; a few samples off it must not hide it."""


def quantisation_noise_power(mono: Float) -> float:
    """Return the power of the noise of rounding to few bits (full scale 1.0), whatever gain came after.

    Parameters
    ----------
    mono : float32, shape (samples,)

    Returns
    -------
    float
        ``step**2 / 12`` (Bennett 1948) for the step of the grid that the values lie on: -101 dBFS for 16 bits, -53 for
        8. As good as nothing where there is no grid: after filters, resampling, coding. 0 for digital silence.

    Notes
    -----
    Rounding to 8 bits and fewer makes pauses digital silence, so no measure taken in pauses can see its noise.
    """
    return _step(mono, max(1, mono.size // LOOKED_AT)) ** 2 / 12.0


def _step(mono: Float, stride: int) -> float:
    """Return the `QUANTILE` of the steps between neighbouring values of every so many samples; 0 for fewer than two."""
    if kernels.compiled:
        return float(kernels.compiled.step_quantile(np.ascontiguousarray(mono), stride, QUANTILE / 100.0))
    steps = np.diff(np.unique(mono[::stride]).astype(np.float64))
    return float(np.percentile(steps, QUANTILE)) if steps.size >= 2 else 0.0
