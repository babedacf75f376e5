"""Whether one wave is another made louder or softer as a whole."""

from __future__ import annotations

import numpy as np

from pipeline import kernels
from pipeline.dsp.frames import Float

SOME = 10_000
"""Samples from all over a wave that tell at once that a change was no gain; most are none."""

TOLERANCE = 1e-6
"""Of full scale: what float32 rounds, and no more."""


def gain_between(before: Float, after: Float) -> float | None:
    """Return the factor by which a wave became another of its length; None where it was no gain, or nothing was heard.

    Examples
    --------
    >>> wave = np.array([0.1, -0.4, 0.2], dtype=np.float32)
    >>> gain_between(wave, wave * np.float32(0.5)), gain_between(wave, wave + np.float32(0.1))
    (0.5, None)
    """
    if before.shape != after.shape:
        return None
    gain: float | None = 0.0
    for part in (slice(None, None, 1 + before.size // SOME), slice(None)):
        gain = _factor(before[part], after[part])
        if gain is None:
            break
    return gain or None


def _factor(before: Float, after: Float) -> float | None:
    """Return the factor by the loudest sample; None where another sample tells another. Silence tells nothing: 0."""
    at = _loudest(before)
    if before[at] == 0.0:
        return 0.0
    gain = np.float32(after[at] / before[at])
    return float(gain) if _agrees(before, after, gain) else None


def _loudest(wave: Float) -> int:
    if kernels.compiled and wave.flags.c_contiguous:
        return int(kernels.compiled.loudest(wave))
    return int(np.abs(wave).argmax())


def _agrees(before: Float, after: Float, gain: np.float32) -> bool:
    most = TOLERANCE * max(1.0, float(abs(gain)))
    if kernels.compiled and before.flags.c_contiguous and after.flags.c_contiguous:
        return bool(kernels.compiled.is_gain(before, after, gain, most))
    return bool(np.abs(before * gain - after).max() <= most)
