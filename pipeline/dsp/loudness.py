"""Loudness as EBU R 128 measures it, by pyloudnorm."""

from __future__ import annotations

import numpy as np

from pipeline.dsp.frames import Float

BLOCK_S = 0.4
"""The gating block of ITU-R BS.1770-4; shorter sound has no loudness."""

SHORT_TERM_S = 3.0
"""The block of the loudness range (EBU Tech 3342)."""


def integrated_loudness_lufs(mono: Float, sample_rate_hz: int) -> float | None:
    """Return the gated loudness of one channel (ITU-R BS.1770-4).

    Parameters
    ----------
    mono : float32, shape (samples,)
    sample_rate_hz : int

    Returns
    -------
    float or None
        LUFS. None below 0.4 s, and where every block is under the absolute gate of -70 LUFS.
    """
    if mono.size < BLOCK_S * sample_rate_hz:
        return None
    from pyloudnorm import Meter  # ~0.5 s with scipy.signal

    # A meter keeps state, so each measurement makes its own; float64 as its filters want it.
    loudness = float(Meter(sample_rate_hz).integrated_loudness(mono.astype(np.float64)))
    return loudness if np.isfinite(loudness) else None


def loudness_range_lu(mono: Float, sample_rate_hz: int) -> float | None:
    """Return the loudness range of one channel (EBU Tech 3342), None where it has no loud block of 3 s."""
    if mono.size < SHORT_TERM_S * sample_rate_hz:
        return None
    from pyloudnorm import Meter

    with np.errstate(all="ignore"):  # it takes percentiles of nothing for silence: answered below
        value = float(Meter(sample_rate_hz).loudness_range(mono.astype(np.float64)))
    return value if np.isfinite(value) else None
