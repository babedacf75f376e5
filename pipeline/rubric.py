"""From metrics to a grade: limits first, then a score.

A *part* looks at one metric. Its curve turns the metric into points: what is left, of 100, of a voice that is
damaged in this way alone. Its limits raise findings. The score is the product of what the parts leave, so that one
bad part is not hidden by good others, two damages are worse than one, and a worse metric never scores higher. A
finding of severity reject or review decides the status whatever the score.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from pipeline.findings import event_finding, limit_finding
from pipeline.records import Finding, MetricValues, Severity, Span, Status

Limits = Mapping[Severity, float]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the grade.

    Parameters
    ----------
    name, metric : str
    weight : float
        Exponent of what the part leaves: 1 as its curve says, 0 for a part whose points are told but do not count.
    points : sequence of (metric, points)
        The curve, linear between its points and constant beyond; monotone.
    below, above : mapping of severity to limit
        A value beyond several limits gets the heaviest.
    below_code, above_code : str
        Codes of the findings.
    credit : float
        How much of an improvement by repair counts, 0 (cannot be repaired) to 1.
    unknown : float
        Points where the metric is undefined; the status is then review at best.

    Examples
    --------
    >>> curve, limits = ((10.0, 0.0), (40.0, 100.0)), {Severity.REVIEW: 20.0}
    >>> part = Part("snr", "snr_db", points=curve, below=limits, below_code="noisy")
    >>> part.score(25.0), part.find(15.0, ()).message
    (50.0, 'The voice stands only 15 dB above the noise.')
    """

    name: str
    metric: str
    weight: float = 0.0
    points: tuple[tuple[float, float], ...] = ()
    below: Limits = field(default_factory=dict)
    above: Limits = field(default_factory=dict)
    below_code: str = ""
    above_code: str = ""
    credit: float = 1.0
    unknown: float = 0.0

    def score(self, value: float | None) -> float:
        """Return the points of a value, 0 to 100."""
        if value is None:
            return self.unknown
        at, points = zip(*self.points, strict=True)
        return float(np.interp(value, at, points))

    def find(self, value: float, at_s: Sequence[Span]) -> Finding | None:
        """Return the finding of the heaviest limit that `value` passes, if any."""
        for severity in (Severity.REJECT, Severity.REVIEW, Severity.NOTE):
            if severity in self.below and value < self.below[severity]:
                return limit_finding(self.below_code, severity, value, self.below[severity], at_s)
            if severity in self.above and value > self.above[severity]:
                return limit_finding(self.above_code, severity, value, self.above[severity], at_s)
        return None

    def repaired(self, before: float | None, after: float | None) -> float | None:
        """Return the value that the grade of a repaired sample uses: an improvement counts by its credit."""
        if before is None or after is None or not self.points or self.credit >= 1.0:
            return after
        better = self.score(after) >= self.score(before)
        return before + self.credit * (after - before) if better else after


@dataclass(frozen=True, slots=True)
class Grade:
    """The judgement of one sample: score 0 to 100, points by part, findings (heaviest first), status.

    Examples
    --------
    >>> from pipeline import load_profile, read
    >>> grade = load_profile().check(read("samples/mia/greeting.ogg")).grade
    >>> str(grade.status), grade.findings[0].code
    ('review', 'short')
    """

    score: float
    parts: dict[str, float]
    findings: tuple[Finding, ...]
    status: Status


