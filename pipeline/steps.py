"""What a stage and a metric are, and the one place that runs a stage.

A stage or metric of someone else's is one class of the right shape: no base class is needed. It is used
directly in a `Plan`, or by name in a profile once its package registers an entry point in the group
``voiceprep.steps``.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol, overload, runtime_checkable

from pipeline.analysis import Analysis
from pipeline.analysis.inheritance import as_written
from pipeline.analysis.softer import seen_in
from pipeline.audio import Audio
from pipeline.errors import StepError, VoiceprepError
from pipeline.keep import Verdict, harm_done
from pipeline.records import Span, Step
from pipeline.sample import Sample


@dataclass(frozen=True, slots=True)
class Reading:
    """What a metric saw.

    `value` is None where the metric is undefined; `why` then says so in a sentence. `at_s` tells where,
    for metrics that see events; `note` adds what a reader of the number should know.

    Examples
    --------
    >>> Reading(None, why="nobody speaks").value is None
    True
    """

    value: float | None
    at_s: tuple[Span, ...] = ()
    why: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What a stage did: the new wave (None: there was nothing to do), notes for the record, and why.

    `cut_at` says that the new wave is a piece of the old one from that sample on, changed within
    `pipeline.dsp.renewal.FADED_S` of its ends at most.

    Examples
    --------
    >>> Change(None, why="there is nothing to do").audio is None
    True
    """

    audio: Audio | None
    notes: Mapping[str, Any] = field(default_factory=dict)
    why: str = ""
    cut_at: int | None = None


@runtime_checkable
class Metric(Protocol):
    """Looks at a wave and gives one number. Pure: the same wave gives the same reading.

    Examples
    --------
    >>> from pipeline import METRICS, read
    >>> METRICS["speech_ratio"].measure(Analysis(read("samples/mia/harbour.flac").audio)).value > 0.5
    True
    """

    name: ClassVar[str]
    unit: ClassVar[str]

    def measure(self, analysis: Analysis) -> Reading:
        """Return the number, or None and why there is none."""
        ...


@runtime_checkable
class Stage(Protocol):
    """Changes a wave, or says why it did not.

    Examples
    --------
    >>> from pipeline import STAGES, read
    >>> audio = read("samples/damaged/dc-offset.mp3").audio
    >>> STAGES["rumble"](cutoff_hz=60.0).apply(audio, Analysis(audio)).notes["offset_ratio"] > 0.5
    True
    """

    name: ClassVar[str]

    def apply(self, audio: Audio, analysis: Analysis) -> Change:
        """Return the changed wave and notes. `analysis` is of `audio`."""
        ...

    def helped(self, before: Analysis, after: Analysis) -> Verdict:
        """Say whether the change reached its aim without harm; if not, it is undone."""
        ...


class CallableStage:
    """Makes a stage usable alone: ``TrimSilence(pad_s=0.15)(sample)``."""

    name: ClassVar[str]

    @overload
    def __call__(self, sound: Sample) -> Sample: ...
    @overload
    def __call__(self, sound: Audio) -> Audio: ...
    def __call__(self, sound: Sample | Audio) -> Sample | Audio:
        """Run this stage on a sample (its trail grows) or on bare audio."""
        assert isinstance(self, Stage)  # noqa: S101 - for the type checker; subclasses have the shape
        if isinstance(sound, Audio):
            return run_stage(self, Sample(sound), Analysis(sound))[0].audio
        return run_stage(self, sound, Analysis(sound.audio))[0]


def run_stage(stage: Stage, sample: Sample, analysis: Analysis) -> tuple[Sample, Analysis]:
    """Run one stage, keep the change only if it helped, and add to the trail.

    Parameters
    ----------
    stage : Stage
    sample : Sample
    analysis : Analysis
        Of ``sample.audio``.

    Returns
    -------
    sample, analysis
        The sample with one more step, and the analysis of its wave (the same one if nothing changed).

    Raises
    ------
    StepError
        If the stage raises anything, or would end the process: the sample cannot be judged.
    """
    return try_stage(stage, sample, analysis).judged()


@dataclass(slots=True)
class Trial:
    """What a stage did to a sample, not judged yet: views of its wave before and after, and when it began."""

    stage: Stage
    sample: Sample
    change: Change
    before: Analysis
    after: Analysis
    began_s: float

    def seen_in(self, written: Analysis, gain: float) -> None:
        """Let the changed wave go, and then see it in a file that holds it, made louder and rounded."""
        self.after = seen_in(self.after, written, gain)
        self.change = dataclasses.replace(self.change, audio=written.audio)
        as_written(self.after, written, gain)

    def judged(self) -> tuple[Sample, Analysis]:
        """Return the sample and the analysis of its wave, the change kept only if it helped. Raises StepError."""
        with _named(self.stage):
            verdict = _verdict(self.stage, self.change, self.before, self.after)
        step = Step(
            name=self.stage.name,
            params=params_of(self.stage),
            notes=dict(self.change.notes),
            kept=verdict.kept,
            why=verdict.why,
            elapsed_s=round(time.perf_counter() - self.began_s, 4),
        )
        if verdict.kept:
            return self.sample.after(step, self.change.audio), self.after
        return self.sample.after(step), self.before


def try_stage(stage: Stage, sample: Sample, analysis: Analysis) -> Trial:
    """Run one stage, for somebody else to judge. As `run_stage`."""
    began_s = time.perf_counter()
    with _named(stage):
        change = stage.apply(sample.audio, analysis)
        return Trial(stage, sample, change, analysis, _changed(analysis, change), began_s)


@contextmanager
def _named(stage: Stage) -> Iterator[None]:
    """Make one error, with the stage's name, of whatever it raises: a stage may be anyone's code."""
    try:
        yield
    except VoiceprepError as error:
        raise StepError(stage.name, str(error)) from error
    except (Exception, SystemExit) as error:
        raise StepError(stage.name, f"{type(error).__name__}: {error}") from error


def _changed(analysis: Analysis, change: Change) -> Analysis:
    if change.audio is None:
        return analysis
    if change.cut_at is not None:
        return analysis.cut_to(change.audio, change.cut_at)
    analysis.condense()
    return analysis.changed_to(change.audio)


def _verdict(stage: Stage, change: Change, before: Analysis, after: Analysis) -> Verdict:
    if change.audio is None:
        return Verdict(kept=False, why=change.why)
    harm = harm_done(before, after)
    if harm:
        return Verdict(kept=False, why=f"undone: {harm}")
    verdict = stage.helped(before, after)
    return verdict if verdict.kept else Verdict(kept=False, why=f"undone: {verdict.why}")


def params_of(step: object) -> dict[str, Any]:
    """Return a step's parameters as plain data: the fields of its dataclass."""
    return dataclasses.asdict(step) if dataclasses.is_dataclass(step) and not isinstance(step, type) else {}
