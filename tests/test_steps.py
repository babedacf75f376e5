import sys
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from pipeline.analysis import Analysis
from pipeline.errors import StepError
from pipeline.keep import Verdict
from pipeline.labels import label
from pipeline.measure import measure
from pipeline.metrics import METRICS
from pipeline.records import METRIC_NAMES
from pipeline.sample import Sample
from pipeline.steps import Change, Metric, Reading, Stage, params_of, run_stage
from tests.signals import audio, in_room, voice

SOUND = audio(in_room(voice(6.0)))


@dataclass(frozen=True)
class Own:
    """A stage of someone else's: no base class."""

    name: ClassVar[str] = "own"
    gain: float = 0.5
    kept: bool = True

    def apply(self, audio, analysis):
        return Change(audio.with_wave(audio.wave * np.float32(self.gain)), {"gain": self.gain})

    def helped(self, before, after):
        return Verdict(self.kept, "because")


class Broken(Own):
    def apply(self, audio, analysis):
        raise ZeroDivisionError("by accident")


class Exits(Own):
    def apply(self, audio, analysis):
        sys.exit("no licence")


class NotANumber(Own):
    def apply(self, audio, analysis):
        return Change(audio.with_wave(audio.wave * np.nan))


@dataclass(frozen=True)
class OwnMetric:
    name: ClassVar[str] = "own_db"
    unit: ClassVar[str] = "dB"
    value: float | None = 3.0

    def measure(self, analysis):
        if self.value == 13.0:
            raise RuntimeError("unlucky")
        if self.value == 14.0:
            sys.exit("no licence")
        return Reading(self.value, why="there is none")


def test_a_class_of_the_right_shape_is_enough():
    assert isinstance(Own(), Stage)
    assert not isinstance(Own(), Metric)
    assert isinstance(OwnMetric(), Metric)
    assert not isinstance(object(), Stage)


def test_a_kept_change_is_in_the_sample_and_in_the_trail():
    sample, analysis = run_stage(Own(), Sample(SOUND), Analysis(SOUND))
    assert np.array_equal(sample.audio.wave, SOUND.wave * np.float32(0.5))
    assert analysis.audio is sample.audio
    (step,) = sample.steps
    assert (step.name, step.params, step.notes, step.kept, step.why) == (
        "own",
        {"gain": 0.5, "kept": True},
        {"gain": 0.5},
        True,
        "because",
    )
    assert step.elapsed_s >= 0.0


def test_a_change_that_did_not_help_is_undone_and_said():
    sample, analysis = run_stage(Own(kept=False), Sample(SOUND), before := Analysis(SOUND))
    assert sample.audio is SOUND
    assert analysis is before
    assert (sample.steps[0].kept, sample.steps[0].why) == (False, "undone: because")


@pytest.mark.parametrize("stage", [Broken(), NotANumber(), Exits()])
def test_whatever_a_stage_raises_becomes_one_error_with_its_name(stage):
    with pytest.raises(StepError, match=r"^own: ") as caught:
        run_stage(stage, Sample(SOUND), Analysis(SOUND))
    assert caught.value.step == "own"


def test_parameters_of_what_is_no_dataclass_are_none():
    assert params_of(object()) == {}
    assert params_of(Own) == {}


def test_measurements_speak_of_every_metric_and_of_ones_own():
    seen = measure(Analysis(SOUND), (*METRICS.values(), OwnMetric()))
    beyond = [name for name in METRICS if name not in METRIC_NAMES]
    assert list(seen.values) == [*METRIC_NAMES, *beyond, "own_db"]
    assert seen.values["own_db"] == 3.0
    missing = [name for name, value in seen.values.items() if value is None]
    told = " ".join(finding.message for finding in seen.findings).casefold()
    assert missing
    assert all(label(name).casefold() in told for name in missing)
    assert "_" not in told


def test_an_undefined_metric_says_why():
    seen = measure(Analysis(SOUND), (OwnMetric(None),))
    assert "own db could not be told: there is none." in [finding.message for finding in seen.findings]


@pytest.mark.parametrize(
    ("value", "said"),
    [(13.0, "unlucky"), (14.0, "SystemExit: no licence"), (float("nan"), "no number"), (float("inf"), "no number")],
)
def test_a_metric_that_fails_is_not_missing_but_an_error(value, said):
    with pytest.raises(StepError, match=said) as caught:
        measure(Analysis(SOUND), (OwnMetric(value),))
    assert caught.value.step == "own_db"
