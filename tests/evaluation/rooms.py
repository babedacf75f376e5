"""How well a minute's room is told, where it is one room and where a quarter of the minute is another.

    python -m tests.evaluation.rooms --speech DIR --noise DIR --responses DIR --half 1

Takes of one speaker, repeated to a minute, in rooms of a known C50: all of it, or 15 s anywhere of a dry minute, whose
truth is the mean of the late energy. For several lengths of the parts that are told alone (`pipeline.dsp.reverb`).
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from unittest import mock

import numpy as np

from pipeline.analysis import Analysis
from pipeline.audio import Audio
from pipeline.dsp import reverb
from pipeline.dsp.frames import from_db, to_db
from tests.evaluation import damages
from tests.evaluation.corpus import Float, clips, half
from tests.evaluation.make import stock_of
from tests.evaluation.takes import Take, takes

SECONDS, ECHOING_S, WHOLE = 60.0, 15.0, 1e9
LENGTHS_S = (WHOLE, 20.0, 15.0, 10.0)
C50_DB = (6.0, 12.0, 18.0, 24.0)


def minute(take: Take) -> Float:
    """Return the take over and over."""
    size = round(SECONDS * take.rate)
    return np.tile(take.wave, size // len(take.wave) + 1)[:size]


def told_db(wave: Float, rate: int) -> list[float]:
    """Return what is told of a wave, for each of the lengths."""
    told = []
    for length_s in LENGTHS_S:
        with mock.patch.object(reverb, "PART_S", length_s):
            c50_db = Analysis(Audio(wave[None, :], rate)).reverb_c50_db
        told.append(np.nan if c50_db is None else c50_db)
    return told


def show(title: str, errors_db: list[list[float]]) -> None:
    """Print the mean error and the mean absolute error for each length."""
    rows = np.array(errors_db)
    for length_s, column in zip(LENGTHS_S, rows.T, strict=True):
        known = column[~np.isnan(column)]
        name = "the whole" if length_s == WHOLE else f"{length_s:g} s"
        print(f"{title}, {name:9}: {known.mean():+5.1f} dB, without sign {np.abs(known).mean():4.1f} ({known.size})")


def main() -> None:
    """Print the errors."""
    parser = argparse.ArgumentParser()
    for name in ("speech", "noise", "responses"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--half", type=int, choices=(0, 1), required=True)
    args = parser.parse_args()
    found = [take for take in takes(half(clips(args.speech, "clean"), args.half)) if len(take.wave) > 5 * take.rate]
    noises, responses = half(clips(args.noise, "noise"), args.half), half(clips(args.responses, "rir"), args.half)
    stock, rng = stock_of(noises, responses, found, seed=5), np.random.default_rng(3)
    everywhere, partly, dry = [], [], []
    for take in found:
        wave, size = minute(take), round(ECHOING_S * take.rate)
        own_db = np.array(told_db(wave, take.rate))
        dry.append(list(own_db - own_db[0]))
        for c50_db in C50_DB:
            echoing = damages.reverb(replace(take, wave=wave), c50_db, rng, stock)
            everywhere.append(list(np.array(told_db(echoing, take.rate)) - c50_db))
            start = int(rng.integers(0, len(wave) - size))
            mixed = wave.copy()
            mixed[start : start + size] = echoing[start : start + size]
            late = 0.25 * from_db(-c50_db) + 0.75 * from_db(-own_db[0])
            partly.append(list(np.array(told_db(mixed, take.rate)) + float(to_db(late))))
    show("one room", everywhere)
    show("a quarter echoes", partly)
    show("dry, against the whole", dry)


if __name__ == "__main__":
    main()
