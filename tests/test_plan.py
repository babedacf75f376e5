"""What repair is credited with: what is heard, not what is measured after a cut or an estimate."""

from dataclasses import dataclass
from typing import ClassVar

import pytest

from pipeline.audio import Audio
from pipeline.keep import Verdict
from pipeline.plan import Plan
from pipeline.profile import load_profile
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
