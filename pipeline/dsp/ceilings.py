"""Ceilings: levels about which samples crowd and on which tops are flat."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.dsp.flat_tops import flatness
from pipeline.dsp.frames import Double

FINENESS = 0.0004
"""Step of the histogram of levels, as a share of the level."""

WIDTHS = (2, 4, 8, 16, 32, 52, 80, 116, 168)
"""Half widths of the band about a ceiling, in steps of `FINENESS`: from 0.08 % (tops as they were cut) to 6.7 %.
Behind MP3 at 128 kbit/s the tops of vowels wander by 1 to 3 %; in wider bands a voice's own peaks outweigh them."""


@dataclass(frozen=True, slots=True)
class Ceiling:
    """A band of levels in which samples crowd and tops stay.

    Attributes
    ----------
    low, high : float
        Edges of the band.
    evidence : float
        By how many standard deviations it stands out: the lesser of how many more samples lie in the band than
        below it, and how much longer the tops that end in it stay there than round ones.
    """

    low: float
    high: float
    evidence: float


NONE = Ceiling(0.0, 0.0, -np.inf)
"""No ceiling at all."""


def find_ceiling(level: Double, at: npt.NDArray[np.intp], step: float, least: float = 0.0) -> Ceiling:
    """Return the band of levels that looks most like a ceiling; `NONE` where none does.

    Parameters
    ----------
    level : float64, shape (samples,)
        Of the loud samples of one side, above 0.
    at : int, shape (samples,)
        Where in the wave they are, rising.
    step : float
        What the file was rounded to: bands narrower than three steps hold no tops but roundings.
    least : float
        Bands with less evidence are of no interest, and are not looked at closely.
    """
    best = NONE
    for low, high, crowd in sorted(_crowded_bands(level), key=lambda band: -band[2]):
        if crowd <= max(best.evidence, 0.0) or crowd < least:
            break
        if high - low >= 3.0 * step:
            foot = low * low / high
            near = level >= foot
            best = max(
                best,
                Ceiling(low, high, min(crowd, flatness(level[near], at[near], foot, low, high))),
                key=lambda one: one.evidence,
            )
    return best


def _crowded_bands(level: Double) -> list[tuple[float, float, float]]:
    """Return for each width the band that holds most: its edges, and by how many standard deviations.

    Against the band of the same width below: a voice thins out towards its peaks. And what lies above must be less
    than half.
    """
    if not level.size:
        return []
    floor = float(level.min())
    counts = np.cumsum(np.bincount((np.log(level / floor) / FINENESS).astype(np.intp)))
    below = np.concatenate([[0], counts, np.full(4 * WIDTHS[-1], counts[-1])]).astype(np.float64)
    size = 1 + counts.size
    return [_most_crowded(below, size, width, floor) for width in WIDTHS if size > 6 * width]


def _most_crowded(below: Double, size: int, width: int, floor: float) -> tuple[float, float, float]:
    """Return the band of one width. `below` counts what lies below each of `size` levels, and goes on at its last."""
    hop = max(1, width // 2)
    first, second, third, fourth = (below[at : size - 2 * width + at : hop] for at in range(0, 8 * width, 2 * width))
    under, within, over = second - first, third - second, fourth - third
    excess = (within - under) / np.sqrt(within + under + 1.0)
    excess[over > 0.5 * within] = -1.0
    best = int(excess.argmax())
    middle = 3 * width + best * hop
    low, high = (floor * math.exp((middle + offset * width) * FINENESS) for offset in (-1, 1))
    return low, high, float(excess[best])
