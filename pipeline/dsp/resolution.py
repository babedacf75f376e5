"""Resolution: the step between neighbouring values of a wave, and the noise that it makes."""

from __future__ import annotations

import numpy as np

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
    values = np.unique(mono[:: max(1, mono.size // LOOKED_AT)])
    if values.size < 3:
        return 0.0
    step = float(np.percentile(np.diff(values.astype(np.float64)), QUANTILE))
    return step**2 / 12.0
