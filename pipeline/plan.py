"""A plan: what a profile becomes, and what runs over one sample."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from pipeline.analysis import Analysis
from pipeline.codec.limits import MAX_DURATION_S
from pipeline.errors import UsageError
from pipeline.explain import fixed, told_by_steps, with_findings
from pipeline.measure import Measurements, measure
from pipeline.metrics import METRICS
from pipeline.records import MetricValues
from pipeline.repair import Bench, Repair
from pipeline.results import VERDICTS, Result
from pipeline.rubric import Grade, Rubric
from pipeline.sample import Sample
from pipeline.steps import Metric, Stage, params_of

LEAST_S = 30.0
"""The service's page asks for 30 s at the least. Not more: with 35 s, a clean stretch with little more speech than that
lost against longer ones with a damage (``python -m tests.evaluation.select``: 18 instead of 19 of 20 picks clean)."""


GRADING = "grade"
"""What a run calls the measuring, to who listens."""


@dataclass(frozen=True, slots=True)
class Selection:
    """How much of a long take is selected.

    Parameters
    ----------
    seconds : float
        Of speech, at most.
    least_s : float
        Of speech; a take that has less is taken whole. A tenth less will do where that is well ahead
        (`pipeline.selection.refining`).
    longer_than_s : float
        Takes up to this length are not selected from; 0 to `MAX_DURATION_S`, which is what is held in memory.
    """

    seconds: float = 60.0
    least_s: float = LEAST_S
    longer_than_s: float = 0.0

    def __post_init__(self) -> None:
        if not 0.0 < self.least_s <= self.seconds:
            raise UsageError("A selection needs seconds of speech above 0, and least_s not above seconds.")
        if not 0.0 <= self.longer_than_s <= MAX_DURATION_S:
            raise UsageError(f"A selection's longer_than_s is 0 to {MAX_DURATION_S:g}.")


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
    selection : Selection, optional
        Of longer files, only the best part is prepared; see `pipeline.selection.select`. Without one, what is longer
        than `pipeline.codec.limits.MAX_DURATION_S` is refused.

    Examples
    --------
    >>> from pipeline import NormalizeLoudness, TrimSilence, load_profile, read
    >>> plan = Plan(stages=(TrimSilence(), NormalizeLoudness()), rubric=load_profile("strict").rubric)
    >>> [step.name for step in plan.run(read("samples/mia/harbour.flac")).sample.steps]
    ['decode', 'trim', 'loudness']
    """

    stages: tuple[Stage, ...]
    rubric: Rubric
    metrics: tuple[Metric, ...] = tuple(METRICS.values())
    name: str = "own"
    subtype: str = "PCM_16"
    selection: Selection | None = None

    def run(self, sample: Sample, tell: Callable[[str], None] | None = None) -> Result:
        """Grade the sample, run the stages, grade again.

        Parameters
        ----------
        sample : Sample
        tell : callable, optional
            Told the name of each step as it begins.

        Raises
        ------
        StepError
            If a step fails.
        """
        return self.run_on(Bench.of(sample), tell)

    def run_on(self, bench: Bench, tell: Callable[[str], None] | None = None) -> Result:
        """Do the same to a sample that the bench alone holds: its wave is let go of as soon as there is another."""
        tell = tell or _nobody
        tell(GRADING)
        before, heard = self._repaired(bench, tell)
        grade_before = self.rubric.grade(before.values, before.at_s)
        tell(GRADING)
        after, sample = measure(bench.analysis, self.metrics), bench.sample
        grade = self.rubric.grade_repaired(before.values, after.values, before.at_s, heard)
        undefined = dict.fromkeys((*after.findings, *before.findings))  # a null on either side has its reason
        findings = (*fixed(grade_before, grade), *told_by_steps(sample), *undefined)
        return self._judged(sample, before, after, grade_before.score, with_findings(grade, findings, self.rubric))

    def _repaired(self, bench: Bench, tell: Callable[[str], None]) -> tuple[Measurements, MetricValues]:
        """Make of the sample what will be written; return what it measured before, and what was heard to change."""
        before = measure(bench.analysis, self.metrics)
        heard = before.values

        def hear(stage: Stage, had: Analysis, has: Analysis) -> None:
            nonlocal heard
            heard = self._heard(heard, stage, had, has)

        Repair(self.stages, self.subtype, hear, tell).run(bench)
        return before, heard

    def _heard(self, heard: MetricValues, stage: Stage, before: Analysis, after: Analysis) -> MetricValues:
        """Return what was heard, moved by what a stage changed in full.

        An estimate does not count, nor a cut: after it other stretches of sound are measured. A gain over all changes
        nothing of what is credited in part.
        """
        if after is before or after.frames != before.frames or after.is_gain_of(before):
            return heard
        names = self.rubric.partly_credited() - set(getattr(stage, "estimates", ()))
        metrics = [metric for metric in self.metrics if metric.name in names]
        had, has = (measure(analysis, metrics).values for analysis in (before, after))
        moved = {}
        for metric in metrics:
            start, old, new = (values.get(metric.name) for values in (heard, had, has))
            if start is not None and old is not None and new is not None:
                moved[metric.name] = start + new - old
        return heard | moved

    def check(self, sample: Sample) -> Result:
        """Grade the sample as it is, without running a stage. Raises StepError if a metric fails."""
        before = measure(Analysis(sample.audio), self.metrics)
        grade = self.rubric.grade(before.values, before.at_s)
        findings = (*told_by_steps(sample), *before.findings)
        return self._judged(sample, before, None, grade.score, with_findings(grade, findings, self.rubric))

    def _judged(
        self,
        sample: Sample,
        before: Measurements,
        after: Measurements | None,
        score_before: float,
        grade: Grade,
    ) -> Result:
        return VERDICTS[grade.status](sample, before, after, score_before, grade, self.subtype)

    def mends(self) -> frozenset[str]:
        """Return the codes of findings that a stage is there for."""
        return frozenset().union(*(getattr(stage, "mends", ()) for stage in self.stages))

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
            "selection": params_of(self.selection) if self.selection else None,
        }
        return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def _nobody(step: str) -> None:
    """Listen to nothing."""


def package_version() -> str:
    """Return the version of voiceprep; a source tree that is not installed has none."""
    try:
        return version("voiceprep")
    except PackageNotFoundError:
        return "0"
