"""A folder at a glance: how many of each status, how the scores lie, what to fix first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.engine.folder import Report
from pipeline.records import Record, Status
from pipeline.report.words import printable, remedy, status_word, title

WIDTH_POINTS = 10
"""Of a column of the histogram."""

MOST_NAMES = 3
"""Of failed files at the top; the list has all of them, and first."""


@dataclass(frozen=True, slots=True)
class Tile:
    """How many samples have a status."""

    status: str
    words: str
    count: int


@dataclass(frozen=True, slots=True)
class Column:
    """How many samples have a score in a range, by status, the best first; `height` is of the highest column."""

    first: int
    last: int
    parts: tuple[tuple[str, int, float], ...]
    count: int


@dataclass(frozen=True, slots=True)
class Fix:
    """A fault that keeps samples from being accepted, and what to do about it."""

    code: str
    title: str
    count: int
    remedy: str


@dataclass(frozen=True, slots=True)
class Failed:
    """What could not be judged at all: how many, the first of them by name, and how many more."""

    count: int
    words: str
    names: tuple[str, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Overview:
    """The top of the page."""

    total: int
    tiles: tuple[Tile, ...]
    columns: tuple[Column, ...]
    fixes: tuple[Fix, ...]
    failed: Failed | None
    judged: int


def overview(records: Sequence[Record]) -> Overview:
    """Return the top of the page."""
    report = Report(tuple(records))
    return Overview(
        total=len(records),
        tiles=tuple(Tile(status, status_word(status), count) for status, count in report.counts().items()),
        columns=_columns(records),
        fixes=tuple(Fix(code, title(code), count, remedy(code)) for code, count in report.to_fix_first()),
        failed=_failed([record for record in records if record.status is Status.FAILED]),
        judged=sum(final_score(record) is not None for record in records),
    )


def _failed(records: Sequence[Record]) -> Failed | None:
    if not records:
        return None
    unread = all(record.error is not None and record.error.step == "decode" for record in records)
    names = tuple(printable(record.path) for record in records[:MOST_NAMES])
    return Failed(
        len(records), "could not be read" if unread else "could not be judged", names, len(records) - len(names)
    )


def final_score(record: Record) -> float | None:
    """Return the score that decides: after repair where there was one."""
    return record.score.before if record.score.after is None else record.score.after


def _columns(records: Sequence[Record]) -> tuple[Column, ...]:
    bins: list[list[Record]] = [[] for _ in range(100 // WIDTH_POINTS)]
    for record in records:
        score = final_score(record)
        if score is not None:
            bins[min(int(score // WIDTH_POINTS), len(bins) - 1)].append(record)
    highest = max(1, *(len(held) for held in bins))
    return tuple(_column(place * WIDTH_POINTS, held, highest) for place, held in enumerate(bins))


def _column(first: int, held: Sequence[Record], highest: int) -> Column:
    counts = [(status.value, sum(record.status is status for record in held)) for status in Status]
    parts = tuple((status, count, round(100.0 * count / highest, 1)) for status, count in counts if count)
    last = 100 if first + WIDTH_POINTS >= 100 else first + WIDTH_POINTS - 1
    return Column(first, last, parts, len(held))
