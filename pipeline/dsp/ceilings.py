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


Band = tuple[float, float, float]
"""Edges, and by how many standard deviations more levels lie in it than below."""

NONE = Ceiling(0.0, 0.0, -np.inf)
"""No ceiling at all."""


def find_ceiling(bands: list[Band], level: Double, at: npt.NDArray[np.intp], step: float) -> Ceiling:
    """Return the band of levels that looks most like a ceiling; `NONE` where none does.

    Parameters
    ----------
    bands : list
        From `crowded_bands`.
    level : float64, shape (samples,)
        Of the loud samples of one side, above 0.
    at : int, shape (samples,)
        Where in the wave they are, rising.
    step : float
        What the file was rounded to: bands narrower than three steps hold no tops but roundings.
    """
    best = NONE
    for low, high, crowd in sorted(bands, key=lambda band: -band[2]):
        if crowd <= max(best.evidence, 0.0):
            break
        if high - low >= 3.0 * step:
            flat = flatness(level, at, low * low / high, low, high)
            best = max(best, Ceiling(low, high, min(crowd, flat)), key=lambda one: one.evidence)
    return best


def crowded_bands(level: Double, least: float) -> list[Band]:
    """Return for each width the band of levels that holds most: its edges, and by how many standard deviations.

    Against the band of the same width below: a voice thins out towards its peaks. And what lies above must be less
    than half. Bands with less than `least` are left out.
    """
    if not level.size:
        return []
    floor = float(level.min())
    steps = level / floor
    np.log(steps, out=steps)
    steps /= FINENESS
    counts = np.bincount(steps.astype(np.intp))
    widths = [width for width in WIDTHS if counts.size >= 6 * width]
    found = []
    for width, excess in zip(widths, _excesses(counts, widths), strict=True):
        best = int(excess.argmax())
        if excess[best] >= least:
            middle = 3 * width + best * (width // 2)
            low, high = (floor * math.exp((middle + offset * width) * FINENESS) for offset in (-1, 1))
            found.append((low, high, float(excess[best])))
    return found


def _excesses(counts: npt.NDArray[np.intp], widths: list[int]) -> list[Double]:
    """Return for each width how many more levels lie in each band than in the one below, in standard deviations.

    A band begins every quarter of its breadth. -1 where more than half as many lie in the one above.
    """
    below = np.zeros(1 + counts.size + 4 * WIDTHS[-1])
    np.cumsum(counts, out=below[1 : 1 + counts.size])
    below[1 + counts.size :] = below[counts.size]
    bands = [-(-(1 + counts.size - 2 * width) // (width // 2)) for width in widths]
    starts = np.cumsum([0, *(count + 8 for count in bands)])
    held = np.zeros(starts[-1])
    for width, start, stop in zip(widths, starts[:-1], starts[1:], strict=True):
        feet = below[: (stop - start) * (width // 2) : width // 2]
        np.subtract(below[2 * width :: width // 2][: feet.size], feet, out=held[start:stop])
    under, within, over = held[:-8], held[4:-4], held[8:]
    excess = np.asarray((within - under) / np.sqrt(within + under + 1.0))
    excess[over > 0.5 * within] = -1.0
    return [excess[start : start + count] for start, count in zip(starts, bands, strict=False)]
