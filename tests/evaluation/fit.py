"""Fit the curves of a profile: ``python -m tests.evaluation.fit DIR``, DIR from `tests.evaluation.make`.

Keeps where each curve has its points and finds how many points it gives there, so that on clips with that damage
alone the part comes nearest to `score_of_pesq`. Undamaged clips pull every curve to 100 where recordings as they come
lie. Prints what belongs into the profile.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pipeline.profile import load_profile
from pipeline.rubric import Part
from tests.evaluation.graded import Double, Graded, column, graded

PESQ_MOST = 4.644
EXPONENT = 0.707
"""So that a score of 70, the limit of accepting, stands for a PESQ of 3.2, the limit of good."""

DAMAGES = {
    "snr": {"noise", "coloured noise", "babble", "hum", "music", "quantised"},
    "reverb": {"reverb"},
    "clipping": {"clipping", "clipped mp3"},
    "bandwidth": {"low pass", "opus"},
    "images": {"telephone"},
    "coding": {"mp3", "over-denoised"},
    "dropouts": {"dropouts", "repeats"},
    "clicks": {"clicks"},
}
"""Which damages each part is there for."""

UNDAMAGED_WEIGHT = 6.0
"""Of an undamaged clip, against 1 of a damaged one: 1 to 3 refuse a third of the good clips, 10 and more accept a
fifth of the bad ones."""

STIFFNESS = 20.0
"""Spreads the loss of points along the curve where the clips leave it open."""

TOLERANCE = 10.0
"""Errors over this many points count linearly (Huber): a detector that missed must not bend the curve."""


def score_of_pesq(pesq: Double) -> Double:
    """Return the score that a clip of this PESQ should have: 0 for 1.0, 70 for 3.2, 100 for 4.64."""
    return np.asarray(100.0 * np.maximum((pesq - 1.0) / (PESQ_MOST - 1.0), 0.0) ** EXPONENT)


def shares_lost(part: Part, values: Double) -> Double:
    """Return how much of each stretch of a part's curve a value has lost, shape (clips, stretches).

    The points of a part are ``100 exp(-shares @ losses)``: with losses of 0 and more the curve is monotone.
    """
    at = np.array([point[0] for point in part.points])
    lost = np.clip((values[:, None] - at[:-1]) / np.diff(at), 0.0, 1.0)
    return 1.0 - lost if _rises(part) else lost


def fitted(rows: Sequence[Graded], part: Part) -> Double:
    """Return the losses of a part's stretches that come nearest to the wanted scores."""
    from scipy.optimize import minimize

    some = [row for row in rows if row.damage in DAMAGES[part.name] | {"none"}]
    values, wanted = column(some, part.metric), score_of_pesq(column(some, "pesq"))
    known = np.isfinite(values)
    shares, wanted = shares_lost(part, values[known]), wanted[known]
    weights = np.array([UNDAMAGED_WEIGHT if row.damage == "none" else 1.0 for row in some])[known]

    def cost(losses: Double) -> tuple[float, Double]:
        score = 100.0 * np.exp(-shares @ losses)
        error = score - wanted
        near = np.clip(error, -TOLERANCE, TOLERANCE)
        value = float(np.mean(weights * near * (error - near / 2.0))) + STIFFNESS * float(losses @ losses)
        return value, -shares.T @ (weights * near * score) / error.size + 2.0 * STIFFNESS * losses

    start = np.full(shares.shape[1], 0.2)
    return np.asarray(minimize(cost, start, jac=True, method="L-BFGS-B", bounds=[(0.0, None)] * start.size).x)


def curve(part: Part, losses: Double) -> str:
    """Return the part's curve as TOML."""
    lost = np.append(0.0, np.cumsum(losses[::-1] if _rises(part) else losses))
    points = np.round(100.0 * np.exp(-lost))[:: -1 if _rises(part) else 1]
    pairs = ", ".join(f"[{at[0]}, {value:.1f}]" for at, value in zip(part.points, points, strict=True))
    return f"[grade.parts.{part.name}]\npoints = [{pairs}]"


def _rises(part: Part) -> bool:
    return part.points[-1][1] > part.points[0][1]


def main() -> None:
    """Print the curves."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--profile", default="clone")
    options = parser.parse_args()
    plan = load_profile(options.profile)
    rows = graded(options.folder, plan)
    for part in plan.rubric.parts:
        if part.name in DAMAGES:
            print(curve(part, fitted(rows, part)))


if __name__ == "__main__":
    main()
