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

    def run(self, sample: Sample, analysis: Analysis) -> tuple[Sample, Analysis]:
        """Return the sample as it will be written, and the analysis of that; `analysis` is of ``sample.audio``.

        No other analysis outlives this: each is several times as large as its wave.

        Raises
        ------
        StepError
            If a stage fails.
        """
        for at, stage in enumerate(self.stages):
            self.tell(stage.name)
            trial, rest = try_stage(stage, sample, analysis), self.stages[at + 1 :]
            if trial.change.audio is not None and all(getattr(later, "is_gain", False) for later in rest):
                return self._judged_as_written(trial, rest)
            sample, changed = trial.judged()
            self.hear(stage, analysis, changed)
            analysis = changed
        return self._as_written(sample, analysis)

    def _judged_as_written(self, trial: Trial, gains: Stages) -> tuple[Sample, Analysis]:
        """Take the change as kept, up to what would be written; if it has not helped, go back and do without."""
        result, written, gain = self._as_if_kept(trial, gains)
        if gain is not None:
            trial.after.seen_in(written, gain)
        sample, kept = trial.judged()
        self.hear(trial.stage, trial.before, kept)
        if kept is trial.after:
            own = result.steps[len(trial.sample.steps) :]
            return replace(result, steps=(*sample.steps, *own)), written
        return self._as_written(*self._run(gains, sample, kept))

    def _as_if_kept(self, trial: Trial, gains: Stages) -> tuple[Sample, Analysis, float | None]:
        """Return what would be written, and the gain that a change has in it; None where it was not only a gain."""
        changed = replace(trial.sample, audio=trial.after.audio)
        louder, gained = self._run(gains, changed, trial.after)
        return *self._as_written(louder, gained), gained.gain_over(trial.after)

    def _run(self, stages: Stages, sample: Sample, analysis: Analysis) -> tuple[Sample, Analysis]:
        for stage in stages:
            self.tell(stage.name)
            sample, analysis = run_stage(stage, sample, analysis)
        return sample, analysis

    def _as_written(self, sample: Sample, analysis: Analysis) -> tuple[Sample, Analysis]:
        mono = analysis.audio.with_wave(analysis.mono[None, :])
        written = quantise(mono, self.subtype)
        return replace(sample, audio=written), Analysis(written)
