"""Clips of `tests.evaluation.make` with their truth and what the program measures and says of them."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipeline.codec import read
from pipeline.plan import Plan
from pipeline.records import MetricValues

Double = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Graded:
    """One clip: its damage, the truth (NaN where unknown), and the program's score, metrics and points."""

    file: str
    damage: str
    amount: float
    speaker: str
    pesq: float
    stoi: float
    dnsmos: float
    score: float
    values: MetricValues


def graded(folder: Path, plan: Plan, jobs: int = 2) -> list[Graded]:
    """Grade every clip of a folder that has a truth."""
    with (folder / "truth.csv").open(encoding="utf-8", newline="") as opened:
        rows = [row for row in csv.DictReader(opened) if row["pesq"] not in {"", "nan"}]
    with ProcessPoolExecutor(jobs) as pool:
        return list(pool.map(partial(_graded, folder=folder, plan=plan), rows, chunksize=16))


def _graded(row: dict[str, str], folder: Path, plan: Plan) -> Graded:
    result = plan.check(read(folder / row["file"]))
    numbers = {key: float(row[key] or math.nan) for key in ("amount", "pesq", "stoi", "dnsmos")}
    return Graded(
        row["file"],
        row["damage"],
        speaker=row["speaker"],
        score=result.grade.score,
        values=result.before.values,
        **numbers,
    )


def column(rows: Sequence[Graded], name: str) -> Double:
    """Return one number of every clip: a field or a metric, NaN where it is undefined."""
    found = [row.values.get(name) if name in row.values else getattr(row, name) for row in rows]
    return np.array([math.nan if value is None else value for value in found], dtype=np.float64)


def by_damage(rows: Sequence[Graded]) -> Iterator[tuple[str, list[Graded]]]:
    """Yield each kind of damage with its clips, in the order of the table."""
    for damage, group in groupby(rows_in_order(rows), lambda row: row.damage):
        yield damage, list(group)


def rows_in_order(rows: Sequence[Graded]) -> list[Graded]:
    """Return the clips sorted by kind of damage, kinds as they first come."""
    order = list(dict.fromkeys(row.damage for row in rows))
    return sorted(rows, key=lambda row: order.index(row.damage))


def rank_correlation(one: Double, other: Double) -> float:
    """Return Spearman's rank correlation of what both define, NaN where there is nothing to rank."""
    from scipy.stats import spearmanr

    both = np.isfinite(one) & np.isfinite(other)
    if both.sum() < 6 or np.ptp(one[both]) == 0.0 or np.ptp(other[both]) == 0.0:
        return math.nan
    return float(spearmanr(one[both], other[both]).statistic)
