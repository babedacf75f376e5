"""How true the grade is: ``python -m tests.evaluation.grade DIR [--profile NAME]``, DIR from `tests.evaluation.make`.

Prints the rank correlation of the score with PESQ and STOI, over all clips and by damage, beside DNSMOS's where the
table has it; the gate's quality with PESQ of `GOOD` and more as good; and what PESQ a score stands for.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pipeline.profile import load_profile
from tests.evaluation.graded import Graded, by_damage, column, graded, rank_correlation

GOOD = 3.2


def correlations(rows: Sequence[Graded]) -> None:
    """Print a line for all clips and one for each kind of damage."""
    print(f"{'rank correlation with':24s} clips    score: PESQ   STOI    DNSMOS: PESQ    median score")
    for name, some in (("all", list(rows)), *by_damage(rows)):
        score, pesq, stoi, network = (column(some, key) for key in ("score", "pesq", "stoi", "dnsmos"))
        print(
            f"{name:24s} {len(some):5d} {rank_correlation(score, pesq):14.3f} {rank_correlation(score, stoi):6.3f}"
            f" {rank_correlation(network, pesq):15.3f} {np.median(score):15.0f}"
        )


def within_takes(rows: Sequence[Graded]) -> None:
    """Print the median, over takes, of the rank correlation of one take's clips: there PESQ's blind spot, the faults
    of the clean take itself, is the same for all."""
    takes: dict[str, list[Graded]] = {}
    for row in rows:
        takes.setdefault(row.file.split(f" {row.damage} ")[0], []).append(row)
    found = [
        [rank_correlation(column(some, key), column(some, "pesq")) for some in takes.values()]
        for key in ("score", "dnsmos")
    ]
    print(f"within one take, median of {len(takes)}: score {np.median(found[0]):.3f}, DNSMOS {np.median(found[1]):.3f}")


def gate(rows: Sequence[Graded], threshold: float) -> None:
    """Print how well a threshold tells good from bad."""
    from sklearn.metrics import roc_auc_score

    score, good = column(rows, "score"), column(rows, "pesq") >= GOOD
    if good.all() or not good.any():
        return
    print(
        f"gate, PESQ >= {GOOD} as good ({good.mean():.0%} of the clips): area {roc_auc_score(good, score):.3f}", end=""
    )
    accepted, refused = np.mean(score[~good] >= threshold), np.mean(score[good] < threshold)
    print(f"; at {threshold:g}: {accepted:.1%} of the bad accepted, {refused:.1%} of the good refused")


def calibration(rows: Sequence[Graded]) -> None:
    """Print the PESQ of the clips in each tenth of the scale."""
    score, pesq = column(rows, "score"), column(rows, "pesq")
    print("score        clips   PESQ: 10 %  median    90 %")
    for low in range(0, 100, 10):
        within = pesq[(score >= low) & (score < low + 10 + (low == 90))]
        if within.size:
            low_pesq, median, high = np.percentile(within, [10, 50, 90])
            print(f"{low:3d} to {low + 10:3d}  {within.size:6d}   {low_pesq:10.2f}  {median:6.2f}  {high:6.2f}")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--profile", default="clone")
    options = parser.parse_args()
    plan = load_profile(options.profile)
    rows = graded(options.folder, plan)
    correlations(rows)
    within_takes(rows)
    gate(rows, plan.rubric.accept_score)
    calibration(rows)


if __name__ == "__main__":
    main()
