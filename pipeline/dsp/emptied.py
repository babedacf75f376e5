"""Emptied cells: what a noise gate or a heavy denoiser leaves of a voice."""

from __future__ import annotations

import numpy as np

from pipeline.dsp.frames import Bool, Float, to_db
from pipeline.dsp.spectra import mel_weights

LOW_HZ, HIGH_HZ, BANDS = 300.0, 6000.0, 32
"""Where a voice, or the room behind it, is heard at every moment."""

DEPTH_DB = 70.0
"""A recording's own noise keeps cells within this of the loud moments of their band: clean recordings have under 0.1 %
of deeper ones (60 dB: 1 %), over-denoised ones 10 to 40 %."""


def emptied_ratio(spectrogram: Float, spoken: Bool, sample_rate_hz: int) -> float | None:
    """Return the share of the cells of speech, a frame by a mel band, that lie `DEPTH_DB` under their band's loudest.

    Parameters
    ----------
    spectrogram : float32, shape (frames, bins)
    spoken : bool, shape (frames,)
        Speech with the gaps within words.

    Returns
    -------
    float or None
        0 to 1. None without speech.

    Notes
    -----
    Ours. The loudest is the 95th percentile over speech, band by band, so that neither gain nor the tilt of a
    microphone counts.
    """
    if not spoken.any():
        return None
    weights = mel_weights(sample_rate_hz, spectrogram.shape[1], LOW_HZ, HIGH_HZ, BANDS)
    level_db = to_db(spectrogram[spoken] @ weights)
    return float(np.mean(level_db < np.percentile(level_db, 95, axis=0) - DEPTH_DB))
