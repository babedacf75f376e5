"""Emptied cells: what a noise gate or a heavy denoiser leaves of a voice."""

from __future__ import annotations

import numpy as np

from pipeline.dsp.frames import SILENCE_DB, Bool, Float, from_db, to_db
from pipeline.dsp.quantiles import quantile
from pipeline.dsp.spectra import mel_weights

LOW_HZ, HIGH_HZ, BANDS = 300.0, 6000.0, 32
"""Where a voice, or the room behind it, is heard at every moment."""

DEPTH_DB = 80.0
"""Under the loud moments of their band nothing in a room is so still: of 26 clean clips none has a cell as deep in 95 %
of cases (at 60 dB: 1 % of the cells), over-denoised ones have 5 to 25 %."""

LOUD_DB = 25.0
"""Only frames this near to the loud ones count: what a gate shuts between words, nobody misses."""


def emptied_ratio(spectrogram: Float, spoken: Bool, sample_rate_hz: int) -> float | None:
    """Return the share of the cells of loud speech, a frame by a mel band, that hold next to nothing.

    Parameters
    ----------
    spectrogram : float32, shape (frames, bins)
    spoken : bool, shape (frames,)
        Speech with the gaps within words.
    sample_rate_hz : int

    Returns
    -------
    float or None
        0 to 1. None without speech.

    Notes
    -----
    Ours. A cell is compared with the 95th percentile of its own band over speech, so that neither gain nor the tilt
    of a microphone counts.
    """
    if not spoken.any():
        return None
    weights = mel_weights(sample_rate_hz, spectrogram.shape[1], LOW_HZ, HIGH_HZ, BANDS)
    bins = np.flatnonzero(weights.any(axis=1))
    here = slice(bins[0], bins[-1] + 1) if bins.size else slice(0, 0)  # a quarter of all at 44.1 kHz
    power = np.maximum((spectrogram[:, here] @ weights[here])[spoken], np.float32(from_db(SILENCE_DB)))
    frame_db = to_db(power.sum(axis=1))
    loud = power[frame_db > np.percentile(frame_db, 95) - LOUD_DB]
    return float(np.mean(loud < from_db(quantile(power, 95.0, to_db) - DEPTH_DB).astype(np.float32)))
