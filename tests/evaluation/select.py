"""Long recordings with one clean minute among damaged ones: whether `select` picks it.

    python -m tests.evaluation.select --speech DIR --noise DIR --responses DIR --half 1 [--count 20] [--grid]

Each recording has ten stretches of 60 to 75 s of one speaker's take, repeated: one clean, the others with noise,
babble, echo, clipping, music, dropouts, noise and echo, at a low level, and of another speaker. With ``--grid`` the
pick's score is held against the best of all windows of 60 s on a grid of 5 s that have the same verdict and hold
nothing of the other speaker, and against the best of those that are clean to 90 %.

Left out are takes that are no clean region: those whose own minute has a score under 60 (one clicks 167 times a
minute), and those that the index calls one speaker's but are of several.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from pipeline.audio import Audio
from pipeline.plan import Plan
from pipeline.profile import load_profile
from pipeline.records import Status
from pipeline.sample import Sample
from pipeline.selection import select
from tests.evaluation import damages
from tests.evaluation.corpus import Float, clips, half
from tests.evaluation.damages import Rng, Stock
from tests.evaluation.make import stock_of
from tests.evaluation.takes import Take, takes

CLEAN_S, LEAST_SCORE, LEAST_CLEAN = 60.0, 60.0, 0.9
MIXED = ("paa:", "azure:enzh", "mfa:")
DAMAGES = (
    ("noise", damages.noise, 15.0), ("babble", damages.babble, 12.0), ("echo", damages.reverb, 8.0),
    ("clipping", damages.clipping, 0.03), ("music", damages.music, 10.0), ("dropouts", damages.dropouts, 4.0),
    ("room", damages.noisy_room, 15.0),
)  # fmt: skip


@dataclass(frozen=True)
class Long:
    """A long recording and where it is clean."""

    wave: Float
    rate: int
    start_s: float
    kinds: tuple[str, ...]
    others_s: tuple[float, float]


def long_recording(take: Take, other: Take, rng: Rng, stock: Stock) -> Long:
    """Return the stretches in random order."""
    stretches = [("clean", _stretch(take, CLEAN_S)), ("quiet", _stretch(take, 60.0) * np.float32(0.03))]
    stretches.append(("other", _stretch(replace(other, wave=_at(other, take.rate), rate=take.rate), 60.0)))
    for name, damage, value in DAMAGES:
        stretch = replace(take, wave=_stretch(take, float(rng.uniform(60, 75))))
        stretches.append((name, damage(stretch, value, rng, stock).astype(np.float32)))
    order = rng.permutation(len(stretches))
    ordered = [stretches[index] for index in order]
    start = sum(len(wave) for name, wave in ordered[: [name for name, _ in ordered].index("clean")])
    wave = np.concatenate([wave for _, wave in ordered])
    kinds = tuple(name for name, _ in ordered)
    ends = np.cumsum([0, *(len(wave) for _, wave in ordered)]) / take.rate
    others = kinds.index("other")
    return Long(wave, take.rate, start / take.rate, kinds, (float(ends[others]), float(ends[others + 1])))


def best_on_grid(recording: Long, plan: Plan, status: Status) -> tuple[float, float]:
    """Return the best score of fixed windows of 60 s, one each 5 s, without the other speaker, of this verdict.

    And the best of those of which 90 % are clean: what another stretch gives to a score is no reason to pick it.
    """
    audio, first, stop = Audio(recording.wave[None, :], recording.rate), *recording.others_s
    scores, clean = [0.0], [0.0]
    for start_s in np.arange(0.0, audio.duration_s - 60.0, 5.0):
        if min(stop, start_s + 60.0) - max(first, start_s) > 5.0:
            continue
        at = round(start_s * recording.rate)
        window = audio.with_wave(audio.wave[:, at : at + 60 * recording.rate])
        grade = plan.check(Sample(window)).grade
        if grade.status is status:
            is_clean = _clean_ratio([[0.0, "", float(start_s), 60.0]], recording.start_s) >= LEAST_CLEAN
            (clean if is_clean else scores).append(grade.score)
    return max(*scores, *clean), max(clean)


def _at(take: Take, rate: int) -> Float:
    return damages.resampled(take.wave, take.rate, rate)


def _stretch(take: Take, length_s: float) -> Float:
    """Return the take repeated, with half a second of its own quietest sound between."""
    size = round(length_s * take.rate)
    pause = np.zeros(take.rate // 2, dtype=np.float32) + 1e-5 * np.random.default_rng(1).standard_normal(
        take.rate // 2
    ).astype(np.float32)
    faded = take.wave.copy()
    ramp = np.linspace(0.0, 1.0, take.rate // 20, dtype=np.float32)
    faded[: ramp.size] *= ramp
    faded[-ramp.size :] *= ramp[::-1]
    once = np.concatenate([faded, pause])
    return np.tile(once, size // len(once) + 1)[:size]


def _is_clean(take: Take, plan: Plan) -> bool:
    alone = Sample(Audio(_stretch(take, CLEAN_S)[None, :], take.rate))
    return not take.speaker.startswith(MIXED) and plan.check(alone).grade.score >= LEAST_SCORE


def main() -> None:
    """Print how much of each pick is clean."""
    parser = argparse.ArgumentParser()
    for name in ("speech", "noise", "responses"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--half", type=int, choices=(0, 1), required=True)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--grid", action="store_true")
    args = parser.parse_args()
    plan = load_profile("clone")
    corpus = takes(half(clips(args.speech, "clean"), args.half))
    found = [take for take in corpus if len(take.wave) > 8 * take.rate and _is_clean(take, plan)]
    noises, responses = half(clips(args.noise, "noise"), args.half), half(clips(args.responses, "rir"), args.half)
    stock = stock_of(noises, responses, found, seed=5)
    overlaps, behind = [], []
    for number in range(args.count):
        rng = np.random.default_rng(100 + number)
        take, other = (found[(number + shift) % len(found)] for shift in (0, 3))
        recording = long_recording(take, other, rng, stock)
        sample = select(Sample(Audio(recording.wave[None, :], recording.rate), path=take.speaker), plan)
        notes = sample.steps[-1].notes
        overlaps.append(_clean_ratio(notes["map"], recording.start_s))
        spans = " ".join(f"{start_s:.1f}-{start_s + length_s:.1f}" for _, _, start_s, length_s in notes["map"])
        told = f"{spans:>14} s, clean from {recording.start_s:6.1f}, score {notes['score']:5.1f}"
        if args.grid:
            best = best_on_grid(recording, plan, plan.check(sample).grade.status)
            behind.append([score - notes["score"] for score in best])
            told += f", on the grid {best[0]:5.1f}, clean there {best[1]:5.1f}"
        print(f"{take.speaker[:20]:20} {overlaps[-1]:4.2f} {told}, {sample.steps[-1].elapsed_s:.1f} s")
    print(f"overlap of 0.9 and more: {np.mean(np.array(overlaps) >= LEAST_CLEAN):.1%} of {len(overlaps)}")
    if behind:
        near = np.mean(np.array(behind) <= 1.0, axis=0)
        print(f"score at least the grid's less 1: {near[0]:.1%}; the clean grid's: {near[1]:.1%}")


def _clean_ratio(entries: list[list[float]], clean_s: float) -> float:
    """Return the share of a map that lies in the clean stretch."""
    inside_s = [
        max(0.0, min(start_s + length_s, clean_s + CLEAN_S) - max(start_s, clean_s))
        for _, _, start_s, length_s in entries
    ]
    return sum(inside_s) / sum(entry[3] for entry in entries)


if __name__ == "__main__":
    main()
