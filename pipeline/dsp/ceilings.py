"""Ceilings: levels at which tops crowd and are flat."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.dsp.frames import Double

FINENESS = 0.0004
"""Step of the histogram of levels, as a share of the level: a third of the rounding of a 16-bit file at -24 dBFS."""

WIDTHS = (2, 4, 8, 16, 32, 52, 80, 116, 168)
"""Half widths of the band about a ceiling, in steps of `FINENESS`: from 0.08 % (tops as they were cut) to 6.7 %.
Behind MP3 at 128 kbit/s tops of vowels wander by 1 to 3 %; in wider bands a voice's own peaks outweigh them."""

MIN_VISITS = 3
"""Fewer tops at one level happen to any voice: none of 59 natural recordings has five within 1.2 %."""

ROUND = 1.0
"""How long a round top stays in the band about its summit against the band twice as wide below. A parabola that ends
at the upper edge of the band stays 2.4 times as long, one that ends anywhere in it 1.2 times; the one sample that
makes it a visit is not counted, which takes it to 0.6 over recordings behind a limiter (95 % of them below 1)."""


EFFECT = 1.4
ROUNDER = 1.0
"""A parabola's stay, from its summit in the band, times this: tops of vowels are not all parabolas."""


@dataclass(frozen=True, slots=True)
class Ceiling:
    """A band of levels in which tops crowd and stay.

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


def find_ceiling(level: Double, at: npt.NDArray[np.intp], step: float) -> Ceiling:
    """Return the band of levels that looks most like a ceiling; `NONE` where too few tops end in any.

    Parameters
    ----------
    level : float64, shape (samples,)
        Of the loud samples of one side, above 0.
    at : int, shape (samples,)
        Where in the wave they are, rising.
    step : float
        What the file was rounded to: bands narrower than three steps are not looked at.
    """
    if level.size < MIN_VISITS:
        return NONE
    floor = float(level.min())
    place = (np.log(level / floor) / FINENESS).astype(np.intp)
    below = np.concatenate([[0], np.cumsum(np.bincount(place))])
    widths = (width for width in WIDTHS if below.size > 6 * width)
    return max((_best(level, at, step, below, width) for width in widths), key=lambda one: one.evidence, default=NONE)


def _best(level: Double, at: npt.NDArray[np.intp], step: float, below: npt.NDArray[np.intp], width: int) -> Ceiling:
    """Return the best band of one width: where samples crowd most, weighed with how flat its tops are."""
    middle, excess = _crowded(below, width)
    foot, low, high = (level.min() * np.exp((middle + offset * width) * FINENESS) for offset in (-3, -1, 1))
    if high - low < 3.0 * step:
        return NONE
    near = level >= foot
    return Ceiling(float(low), float(high), min(excess, _flatness(level[near], at[near], foot, low, high)))


def _crowded(below: npt.NDArray[np.intp], width: int) -> tuple[int, float]:
    """Return the middle of the band that holds most against its neighbours, and by how many standard deviations."""
    middle = np.arange(3 * width, below.size + width, max(1, width // 2))
    edges = [below[np.minimum(middle + offset * width, below.size - 1)] for offset in (-3, -1, 1, 3)]
    under, within, over = np.diff(np.array(edges, dtype=np.float64), axis=0)
    excess = np.where(over <= 0.5 * within, (within - under) / np.sqrt(within + under + 1.0), -1.0)
    best = int(excess.argmax())
    return int(middle[best]), float(excess[best])


def _flatness(level: Double, at: npt.NDArray[np.intp], foot: float, low: float, high: float) -> float:
    """Return by how many standard deviations the tops that end in a band stay in it longer than round ones.

    A run of samples from the foot of the band up is one top. Samples of one top are one observation.
    """
    starts = np.flatnonzero(np.diff(at, prepend=-2) > 1)
    if starts.size < MIN_VISITS:
        return -np.inf
    summit = np.maximum.reduceat(level, starts)
    ends = (summit >= low) & (summit <= high)
    visits = int(ends.sum())
    if visits < MIN_VISITS:
        return -np.inf
    inside = float(np.add.reduceat((level >= low).astype(np.float64), starts)[ends].sum())
    flank = float(np.add.reduceat((level < low).astype(np.float64), starts)[ends].sum()) + 2.0
    over, all_over = np.sqrt(summit[ends] - low), np.sqrt(summit[ends] - foot)
    parabola = float(over.sum() / (all_over - over).sum())
    expected = max(ROUND * flank, ROUNDER * parabola * flank - visits)
    if inside - visits < EFFECT * expected:
        return -np.inf
    return _surprise(visits / inside * (inside - visits), visits / inside * expected)


def _surprise(seen: float, expected: float) -> float:
    """Return by how many standard deviations a count exceeds what was expected (signed root of Poisson deviance)."""
    deviance = 2.0 * (seen * np.log(max(seen, 1e-9) / expected) - seen + expected)
    return float(np.sign(seen - expected) * np.sqrt(max(deviance, 0.0)))
