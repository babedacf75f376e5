"""Whether one wave is another made louder or softer as a whole."""

from __future__ import annotations

import numpy as np

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
    if before.shape != after.shape or not before.any():
        return None
    some = slice(None, None, 1 + before.size // SOME)
    return None if _factor(before[some], after[some]) is None else _factor(before, after)


def _factor(before: Float, after: Float) -> float | None:
    """Return the factor by the loudest sample; None where another sample tells another. Silence tells nothing: 1."""
    at = int(np.abs(before).argmax())
    if before[at] == 0.0:
        return 1.0
    gain = np.float32(after[at] / before[at])
    agrees = np.abs(before * gain - after).max() <= TOLERANCE * max(1.0, float(abs(gain)))
    return float(gain) if agrees else None
