"""The stages in their order over one sample: every change is judged, and kept only if it helped.

Most are judged where they stand, since the next stage builds on them. A change that nothing but a gain follows is
judged in the sound as it will be written: what counts is looked at, and looked at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from pipeline.analysis import Analysis
from pipeline.codec import quantise
from pipeline.sample import Sample
from pipeline.steps import Stage, Trial, run_stage, try_stage

Stages = tuple[Stage, ...]


@dataclass(slots=True)
class Bench:
    """A sample as it is by now, and the analysis of its wave. What it was before need not be held by anybody."""

    sample: Sample
    analysis: Analysis

    @classmethod
    def of(cls, sample: Sample) -> Bench:
        """Return the bench with a sample on it that was not looked at yet."""
        return cls(sample, Analysis(sample.audio))


@dataclass(frozen=True, slots=True)
class Repair:
    """What is done to a sample before it is written.

    Parameters
    ----------
    stages : tuple of Stage
    subtype : str
        Of the file that will be written.
    hear : callable
        Told of each stage that may change more than a gain, of the wave before it and of the wave after it.
    tell : callable
        Told the name of each stage as it begins.
    """

    stages: Stages
    subtype: str
    hear: Callable[[Stage, Analysis, Analysis], None]
    tell: Callable[[str], None]

    def run(self, bench: Bench) -> None:
        """Leave the sample on the bench as it will be written, and the analysis of that.

        Raises
        ------
        StepError
            If a stage fails.
        """
        for at, stage in enumerate(self.stages):
            self.tell(stage.name)
            if self._wrote(bench, stage, self.stages[at + 1 :]):
                return
        self._write(bench)

    def _wrote(self, bench: Bench, stage: Stage, rest: Stages) -> bool:
        """Run one stage; say whether with it and the rest all is done."""
        trial = try_stage(stage, bench.sample, bench.analysis)
        if trial.change.audio is not None and all(getattr(later, "is_gain", False) for later in rest):
            self._judge_as_written(bench, trial, rest)
            return True
        bench.sample, bench.analysis = trial.judged()
        self.hear(stage, trial.before, bench.analysis)
        return False

    def _judge_as_written(self, bench: Bench, trial: Trial, gains: Stages) -> None:
        """Take the change as kept, up to what would be written; if it has not helped, go back and do without."""
        result, gain = self._as_if_kept(trial, gains)
        if gain is not None:
            trial.seen_in(result.analysis, gain)
        bench.sample, bench.analysis = trial.judged()
        self.hear(trial.stage, trial.before, bench.analysis)
        if bench.analysis is trial.after:
            own = result.sample.steps[len(trial.sample.steps) :]
            bench.sample = replace(result.sample, steps=(*bench.sample.steps, *own))
            bench.analysis = result.analysis
            return
        self._gain(bench, gains)
        self._write(bench)

    def _as_if_kept(self, trial: Trial, gains: Stages) -> tuple[Bench, float | None]:
        """Return what would be written, and the gain that a change has in it; None where it was not only a gain."""
        changed = Bench(replace(trial.sample, audio=trial.after.audio), trial.after)
        self._gain(changed, gains)
        gain = changed.analysis.gain_over(trial.after)
        self._write(changed)
        return changed, gain

    def _gain(self, bench: Bench, stages: Stages) -> None:
        for stage in stages:
            self.tell(stage.name)
            bench.sample, bench.analysis = run_stage(stage, bench.sample, bench.analysis)

    def _write(self, bench: Bench) -> None:
        mono = bench.analysis.audio.with_wave(bench.analysis.mono[None, :])
        bench.sample = replace(bench.sample, audio=quantise(mono, self.subtype))
        bench.analysis = Analysis(bench.sample.audio)
