"""Noise that comes and goes: while it is there, some band of the voice never gets quiet."""

from __future__ import annotations

import numpy as np

from pipeline.dsp.frames import HOP_S, Bool, Float, to_db
from pipeline.dsp.running import running_mean

WINDOW_S = 1.0
"""Within a second each band of a voice has a closure, a vowel or a breath in which it falls to the noise: half a
second is too short for that (clean takes read 6 dB lower), two hide what comes and goes."""

SMOOTH_FRAMES = 5
"""50 ms, so that a minimum is no chance of one frame."""

QUANTILE = 85.0
"""Of the windows: noise that is there for a sixth of the time counts."""

LEAST_S = 8.0
"""In less, the noisier sixth of the seconds is one second, and one word that runs on without a dip is taken for noise:
clips of 5 s out of one take read 31 to 61 dB."""

CAREFUL_DB, DEEP_DB, DRY_DB, STEEP = 2.0, 24.0, 17.0, 10.0
"""What is told is `CAREFUL_DB` higher than measured. Clean takes measure 26 dB and more, echoing ones less whatever
their noise: beyond `DEEP_DB`, and in rooms with a C50 under `DRY_DB`, the limit rises out of the way, `STEEP` times as
fast.
Rank correlation with wide-band PESQ in recorded noises, with this limit and without: 0.857 and 0.825 on the half of
speakers and noises that it was chosen on, 0.77 and 0.71 on the other; mean error of the SNR there 3.1 and 3.8 dB."""


def dip_db(bands: Float, spoken: Bool, empty: Bool) -> float | None:
    """Return how far the noisier seconds' quiet moments lie under the speech, in dB.

    Parameters
    ----------
    bands : float32, shape (frames, bands)
        Power, from `pipeline.dsp.spectra.band_power`.
    spoken, empty : bool, shape (frames,)
        Speech with the gaps within words; digital silence.

    Returns
    -------
    float or None
        None where speech spans less than `LEAST_S`.

    Notes
    -----
    Ours, after minimum statistics (Martin 2001): the sum over mel bands of the least power within a second, in the
    noisier seconds, against the mean power of speech.
    """
    at = np.flatnonzero(spoken)
    if at.size == 0 or (at[-1] - at[0]) * HOP_S < LEAST_S:
        return None
    smooth = running_mean(bands, SMOOTH_FRAMES)
    smooth[empty] = np.inf
    within = smooth[at[0] : at[-1]]
    halves = np.minimum.reduceat(within, np.arange(0, len(within), round(0.5 * WINDOW_S / HOP_S)), axis=0)
    least = np.minimum(halves[:-1], halves[1:]).sum(axis=1)  # of windows that overlap by half
    # A second of nothing but digital silence has no least.
    noise = np.percentile(least[np.isfinite(least)], QUANTILE)
    return float(to_db(bands[spoken].sum(axis=1).mean()) - to_db(noise))


def snr_limit_db(dip_db: float, c50_db: float = DRY_DB) -> float:
    """Return what the SNR can be at most, in dB: in a room of this C50, or in a dry one, where it is least."""
    return dip_db + CAREFUL_DB + STEEP * (max(0.0, dip_db - DEEP_DB) + max(0.0, DRY_DB - c50_db))
