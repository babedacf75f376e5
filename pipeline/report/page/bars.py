"""A metric's place among the limits of its profile, as a bar on which what is good is green."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.labels import label
from pipeline.preview.keeping import Limits, Preview
from pipeline.records import MetricValues, Record
from pipeline.report.page.labels import limit_text, value_text
from pipeline.report.page.zones import GOOD, ORDER, ends_of, kind_of, place_of, zone_of, zones_of


@dataclass(frozen=True, slots=True)
class Zone:
    """A stretch of the bar: what a value in it means, and the limit at its right end as text."""

    kind: str
    limit: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A metric on its zones, all equally wide; places are in percent of the width, None where there is no value.

    `before_says` and `after_says` are the zones of the values in words; a bar is telling where the latest value is not
    good, or repair moved it to another zone.
    """

    label: str
    metric: str
    zones: tuple[Zone, ...]
    before: str
    after: str
    before_percent: float | None
    after_percent: float | None
    before_says: str
    after_says: str
    kind: str
    is_telling: bool


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
    edges, kinds, lows = zones_of(parts)
    falling = not any(part.below for part in parts)  # less is better: turned, so that better is to the right
    was, now = before.get(metric), after.get(metric)
    texts = [limit_text(metric, edge) for edge in edges]
    says = _in_words(kinds, texts, lows)
    told = [None if value is None else says[zone_of(value, edges, lows)] for value in (was, now)]
    places = [place_of(value, edges, lows, ends_of(parts, edges), falling) for value in (was, now)]
    kind = kind_of(now if now is not None else was, parts)
    if falling:
        kinds, texts = kinds[::-1], texts[::-1]
    return Bar(
        label=label(metric),
        metric=metric,
        zones=tuple(Zone(*zone) for zone in zip(kinds, [*texts, ""], strict=True)),
        before=value_text(metric, was),
        after=value_text(metric, now),
        before_percent=places[0],
        after_percent=places[1],
        before_says=told[0] or "",
        after_says=told[1] or "",
        kind=kind,
        is_telling=kind != GOOD or (None not in told and told[0] != told[1]),
    )


def _in_words(kinds: Sequence[str], texts: Sequence[str], lows: int) -> list[str]:
    """Return what each zone means: its kind, and the limit that a value in it has passed."""
    under = [f"{kind}: under {text}" for kind, text in zip(kinds[:lows], texts[:lows], strict=True)]
    over = [f"{kind}: over {text}" for kind, text in zip(kinds[lows + 1 :], texts[lows:], strict=True)]
    return [*under, GOOD, *over]
