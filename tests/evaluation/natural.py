"""Whether natural recordings are told apart: ``python -m tests.evaluation.natural --speech DIR``.

DIR holds an ``index.csv`` with ``file`` and ``kind``. Prints every recording by score, and the area under the curve of
those marked clean over those marked noisy, reverberant or degraded.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import numpy as np

from pipeline.codec import read
from pipeline.errors import VoiceprepError
from pipeline.profile import load_profile
from pipeline.records import Severity
from pipeline.results import Result

BAD = {"noisy", "reverberant", "degraded"}


def told(result: Result) -> str:
    """Return what was found, in codes, and the measures that decide."""
    codes = [finding.code for finding in result.grade.findings if finding.severity is not Severity.NOTE]
    parts = " ".join(f"{name} {points:.0f}" for name, points in result.grade.parts.items() if points < 95.0)
    return f"{result.grade.score:5.0f} {result.grade.status:9s} {','.join(codes):36s} {parts}"


def main() -> None:
    """Print the recordings, best first."""
    from sklearn.metrics import roc_auc_score

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--speech", type=Path, required=True)
    parser.add_argument("--profile", default="clone")
    options = parser.parse_args()
    plan, found = load_profile(options.profile), []
    with (options.speech / "index.csv").open(encoding="utf-8", newline="") as opened:
        for row in csv.DictReader(opened):
            try:
                found.append((row["kind"], row["file"], plan.check(read(options.speech / row["file"]))))
            except VoiceprepError as error:
                print(f"{row['file']}: {error}")
    for kind, name, result in sorted(found, key=lambda item: -item[2].grade.score):
        print(f"{kind:12s} {name[:44]:44s} {told(result)}")
    judged = [(kind == "clean", result.grade.score) for kind, _, result in found if kind == "clean" or kind in BAD]
    clean, score = (np.array(column) for column in zip(*judged, strict=True))
    print(f"{clean.sum()} clean over {(~clean).sum()} bad: area under the curve {roc_auc_score(clean, score):.3f}")


if __name__ == "__main__":
    main()
