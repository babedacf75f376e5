"""What repair is credited with: what is heard, not what is measured after a cut or an estimate."""

import weakref
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from pipeline.audio import Audio
from pipeline.keep import Verdict
from pipeline.plan import Plan
from pipeline.profile import load_profile
from pipeline.repair import Bench
from pipeline.sample import Sample
from pipeline.steps import Change
from tests.signals import audio, in_room, voice

CLEAN = voice(12.0)
NOISY = in_room(CLEAN, -35.0)


@dataclass(frozen=True)
class Quieter:
    """Takes noise away as if by magic; with `cut_s` it also cuts."""

    estimates: frozenset[str] = frozenset()
    cut_s: float = 0.0
    name: ClassVar[str] = "quieter"

    def apply(self, sound, analysis):
        return Change(sound.with_wave(in_room(CLEAN, -60.0)[None, round(self.cut_s * 16000) :]))

    def helped(self, before, after):
        return Verdict(kept=True, why="so it is")


def noise_points(*stages):
    plan = Plan(stages, load_profile("clone").rubric)
    return plan.run(Sample(Audio(NOISY[None, :], 16000))).grade.parts["snr"]


def test_only_what_neither_cuts_nor_estimates_counts_in_full():
    whole = load_profile("clone").rubric
    before, after = (
        Plan((), whole).check(Sample(audio(wave))).grade.parts["snr"] for wave in (NOISY, in_room(CLEAN, -60.0))
    )
    full = noise_points(Quieter())
    assert full == pytest.approx(after, abs=1.0)
    for partly in (noise_points(Quieter(frozenset({"audible_snr_db"}))), noise_points(Quieter(cut_s=0.2))):
        assert before < partly < full


@dataclass(frozen=True)
class Watching:
    """Tells whether somebody still holds a wave."""

    watched: weakref.ref
    seen: list[bool]
    name: ClassVar[str] = "watching"

    def apply(self, sound, analysis):
        self.seen.append(self.watched() is not None)
        return Change(None)


def test_no_wave_is_held_that_nobody_goes_back_to():
    bench = Bench.of(Sample(Audio(NOISY[None, :], 16000)))
    came, seen = weakref.ref(bench.sample.audio.wave), []
    plan = Plan((Quieter(), Watching(came, seen)), load_profile("clone").rubric)
    plan.run_on(bench)
    assert seen == [False]
    np.testing.assert_array_equal(bench.analysis.mono, bench.sample.audio.wave[0])


@dataclass(frozen=True)
class Louder:
    """A gain that is told as one, and tells whether somebody still holds a wave when it is judged."""

    watched: list[weakref.ref]
    is_gain: ClassVar[bool] = True
    name: ClassVar[str] = "louder"

    def apply(self, sound, analysis):
        self.watched.append(weakref.ref(sound.wave))
        return Change(sound.with_own_wave(sound.wave * np.float32(0.5)))

    def helped(self, before, after):
        return Verdict(kept=True, why="so it is")


def test_a_change_is_seen_in_the_file_alone():
    judged = []

    class Judging(Quieter):
        def helped(self, before, after):
            judged.append(held[0]() is not None)
            np.testing.assert_allclose(after.mono, in_room(CLEAN, -60.0), atol=3.0 * 2.0**-15)
            return super().helped(before, after)

    held: list[weakref.ref] = []
    Plan((Judging(), Louder(held)), load_profile("clone").rubric).run(Sample(Audio(NOISY[None, :], 16000)))
    assert judged == [False]
