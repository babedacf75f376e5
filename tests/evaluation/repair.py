"""Whether repair helps as much as the score says: ``python -m tests.evaluation.repair DIR [--profile NAME]``.

DIR is from `tests.evaluation.make`. Every clip goes through the profile's stages (without trimming, so that it can be
held against the clean take) and is compared before and after: the score, and wide-band PESQ. A score that rises where
PESQ falls is a defect of the score; a PESQ that falls is a defect of the repair. Takes whose own noise is less than
``--quiet`` dB down are left out: to PESQ that noise belongs to the voice, and taking it away is harm.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from pipeline.codec import read
from pipeline.plan import Plan
from pipeline.profile import load_profile
from tests.evaluation.errors import own_snr_db
from tests.evaluation.graded import rank_correlation
from tests.evaluation.make import clean_name
from tests.evaluation.truth import pesq_wideband

UP, DOWN = 2.0, -0.05
"""Points by which a score has risen; PESQ by which a voice has suffered (its own noise over takes is 0.02)."""


class Repair(NamedTuple):
    """One clip: what was done to it, and what that changed."""

    file: str
    damage: str
    kept: str
    score: float
    gain: float
    pesq: float
    pesq_gain: float


def reference(row: dict[str, str]) -> str:
    """Return the name of a clip's clean take."""
    return clean_name(row["file"].split(f" {row['damage']} ")[0])


def repaired(row: dict[str, str], folder: Path, plan: Plan) -> Repair:
    """Run the stages over one clip."""
    clean, damaged = read(folder / reference(row)).audio, read(folder / row["file"])
    result = plan.run(damaged)
    after = pesq_wideband(clean.wave[0], result.sample.audio.wave[0], clean.sample_rate_hz)
    kept = "+".join(step.name for step in result.sample.steps if step.kept and step.name in {"rumble", "denoise"})
    before = float(row["pesq"])
    return Repair(
        row["file"], row["damage"], kept, result.score_before, result.grade.score - result.score_before, before,
        after - before,
    )  # fmt: skip


def show(name: str, rows: Sequence[Repair]) -> None:
    """Print a line."""
    gain, pesq_gain = (np.array([getattr(row, key) for row in rows]) for key in ("gain", "pesq_gain"))
    worst = rows[int(np.nanargmin(pesq_gain))]
    print(
        f"{name:16s} {len(rows):5d} {np.mean([bool(row.kept) for row in rows]):6.0%} {gain.mean():+9.1f}"
        f" {np.nanmean(pesq_gain):+9.3f} {rank_correlation(gain, pesq_gain):9.2f}"
        f" {np.mean((gain >= UP) & (pesq_gain < DOWN)):8.1%} {np.mean(pesq_gain < DOWN):8.1%}"
        f" {worst.pesq_gain:+7.2f} {worst.file}"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--profile", default="clone")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--quiet", type=float, default=33.0)
    options = parser.parse_args()
    plan = load_profile(options.profile)
    plan = replace(plan, stages=tuple(stage for stage in plan.stages if stage.name != "trim"))
    with (options.folder / "truth.csv").open(encoding="utf-8", newline="") as opened:
        table = [row for row in csv.DictReader(opened) if row["pesq"] not in {"", "nan"}]
    table = [row for row in table if own_snr_db(options.folder / reference(row)) >= options.quiet]
    with ProcessPoolExecutor(options.jobs) as pool:
        rows = list(pool.map(partial(repaired, folder=options.folder, plan=plan), table, chunksize=8))
    print("                 clips  kept     score      PESQ   rank of  score up,  PESQ    worst")
    print("                                change    change   changes PESQ down   down")
    show("all", rows)
    show("repaired", [row for row in rows if row.kept])
    for damage in dict.fromkeys(row.damage for row in rows):
        show(damage, [row for row in rows if row.damage == damage])


if __name__ == "__main__":
    main()
