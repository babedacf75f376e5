"""What a folder of recordings is like: percentiles and outliers of every metric, and the score that lets a share in."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from pipeline.records import MetricValues, Record, Severity
from pipeline.rubric import Rubric

PERCENTS = (5, 25, 50, 75, 95)

OUTLIER_Z = 3.5
"""Modified z-score from which a value is an outlier (Iglewicz and Hoaglin 1993, How to Detect and Handle Outliers)."""

_MAD_TO_SIGMA = 0.6745
"""The median absolute deviation of a normal distribution, in standard deviations."""


@dataclass(frozen=True, slots=True)
class Outlier:
    """A recording whose value is far from the others'."""

    path: str
    value: float


@dataclass(frozen=True, slots=True)
class Spread:
    """One metric over all recordings: how many have it, its percentiles (see `PERCENTS`), its outliers, worst first."""

    metric: str
    count: int
    percentiles: tuple[float, ...]
    outliers: tuple[Outlier, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A score to accept from.

    Parameters
    ----------
    wanted_ratio : float
        The share of recordings that was asked for.
    min_score : float or None
        Accepts at least that share; None where limits alone keep more out than that.
    accepted, eligible, total : int
        How many recordings it accepts, how many no limit keeps out, how many were judged.
    kept_out : tuple of (code, count)
        The findings that keep recordings out whatever their score, the commonest first.
    """

    wanted_ratio: float
    min_score: float | None
    accepted: int
    eligible: int
    total: int
    kept_out: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Calibration:
    """What `calibrate` found."""

    spreads: tuple[Spread, ...]
    proposal: Proposal

    def to_dict(self) -> dict[str, Any]:
        """Return what ``--json`` prints."""
        percents = [f"p{percent}" for percent in PERCENTS]
        metrics = {
            spread.metric: {
                "count": spread.count,
                **dict(zip(percents, spread.percentiles, strict=True)),
                "outliers": [asdict(outlier) for outlier in spread.outliers],
            }
            for spread in self.spreads
        }
        return {"metrics": metrics, "proposal": asdict(self.proposal)}


def calibrate(records: Sequence[Record], rubric: Rubric, wanted_ratio: float) -> Calibration:
    """Look at recordings as they are, before any repair.

    Parameters
    ----------
    records : sequence of Record
        As `check` makes them; those that failed are left out.
    rubric : Rubric
    wanted_ratio : float
        The share of recordings to accept, above 0, up to 1.
    """
    judged = [(record.path, record.before) for record in records if record.before is not None]
    names = dict.fromkeys(name for _, values in judged for name in values)
    spreads = [_spread(name, judged) for name in names]
    return Calibration(tuple(each for each in spreads if each.count), _proposal(judged, rubric, wanted_ratio))


def _spread(name: str, judged: Sequence[tuple[str, MetricValues]]) -> Spread:
    found = [(path, value) for path, values in judged if (value := values.get(name)) is not None]
    if not found:
        return Spread(name, 0, (), ())
    numbers = np.array([value for _, value in found])
    distance = np.abs(numbers - np.median(numbers))
    deviation = float(np.median(distance))
    score = _MAD_TO_SIGMA * distance / deviation if deviation > 0.0 else np.zeros_like(distance)
    far = [int(index) for index in np.argsort(-score, kind="stable") if score[index] > OUTLIER_Z]
    percentiles = tuple(float(value) for value in np.percentile(numbers, PERCENTS))
    return Spread(name, len(found), percentiles, tuple(Outlier(*found[index]) for index in far))


def _proposal(judged: Sequence[tuple[str, MetricValues]], rubric: Rubric, wanted_ratio: float) -> Proposal:
    grades = [rubric.grade(values) for _, values in judged]
    heavy = [{f.code for f in grade.findings if f.severity in {Severity.REJECT, Severity.REVIEW}} for grade in grades]
    scores = sorted((grade.score for grade, codes in zip(grades, heavy, strict=True) if not codes), reverse=True)
    kept_out = tuple(Counter(code for codes in heavy for code in codes).most_common())
    needed = max(1, math.ceil(wanted_ratio * len(grades)))
    if needed > len(scores):
        return Proposal(wanted_ratio, None, 0, len(scores), len(grades), kept_out)
    min_score = float(math.floor(scores[needed - 1]))
    accepted = sum(score >= min_score for score in scores)
    return Proposal(wanted_ratio, min_score, accepted, len(scores), len(grades), kept_out)
