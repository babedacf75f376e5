"""A metric's place among the limits of its profile, as a bar on which better is to the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.preview.keeping import Limits, Preview
from pipeline.records import MetricValues, Record, Severity
from pipeline.report.page.labels import label, value_text

ORDER = (Severity.REJECT, Severity.REVIEW, Severity.NOTE)
GOOD = "good"

EDGE_PERCENT = 1.5
"""A marker at the end of a bar is still seen whole."""


@dataclass(frozen=True, slots=True)
class Zone:
    """A stretch of the bar: what a value in it means, and the limit at its right end as text."""

    kind: str
    limit: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A metric on its zones, all equally wide; places are in percent of the width, None where there is no value."""

    label: str
    metric: str
    zones: tuple[Zone, ...]
    before: str
    after: str
    before_percent: float | None
    after_percent: float | None
    kind: str


def bars(record: Record, preview: Preview) -> list[Bar]:
    """Return a bar for every metric that the profile has a limit for, what is worst first."""
    by_metric: dict[str, list[Limits]] = {}
    for limits in preview.limits:
        if limits.below or limits.above:
            by_metric.setdefault(limits.metric, []).append(limits)
    made = [_bar(metric, parts, record.before or {}, record.after or {}) for metric, parts in by_metric.items()]
    order = [severity.value for severity in ORDER]
    return sorted(made, key=lambda bar: order.index(bar.kind) if bar.kind in order else len(order))


def _bar(metric: str, parts: Sequence[Limits], before: MetricValues, after: MetricValues) -> Bar:
    edges, kinds, lows = _zones(parts)
    falling = not any(part.below for part in parts)  # less is better: turned, so that better is to the right
    was, now = before.get(metric), after.get(metric)
    texts = [value_text(metric, edge) for edge in edges]
    if falling:
        kinds, texts = kinds[::-1], texts[::-1]
    places = [_place(value, edges, lows, _ends(parts, edges), falling) for value in (was, now)]
    latest = now if now is not None else was
    return Bar(
        label=label(metric),
        metric=metric,
        zones=tuple(Zone(kind, text) for kind, text in zip(kinds, [*texts, ""], strict=True)),
        before=value_text(metric, was),
        after=value_text(metric, now),
        before_percent=places[0],
        after_percent=places[1],
        kind=_kind(latest, parts),
    )


def _zones(parts: Sequence[Limits]) -> tuple[list[float], list[str], int]:
    """Return the limits in order, what lies between them, and how many of them a value must reach."""
    below = {severity: limit for part in parts for severity, limit in part.below.items()}
    above = {severity: limit for part in parts for severity, limit in part.above.items()}
    low = [severity for severity in ORDER if severity in below]
    high = [severity for severity in reversed(ORDER) if severity in above]
    edges = [below[severity] for severity in low] + [above[severity] for severity in high]
    kinds = [*(severity.value for severity in low), GOOD, *(severity.value for severity in high)]
    return edges, kinds, len(low)


def _kind(value: float | None, parts: Sequence[Limits]) -> str:
    """Return the heaviest severity that a value has by these limits."""
    if value is None:
        return GOOD
    for severity in ORDER:
        for part in parts:
            too_low = severity in part.below and value < part.below[severity]
            if too_low or (severity in part.above and value > part.above[severity]):
                return severity.value
    return GOOD


def _ends(parts: Sequence[Limits], edges: Sequence[float]) -> tuple[float, float]:
    """Return where the first zone begins and the last one ends: as far as the curve goes, or as wide as the others."""
    marks = [at for part in parts for at, _ in part.points]
    wide = (edges[-1] - edges[0]) / (len(edges) - 1) if len(edges) > 1 else max(abs(edges[0]), 1.0)
    first = min(marks) if marks and min(marks) < edges[0] else edges[0] - wide
    last = max(marks) if marks and max(marks) > edges[-1] else edges[-1] + wide
    return (0.0 if edges[0] >= 0.0 > first else first), last


def _place(
    value: float | None, edges: Sequence[float], lows: int, ends: tuple[float, float], falling: bool
) -> float | None:
    """Return where a value stands, in percent: linear within each zone, in the middle of one that is a single value."""
    if value is None:
        return None
    zone = sum(value >= edge for edge in edges[:lows]) + sum(value > edge for edge in edges[lows:])
    marks = [ends[0], *edges, ends[1]]
    first, stop = marks[zone], marks[zone + 1]
    share = min(max((value - first) / (stop - first), 0.0), 1.0) if stop > first else 0.5
    at = min(max(100.0 * (zone + share) / (len(edges) + 1), EDGE_PERCENT), 100.0 - EDGE_PERCENT)
    return round(100.0 - at if falling else at, 1)
