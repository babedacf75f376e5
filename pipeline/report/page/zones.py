"""What lies between the limits of a metric, and where a value stands there."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.preview.keeping import Limits
from pipeline.records import Severity

ORDER = (Severity.REJECT, Severity.REVIEW, Severity.NOTE)
GOOD = "good"

EDGE_PERCENT = 1.5
"""A marker at the end of a bar is still seen whole."""


def zones_of(parts: Sequence[Limits]) -> tuple[list[float], list[str], int]:
    """Return the limits in order, what lies between them, and how many of them a value must reach."""
    below = {severity: limit for part in parts for severity, limit in part.below.items()}
    above = {severity: limit for part in parts for severity, limit in part.above.items()}
    low = [severity for severity in ORDER if severity in below]
    high = [severity for severity in reversed(ORDER) if severity in above]
    edges = [below[severity] for severity in low] + [above[severity] for severity in high]
    kinds = [*(severity.value for severity in low), GOOD, *(severity.value for severity in high)]
    return edges, kinds, len(low)


def zone_of(value: float, edges: Sequence[float], lows: int) -> int:
    """Return which zone a value is in; a limit that is reached is kept."""
    return sum(value >= edge for edge in edges[:lows]) + sum(value > edge for edge in edges[lows:])


def kind_of(value: float | None, parts: Sequence[Limits]) -> str:
    """Return the heaviest severity that a value has by these limits."""
    if value is None:
        return GOOD
    for severity in ORDER:
        for part in parts:
            too_low = severity in part.below and value < part.below[severity]
            if too_low or (severity in part.above and value > part.above[severity]):
                return severity.value
    return GOOD


def ends_of(parts: Sequence[Limits], edges: Sequence[float]) -> tuple[float, float]:
    """Return where the first zone begins and the last one ends: as far as the curve goes, or as wide as the others."""
    marks = [at for part in parts for at, _ in part.points]
    wide = (edges[-1] - edges[0]) / (len(edges) - 1) if len(edges) > 1 else max(abs(edges[0]), 1.0)
    first = min(marks) if marks and min(marks) < edges[0] else edges[0] - wide
    last = max(marks) if marks and max(marks) > edges[-1] else edges[-1] + wide
    return (0.0 if edges[0] >= 0.0 > first else first), last


def place_of(
    value: float | None, edges: Sequence[float], lows: int, ends: tuple[float, float], falling: bool
) -> float | None:
    """Return where a value stands, in percent: linear within each zone. A 0 of what should not be is at the end."""
    if value is None:
        return None
    zone = zone_of(value, edges, lows)
    marks = [ends[0], *edges, ends[1]]
    first, stop = marks[zone], marks[zone + 1]
    share = min(max((value - first) / (stop - first), 0.0), 1.0) if stop > first else 0.0
    at = min(max(100.0 * (zone + share) / (len(edges) + 1), EDGE_PERCENT), 100.0 - EDGE_PERCENT)
    return round(100.0 - at if falling else at, 1)
