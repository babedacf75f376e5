"""Emptied cells: what a noise gate or a heavy denoiser leaves of a voice."""

from __future__ import annotations

import numpy as np

from pipeline import kernels
from pipeline.dsp.frames import SILENCE_DB, Bool, Double, Float, from_db, to_db
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
    power = np.maximum(_bands(spectrogram, spoken, sample_rate_hz), np.float32(from_db(SILENCE_DB)))
    if not (power.min(axis=0) < _next_to_nothing(to_db(power.max(axis=0)))).any():  # as in most recordings
        return 0.0
    frame_db = to_db(power.sum(axis=1))
    loud = power[frame_db > np.percentile(frame_db, 95) - LOUD_DB]
    return float(np.mean(loud < _next_to_nothing(quantile(power, 95.0, to_db))))


def _next_to_nothing(loud_db: Double) -> Float:
    return from_db(loud_db - DEPTH_DB).astype(np.float32)


def _bands(spectrogram: Float, spoken: Bool, sample_rate_hz: int) -> Float:
    """Return the power of each spoken frame and band."""
    weights = mel_weights(sample_rate_hz, spectrogram.shape[1], LOW_HZ, HIGH_HZ, BANDS)
    bins = np.flatnonzero(weights.any(axis=1))
    here = slice(bins[0], bins[-1] + 1) if bins.size else slice(0, 0)  # a quarter of all at 44.1 kHz
    if kernels.compiled:
        power = np.empty((np.count_nonzero(spoken), BANDS), dtype=np.float32)
        of = (np.ascontiguousarray(spectrogram), spectrogram.shape[1], here.start, spoken)
        kernels.compiled.spoken_bands(*of, np.ascontiguousarray(weights[here]), power)
        return power
    return np.asarray((spectrogram[:, here] @ weights[here])[spoken])
