"""A gain that follows the speaker from phrase to phrase."""

from __future__ import annotations

import numpy as np

from pipeline.dsp.frames import HOP_S, Bool, Double, to_db

MEMORY_S = 1.5
"""Standard deviation of the window in which the level of a voice is taken: words keep their weight, phrases are
evened."""

LEAST_WEIGHT = 0.02
"""Of voiced frames in the window: with less the gain holds what it was nearest."""


def even_gains_db(frame_power: Double, voiced: Bool, most_db: float) -> Double | None:
    """Return the gain of each frame that brings the voice's level to its own median, shape (frames,), in dB.

    Parameters
    ----------
    frame_power : float64, shape (frames,)
    voiced : bool, shape (frames,)
    most_db : float
        Most gain or reduction.

    Returns
    -------
    float64 or None
        None without voiced frames.

    Notes
    -----
    Ours: the mean of the level in dB of voiced frames in a Gaussian window. What lies between phrases gets a gain
    between theirs: nothing is lifted because nobody speaks.
    """
    from scipy.ndimage import gaussian_filter1d

    if not voiced.any():
        return None
    level_db, width = to_db(frame_power), MEMORY_S / HOP_S
    weight = gaussian_filter1d(voiced.astype(np.float64), width, mode="constant")
    sums = gaussian_filter1d(np.where(voiced, level_db, 0.0), width, mode="constant")
    known = np.flatnonzero(weight > LEAST_WEIGHT)
    if known.size == 0:
        return None
    smooth_db = np.interp(np.arange(weight.size), known, sums[known] / weight[known])
    return np.asarray(np.clip(float(np.median(smooth_db[voiced])) - smooth_db, -most_db, most_db))
