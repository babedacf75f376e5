"""Clipping: tops that were cut flat, at whatever level they are now."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pipeline.dsp.ceilings import Ceiling, find_ceiling
from pipeline.dsp.flat_tops import MIN_TOPS
from pipeline.dsp.frames import Bool, Double, Float

EVIDENCE = 2.1
"""Standard deviations that a ceiling must stand out by. Of 1239 clean waves (59 natural recordings as they were,
coded, filtered, resampled, limited by 6 and 12 dB) 1 % reach it, nearly all of them limited by 12 dB or of one
recording."""

LOUD = 0.4
"""Share of a side's loudest level from which on ceilings are looked for: after coding, the loudest hiss may stand
40 % above the ceiling of the vowels."""

MOST_CEILINGS = 6
"""Two sides, and gains that were changed between; so that no wave keeps us for long."""

SIDES = (1.0, -1.0, 0.0)
"""Tops, bottoms, and both as one: what was cut alike on both sides is twice as plain."""

BLOCK = 512
"""Samples of which the loudest is looked at first, so that quiet stretches cost nothing."""


def clipped(mono: Float) -> Bool:
    """Return the samples that lie on a clipped plateau.

    Parameters
    ----------
    mono : float32, shape (samples,)

    Returns
    -------
    bool, shape (samples,)
        All False for silence, for less than some hundred milliseconds, and for files so quiet that rounding alone
        makes their tops flat.

    Notes
    -----
    Ours: clipping takes all tops to one level and leaves them flat. Later gain moves the level; coding, resampling
    and noise let the tops wander a little about it. So each side is searched for the level about which samples
    crowd, against the levels above and below, and on which tops stay longer than round ones do (`find_ceiling`).
    What lies there is taken away and the rest searched again, for other gains and the other side.
    """
    found = np.zeros(mono.shape, dtype=bool)
    mean = float(mono.mean(dtype=np.float64)) if mono.size else 0.0
    at = _loud(mono, mean)
    wave, step = mono[at].astype(np.float64) - mean, _rounding(mono, at)
    for _ in range(MOST_CEILINGS):
        best, level = max((_of_side(wave, at, side, step) for side in SIDES), key=lambda pair: pair[0].evidence)
        if best.evidence < EVIDENCE:
            break
        on = (level >= best.low) & (level <= best.high * best.high / best.low)
        found[at[on]] = True
        at, wave = at[~on], wave[~on]
    return found


def _of_side(wave: Double, at: npt.NDArray[np.intp], side: float, step: float) -> tuple[Ceiling, Double]:
    """Return the likeliest ceiling of one side, and the level of every sample on that side."""
    level = side * wave if side else np.abs(wave)
    heard = level > LOUD * level.max(initial=0.0)
    return find_ceiling(level[heard], at[heard], step), level


def _loud(mono: Float, mean: float) -> npt.NDArray[np.intp]:
    """Return the samples that are loud for their side, a few clicks apart."""
    blocks = mono[: mono.size // BLOCK * BLOCK].reshape(-1, BLOCK)
    if len(blocks) < MIN_TOPS:
        return np.empty(0, dtype=np.intp)
    top, bottom = blocks.max(axis=1), blocks.min(axis=1)
    high = np.float32(mean + LOUD * (np.partition(top, -MIN_TOPS)[-MIN_TOPS] - mean))
    low = np.float32(mean + LOUD * (np.partition(bottom, MIN_TOPS - 1)[MIN_TOPS - 1] - mean))
    loud = np.flatnonzero((top > high) | (bottom < low))
    samples = blocks[loud].ravel()
    inside = np.flatnonzero((samples > high) | (samples < low))
    return np.asarray(loud[inside // BLOCK] * BLOCK + inside % BLOCK)


def _rounding(mono: Float, at: npt.NDArray[np.intp]) -> float:
    """Return the step that the file was rounded to: the least change between samples; of float hardly any."""
    some = at[at > 0][:5000]
    change = np.abs(mono[some] - mono[some - 1])
    return float(change[change > 3e-7].min(initial=1.0))
