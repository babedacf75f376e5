"""A plan: what a profile becomes, and what runs over one sample."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from pipeline.analysis import Analysis
from pipeline.codec import quantise
from pipeline.findings import event_finding
from pipeline.measure import Measurements, measure
from pipeline.metrics import METRICS
from pipeline.records import Finding, Severity, Status
from pipeline.rubric import Grade, Rubric
from pipeline.sample import Sample
from pipeline.steps import Metric, Stage, params_of, run_stage


@dataclass(frozen=True, slots=True)
class Result:
    """A judged sample. Its class is the verdict: `Accepted`, `Review` or `Rejected`.

    Parameters
    ----------
    sample : Sample
        With the wave as it is to be written.
    before, after : Measurements
        Of the wave as decoded and as it is now; `after` is None where nothing was run.
    score_before : float
        0 to 100, of the wave as decoded.
    grade : Grade
        Of the wave as it is now.
    subtype : str
        Of the WAV that the plan writes.
    """

    sample: Sample
    before: Measurements
    after: Measurements | None
    score_before: float
    grade: Grade
    subtype: str


class Accepted(Result):
    """Good enough, perhaps after repair. Only this can be submitted."""


class Review(Result):
    """A person should look."""


class Rejected(Result):
    """Judged, and not good enough."""


_VERDICTS: dict[Status, type[Result]] = {
    Status.ACCEPTED: Accepted,
    Status.REVIEW: Review,
    Status.REJECTED: Rejected,
}


@dataclass(frozen=True, slots=True)
class Plan:
    """Stages in order, metrics, rubric and the form of the output.

    Parameters
    ----------
    stages : tuple of Stage
    rubric : Rubric
    metrics : tuple of Metric
        The built-in ones unless given.
    name : str
        Of the profile.
    subtype : str
        ``PCM_16`` or ``PCM_24``.
    """

    stages: tuple[Stage, ...]
    rubric: Rubric
    metrics: tuple[Metric, ...] = tuple(METRICS.values())
    name: str = "own"
    subtype: str = "PCM_16"

    def run(self, sample: Sample) -> Result:
        """Grade the sample, run the stages, grade again. Raises StepError if a step fails."""
        analysis = Analysis(sample.audio)
        before = measure(analysis, self.metrics)
        grade_before = self.rubric.grade(before.values, before.at_s)
        for stage in self.stages:
            sample, analysis = run_stage(stage, sample, analysis)
        mono = analysis.audio.with_wave(analysis.mono[None, :])
        sample = replace(sample, audio=quantise(mono, self.subtype))
        after = measure(Analysis(sample.audio), self.metrics)
        grade = self.rubric.grade_repaired(before.values, after.values, before.at_s)
        findings = (*_fixed(grade_before, grade), *_told_by_steps(sample), *after.findings)
        return self._judged(sample, before, after, grade_before.score, _with(grade, findings, self.rubric))

    def check(self, sample: Sample) -> Result:
        """Grade the sample as it is, without running a stage. Raises StepError if a metric fails."""
        before = measure(Analysis(sample.audio), self.metrics)
        grade = self.rubric.grade(before.values, before.at_s)
        findings = (*_told_by_steps(sample), *before.findings)
        return self._judged(sample, before, None, grade.score, _with(grade, findings, self.rubric))

    def _judged(
        self,
        sample: Sample,
        before: Measurements,
        after: Measurements | None,
        score_before: float,
        grade: Grade,
    ) -> Result:
        return _VERDICTS[grade.status](sample, before, after, score_before, grade, self.subtype)

    def with_min_score(self, score: float) -> Plan:
        """Return the plan with another score to accept from."""
        rubric = replace(self.rubric, accept_score=score, review_score=min(score, self.rubric.review_score))
        return replace(self, rubric=rubric)

    def digest(self) -> str:
        """Return a digest of all that decides a result: steps, parameters, rubric, output form, version."""
        parts: dict[str, Any] = {
            "version": package_version(),
            "stages": [(type(stage).__qualname__, stage.name, params_of(stage)) for stage in self.stages],
            "metrics": [(type(metric).__qualname__, metric.name, params_of(metric)) for metric in self.metrics],
            "rubric": params_of(self.rubric),
            "subtype": self.subtype,
        }
        return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def package_version() -> str:
    """Return the version of voiceprep; a source tree that is not installed has none."""
    try:
        return version("voiceprep")
    except PackageNotFoundError:
        return "0"


def _fixed(before: Grade, after: Grade) -> Iterable[Finding]:
    """Yield what was found in the input and no longer is in the output."""
    still = {finding.code for finding in after.findings}
    for finding in before.findings:
        if finding.code not in still and finding.code != "no_speech":
            yield finding.model_copy(update={"severity": Severity.FIXED, "remedy": ""})


def _told_by_steps(sample: Sample) -> Iterable[Finding]:
    """Yield findings from what steps noted: a damaged file, a channel left out, a target not reached."""
    for step in sample.steps:
        if "damaged" in step.notes:
            yield event_finding("damaged", Severity.REVIEW, str(step.notes["damaged"]))
        if "channels" in step.notes:
            yield event_finding("channels", Severity.NOTE, str(step.notes["channels"]))
        if "asked_lufs" in step.notes:
            reached, asked = step.notes["target_lufs"], step.notes["asked_lufs"]
            detail = f"{reached:.1f} LUFS instead of {asked:g}: louder, the peaks would pass the ceiling."
            yield event_finding("peak_limited", Severity.NOTE, detail)


def _with(grade: Grade, more: Iterable[Finding], rubric: Rubric) -> Grade:
    """Return the grade with more findings, the heaviest first, and the status they lead to.

    A status that no finding explains comes from the score: then a finding says so.
    """
    findings = [*grade.findings, *more]
    status = rubric.status(grade.score, findings)
    blame = {Status.REJECTED: Severity.REJECT, Status.REVIEW: Severity.REVIEW}.get(status)
    if blame and blame not in {finding.severity for finding in findings}:
        limit = rubric.review_score if status is Status.REJECTED else rubric.accept_score
        findings.append(event_finding("low_score", blame, f"{grade.score:.0f} of 100 is under {limit:g}."))
    order = list(Severity)
    findings.sort(key=lambda finding: order.index(finding.severity))
    return replace(grade, findings=tuple(findings), status=status)
