"""Which windows of a take are graded in full, and which of those is the best."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.plan import Plan
from pipeline.selection.candidates import Candidate, best_of, graded
from pipeline.selection.takes import Take
from pipeline.selection.windows import Window

APART_S, CANDIDATES = 4.0, 12
"""So many of the best windows by their cells are graded first, each beginning or ending so far from the others."""

NEAR_S, FINE_S, AT_ONCE, MOST = 12.0, 1.3, 8, 44
"""Then, so many at once, those whose ends are all so near to the best one's, a little apart from all that was graded;
again and again while that finds a better one, until so many were graded."""


def best_window(take: Take, windows: Sequence[Window], plan: Plan) -> tuple[Candidate, int]:
    """Return the best window by its grade, and how many were graded.

    Parameters
    ----------
    take : Take
    windows : sequence of Window
        Best first.
    plan : Plan
    """
    tried = [graded(take, (window,), plan) for window in _apart(windows, APART_S, CANDIDATES)]
    while len(tried) < MOST:
        best = best_of(tried)
        near = [window for window in windows if _apart_s(window, best.windows[0]) < NEAR_S]
        known = [candidate.windows[0] for candidate in tried]
        fresh = _apart(near, FINE_S, min(AT_ONCE, MOST - len(tried)), known)
        tried += [graded(take, (window,), plan) for window in fresh]
        if not fresh:
            break
    return best_of(tried), len(tried)


def _apart(windows: Sequence[Window], apart_s: float, most: int, known: Sequence[Window] = ()) -> list[Window]:
    """Return the best windows of which each begins or ends so far from the better ones and from the known."""
    chosen: list[Window] = []
    for window in windows:
        if len(chosen) == most:
            break
        if all(_apart_s(window, other) >= apart_s for other in (*known, *chosen)):
            chosen.append(window)
    return chosen


def _apart_s(one: Window, other: Window) -> float:
    return max(abs(one.start_s - other.start_s), abs(one.stop_s - other.stop_s))
