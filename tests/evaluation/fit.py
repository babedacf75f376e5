"""Fit the curves of a profile: ``python -m tests.evaluation.fit DIR``, DIR from `tests.evaluation.make`.

Keeps where each curve has its points and finds how many points it gives there, all parts at once, so that the score
comes nearest to `score_of_pesq`; every kind of damage weighs the same. Prints what belongs into the profile.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pipeline.profile import load_profile
from pipeline.rubric import Part
from tests.evaluation.graded import Double, Graded, column, graded

PESQ_MOST = 4.644
EXPONENT = 0.71
"""So that a score of 70, the limit of accepting, stands for a PESQ of 3.2, the limit of good."""

STIFFNESS = 0.1
"""Holds a part that the clips say nothing of at full points."""


def score_of_pesq(pesq: Double) -> Double:
    """Return the score that a clip of this PESQ should have: 0 for 1.0, 70 for 3.2, 100 for 4.64."""
    return np.asarray(100.0 * np.maximum((pesq - 1.0) / (PESQ_MOST - 1.0), 0.0) ** EXPONENT)


def shares_lost(part: Part, values: Double) -> Double:
    """Return how much of each stretch of a part's curve a value has lost, shape (clips, stretches + 1).

    The points of a part are ``100 exp(-shares @ losses)``: with losses of 0 and more the curve is monotone. The last
    column says that the metric is undefined.
    """
    at = np.array([point[0] for point in part.points])
    rising = part.points[-1][1] >= part.points[0][1]
    lost = np.clip((values[:, None] - at[:-1]) / np.diff(at), 0.0, 1.0)
    lost = 1.0 - lost if rising else lost
    unknown = np.isnan(values)
    return np.column_stack([np.where(unknown[:, None], 0.0, lost), unknown])


def fitted(rows: Sequence[Graded], parts: Sequence[Part]) -> list[Double]:
    """Return the losses of each part that minimise the squared error of the score."""
    from scipy.optimize import minimize

    blocks = [shares_lost(part, column(rows, part.metric)) for part in parts]
    shares, wanted = np.hstack(blocks), score_of_pesq(column(rows, "pesq"))
    counts = Counter(row.damage for row in rows)
    weights = np.array([1.0 / counts[row.damage] for row in rows])
    weights /= weights.sum()

    def cost(losses: Double) -> tuple[float, Double]:
        score = 100.0 * np.exp(-shares @ losses)
        error = score - wanted
        value = float(weights @ error**2) + STIFFNESS * float(losses @ losses)
        return value, -2.0 * shares.T @ (weights * error * score) + 2.0 * STIFFNESS * losses

    start = np.full(shares.shape[1], 0.1)
    found = minimize(cost, start, jac=True, method="L-BFGS-B", bounds=[(0.0, None)] * start.size).x
    return np.split(found, np.cumsum([block.shape[1] for block in blocks])[:-1])


def curve(part: Part, losses: Double) -> str:
    """Return the part's curve as a line of TOML."""
    rising = part.points[-1][1] >= part.points[0][1]
    stretches = losses[:-1][::-1] if rising else losses[:-1]
    left = 100.0 * np.exp(-np.append(0.0, np.cumsum(stretches)))
    points = left[::-1] if rising else left
    pairs = ", ".join(f"[{at[0]:g}, {value:.0f}.0]" for at, value in zip(part.points, points, strict=True))
    return f"[grade.parts.{part.name}]\npoints = [{pairs}]\nunknown = {100.0 * np.exp(-losses[-1]):.0f}.0"


def main() -> None:
    """Print the curves."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--profile", default="clone")
    options = parser.parse_args()
    plan = load_profile(options.profile)
    parts = [part for part in plan.rubric.parts if part.weight > 0.0]
    rows = graded(options.folder, plan)
    for part, losses in zip(parts, fitted(rows, parts), strict=True):
        print(curve(part, losses))


if __name__ == "__main__":
    main()
