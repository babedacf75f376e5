"""Long recordings with one clean minute among damaged ones: whether `select` picks it.

    python -m tests.evaluation.select --speech DIR --noise DIR --responses DIR --half 1 [--count 20]

Each recording has ten stretches of 60 to 75 s of one speaker's take, repeated: one clean, the others with noise,
babble, echo, clipping, music, dropouts, noise and echo, at a low level, and of another speaker.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from pipeline.audio import Audio
from pipeline.profile import load_profile
from pipeline.sample import Sample
from pipeline.selection import select
from tests.evaluation import damages
from tests.evaluation.corpus import Float, clips, half
from tests.evaluation.damages import Rng, Stock
from tests.evaluation.make import stock_of
from tests.evaluation.takes import Take, takes

CLEAN_S = 60.0
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
    return Long(wave, take.rate, start / take.rate, tuple(name for name, _ in ordered))


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


def main() -> None:
    """Print how much of each pick is clean."""
    parser = argparse.ArgumentParser()
    for name in ("speech", "noise", "responses"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--half", type=int, choices=(0, 1), required=True)
    parser.add_argument("--count", type=int, default=20)
    args = parser.parse_args()
    found = [take for take in takes(half(clips(args.speech, "clean"), args.half)) if len(take.wave) > 8 * take.rate]
    noises, responses = half(clips(args.noise, "noise"), args.half), half(clips(args.responses, "rir"), args.half)
    stock, plan = stock_of(noises, responses, found, seed=5), load_profile("clone")
    overlaps = []
    for number in range(args.count):
        rng = np.random.default_rng(100 + number)
        take, other = (found[(number + shift) % len(found)] for shift in (0, 3))
        recording = long_recording(take, other, rng, stock)
        sample = select(Sample(Audio(recording.wave[None, :], recording.rate), path=take.speaker), plan)
        notes = sample.steps[-1].notes
        start_s, end_s = notes["start_s"], notes["end_s"]
        inside_s = min(end_s, recording.start_s + CLEAN_S) - max(start_s, recording.start_s)
        overlaps.append(max(0.0, inside_s) / (end_s - start_s))
        told = f"{start_s:6.1f} to {end_s:6.1f} s, clean from {recording.start_s:6.1f}, score {notes['score']:5.1f}"
        print(f"{take.speaker[:20]:20} {overlaps[-1]:4.2f} {told}, {sample.steps[-1].elapsed_s:.1f} s")
    print(f"overlap of 0.9 and more: {np.mean(np.array(overlaps) >= 0.9):.1%} of {len(overlaps)}")


if __name__ == "__main__":
    main()