@dataclass(frozen=True, slots=True)
class Rubric:
    """The parts and the two scores that divide accepted, review and rejected.

    Examples
    --------
    >>> part = Part("snr", "snr_db", weight=1.0, points=((10.0, 0.0), (40.0, 100.0)))
    >>> grade = Rubric((part,), accept_score=70.0, review_score=25.0).grade({"snr_db": 34.0, "speech_s": 40.0})
    >>> grade.score, str(grade.status)
    (80.0, 'accepted')
    """

    parts: tuple[Part, ...]
    accept_score: float
    review_score: float

    def grade(self, values: MetricValues, at_s: Mapping[str, Sequence[Span]] | None = None) -> Grade:
        """Judge metric values.

        Parameters
        ----------
        values : mapping of metric name to number or None
            A metric that is missing or None gives its part `Part.unknown` points: unscored is never accepted.
        at_s : mapping of metric name to places
            For findings that tell where.
        """
        points = {part.name: part.score(values.get(part.metric)) for part in self.parts if part.points}
        score = self._score(points)
        findings = self._findings(values, at_s or {}, points)
        told = {name: round(value, 1) for name, value in points.items()}
        return Grade(round(score, 1), told, findings, self.status(score, findings))

    def grade_repaired(
        self,
        before: MetricValues,
        after: MetricValues,
        at_s: Mapping[str, Sequence[Span]] | None = None,
        heard: MetricValues | None = None,
    ) -> Grade:
        """Judge a repaired sample: an improvement counts only as far as repair can give one (`Part.credit`).

        Parameters
        ----------
        before, after : mapping of metric name to number or None
        at_s : mapping of metric name to places
        heard : mapping of metric name to number or None, optional
            `before`, moved by what stages that do not estimate have changed: taking a hum away is heard in full. Only
            parts with a credit between 0 and 1 start from there.
        """
        partly = self.partly_credited()
        credited = {
            part.metric: part.repaired(
                (heard if heard and part.metric in partly else before).get(part.metric), after.get(part.metric)
            )
            for part in self.parts
        }
        grade = self.grade(after | credited, at_s)
        told = tuple(self._explained(finding, credited, after) for finding in grade.findings)
        return replace(grade, findings=told)

    def deciding(self) -> set[str]:
        """Return the metrics that change a score or a verdict; the others are only told."""
        heavy = {Severity.REJECT, Severity.REVIEW}
        parts = {part.metric for part in self.parts if part.weight or heavy & {*part.below, *part.above}}
        return parts | {"speech_s"}

    def partly_credited(self) -> set[str]:
        """Return the metrics of which repair gives less than is measured, but something."""
        return {part.metric for part in self.parts if 0.0 < part.credit < 1.0}

    def _explained(self, finding: Finding, credited: MetricValues, after: MetricValues) -> Finding:
        """Say so where a finding's number is not what is measured now."""
        for part in self.parts:
            now, counts = after.get(part.metric), credited[part.metric]
            of_part = finding.code in {part.below_code, part.above_code} and 0.0 < part.credit < 1.0
            if of_part and now is not None and counts is not None and abs(now - counts) >= 1.0:
                more = f" It measures {now:.0f} after repair, but only {part.credit:.0%} of that gain is heard."
                return finding.model_copy(update={"remedy": finding.remedy + more})
        return finding

    def status(self, score: float, findings: Sequence[Finding]) -> Status:
        """Return the verdict: limits first, then the score."""
        severities = {finding.severity for finding in findings}
        if Severity.REJECT in severities or score < self.review_score:
            return Status.REJECTED
        if Severity.REVIEW in severities or score < self.accept_score:
            return Status.REVIEW
        return Status.ACCEPTED

    def _score(self, points: Mapping[str, float]) -> float:
        """Return the product of what the parts leave, each to the power of its weight."""
        kept = [(points[part.name] / 100.0) ** part.weight for part in self.parts if part.points]
        return 100.0 * float(math.prod(kept))

    def _findings(
        self, values: MetricValues, at_s: Mapping[str, Sequence[Span]], points: Mapping[str, float]
    ) -> tuple[Finding, ...]:
        if not values.get("speech_s"):
            return (limit_finding("no_speech", Severity.REJECT, 0.0, 0.0, ()),)
        found = []
        for part in self.parts:
            value = values.get(part.metric)
            finding = part.find(value, at_s.get(part.metric, ())) if value is not None else _unjudged(part)
            if finding:
                lost = part.weight * (100.0 - points.get(part.name, 100.0))
                found.append((finding, lost))
        found.sort(key=lambda pair: (list(Severity).index(pair[0].severity), -pair[1]))
        return tuple(finding for finding, _ in found)


def _unjudged(part: Part) -> Finding | None:
    """Return the finding of a part that counts and has no number."""
    if part.weight == 0.0:
        return None
    return event_finding("unjudged", Severity.REVIEW, part.name)
