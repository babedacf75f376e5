"""Flat tops: how much longer tops stay near their summit than round ones would."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pipeline.dsp.frames import Double

Index = npt.NDArray[np.int32] | npt.NDArray[np.intp]

MIN_TOPS = 4
"""One or two tops of one height happen to any voice."""

ROUND = 1.0
"""Samples of round tops in the upper third of the looked-at range, the one at the summit not counted, per sample in the
lower two thirds. Over natural recordings behind a limiter, which takes all tops to one height, this is 0.6 (95 % of
them below 1): at low rates few samples fall near a summit, so the law of the parabola alone would ask for too much."""

UNSEEN = 0.25
"""Samples of a top that may have been missed on its way down: a sample stands for a stretch of time, and the summit
lies between samples."""

LONGER = 1.4
"""How much longer than round ones tops must stay, however many there are: tones and vowels are not all parabolas."""


def flatness(level: Double, at: Index, foot: float, low: float, high: float) -> float:
    """Return by how many standard deviations the tops that end in a band stay in it longer than round ones.

    Parameters
    ----------
    level : float64, shape (samples,)
        Of one side. A run of samples from the foot up is one top, and counts as one observation.
    at : int, shape (samples,)
        Where in the wave they are, rising.
    foot, low, high : float
        Tops with their summit between `low` and `high` are looked at, from `foot` up.

    Returns
    -------
    float
        Minus infinity for fewer than `MIN_TOPS`, and for tops that stay less than `LONGER`.

    Notes
    -----
    Ours. A round top falls as a parabola: from summit ``h`` it stays above `low` for ``sqrt(h - low)`` and between
    `foot` and `low` for ``sqrt(h - foot) - sqrt(h - low)``, in the same unit. A top that was cut has lost what lay
    above, so it stays longer, and leaves faster.
    """
    summit, inside, outside = _tops(level, at, foot, low, high)
    tops = summit.size
    if tops < MIN_TOPS:
        return -np.inf
    over = np.sqrt(summit - low)
    parabola = over.sum() / (np.sqrt(summit - foot) - over).sum()
    outside += 2.0  # the next sample on either side might have been one
    expected = max(ROUND * outside, parabola * (outside + UNSEEN * tops) - tops)
    if inside - tops < LONGER * expected:
        return -np.inf
    return surprise(tops / inside * (inside - tops), tops / inside * expected)


def _tops(level: Double, at: Index, foot: float, low: float, high: float) -> tuple[Double, float, float]:
    """Return the summits that lie in a band, and how many samples of their tops lie in it, and how many below."""
    here = np.flatnonzero((level >= foot) & (level <= high))
    if not here.size:
        return level[:0], 0.0, 0.0
    tall, place = level[here], at[here]
    starts = np.append(0, 1 + np.flatnonzero(place[1:] - place[:-1] > 1))
    stops = np.append(starts[1:], here.size)
    summit = np.maximum.reduceat(tall, starts)
    ends = summit >= low
    ends[ends] = ~_goes_on(level, at, here[starts[ends]], here[stops[ends] - 1], high)
    inside = float(np.add.reduceat(tall >= low, starts, dtype=np.intp)[ends].sum())
    return summit[ends], inside, float((stops - starts)[ends].sum()) - inside


def _goes_on(level: Double, at: Index, first: Index, last: Index, high: float) -> npt.NDArray[np.bool_]:
    """Return which runs are a shoulder of something higher: a sample over `high` is next to them."""
    before, after = np.maximum(first - 1, 0), np.minimum(last + 1, level.size - 1)
    return np.asarray(
        ((level[before] > high) & (at[before] == at[first] - 1)) | ((level[after] > high) & (at[after] == at[last] + 1))
    )


def surprise(seen: float, expected: float) -> float:
    """Return by how many standard deviations a count exceeds what was expected: the signed root of Poisson deviance."""
    deviance = 2.0 * (seen * np.log(max(seen, 1e-9) / expected) - seen + expected)
    return float(np.sign(seen - expected) * np.sqrt(max(deviance, 0.0)))
