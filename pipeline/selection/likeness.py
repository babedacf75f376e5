"""Which of several clips are of the voice that most of them are of."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

import numpy as np

from pipeline.dsp.frames import Double
from pipeline.dsp.voiceprint import Voiceprint

SPREAD_FILE = "clip_spread.csv"
"""Covariance of voiceprints from clip to clip of one speaker in one recording, without end of speech: pooled over 40
speakers by ``python -m tests.evaluation.likeness --write``."""

SHORT_FRAMES = 200.0
"""The covariance of a clip of so many frames is twice that of an endless one: its words differ."""

UNLIKE = 2.2
"""Mean squared distance, in units of the spread, from which a clip is of another voice, room or microphone."""

OWN_WEIGHT, CORE, ROUNDS, GROWING = 20.0, 0.6, 4, 6
"""The pooled spread counts as much as `OWN_WEIGHT` clips of the group's own; the group's middle is first that of the
`CORE` nearest to it, then of all that are not `UNLIKE`.

All of these were chosen on the same speakers, each judged by the spread of the others. Of groups of up to 32 clips of
one speaker with 8 of another, or of 8 others, 3.8 % of own clips are lost and 96.4 % (one other speaker) and 99.2 %
(several) of intruders found where clips have 2.5 to 4 s; 1 % and 100 % where they have 4 to 8 s
(``python -m tests.evaluation.likeness``)."""

FEW = 5
"""Under so many clips the group cannot say how much it varies: only the pooled spread counts."""


def unlikeness(prints: Sequence[Voiceprint]) -> Double:
    """Return how far each clip lies from the voice that most are of: `UNLIKE` and more is another.

    Parameters
    ----------
    prints : sequence of Voiceprint
        Of at least two clips.

    Returns
    -------
    float64, shape (clips,)
        Mean squared distance in units of the spread from clip to clip; about 1 for the same voice.

    Notes
    -----
    Ours: Mahalanobis distance from a robust centre (after Rousseeuw's minimum covariance determinant: the core is
    re-fitted to what lies nearest), with a covariance shrunk towards the pooled one. A speaker of whom most clips are
    of another room is the intruder here: the majority decides.
    """
    values = np.stack([each.values for each in prints])
    own = 1.0 + SHORT_FRAMES / np.array([each.frames for each in prints])
    if len(prints) < FEW:
        return _from_middle_clip(values, own)
    spread, core, distances = pooled_spread(), None, np.zeros(len(prints))
    count = max(3, int(CORE * len(prints)))
    for turn in range(ROUNDS + GROWING):
        white = values @ np.linalg.cholesky(np.linalg.inv(spread))
        centre = _middle(white, own) if core is None else np.average(white[core], axis=0, weights=1.0 / own[core])
        distances = ((white - centre) ** 2).mean(axis=1) / own
        nearest = np.argsort(distances)[:count]
        grown = np.flatnonzero(distances <= max(UNLIKE, distances[nearest[-1]]))
        core = nearest if turn < ROUNDS else grown
        spread = _shrunk(values[core], own[core])
    return np.asarray(distances)


def pair_unlikeness(one: Voiceprint, other: Voiceprint) -> float:
    """Return how far two clips lie apart, by the pooled spread; about 1 for the same voice."""
    own = 2.0 + SHORT_FRAMES / one.frames + SHORT_FRAMES / other.frames
    apart = one.values - other.values
    return float(apart @ np.linalg.solve(pooled_spread(), apart)) / apart.size / own


@lru_cache(maxsize=1)
def pooled_spread() -> Double:
    """Return the pooled covariance, shape (values, values)."""
    with (files("pipeline.selection") / SPREAD_FILE).open("rb") as table:
        return np.loadtxt(table, delimiter=",")


def _middle(white: Double, own: Double) -> Double:
    """Return the clip that half of the others are nearest to."""
    apart = ((white[:, None] - white[None]) ** 2).sum(axis=-1) / (own[:, None] + own[None])
    return np.asarray(white[np.argmin(np.median(apart, axis=1))])


def _from_middle_clip(values: Double, own: Double) -> Double:
    white = values @ np.linalg.cholesky(np.linalg.inv(pooled_spread()))
    apart = ((white[:, None] - white[None]) ** 2).mean(axis=-1) / (own[:, None] + own[None])
    return np.asarray(apart[np.argmin(np.median(apart, axis=1))])


def _shrunk(values: Double, own: Double) -> Double:
    """Return the group's own covariance, shrunk towards the pooled one at the geometric mean of their sizes."""
    about = (values - np.average(values, axis=0, weights=1.0 / own)) / np.sqrt(own)[:, None]
    covariance = about.T @ about / max(1, len(values) - 1)
    size = np.trace(np.linalg.solve(pooled_spread(), covariance)) / values.shape[1]
    share = OWN_WEIGHT / (OWN_WEIGHT + len(values))
    return np.asarray(share * pooled_spread() * np.sqrt(size) + (1.0 - share) * covariance)
