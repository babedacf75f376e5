"""Where in the sources the seconds of a selected sample come from, after it was trimmed too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.records import Span, Step
from pipeline.selection.parts import MapEntry

SELECTED = ("select", "assemble")


def in_source_time(steps: tuple[Step, ...], path: str = "") -> tuple[Step, ...]:
    """Return a trail in which the map is of what trimming left, and what it trimmed of one source is in source time.

    A trail without a selection stays as it is. `path` is what the record calls the source of a selection.
    """
    chosen = next((step for step in steps if step.name in SELECTED and step.kept and "map" in step.notes), None)
    if chosen is None:
        return steps
    whole: list[MapEntry] = chosen.notes["map"]
    if path and chosen.name == "select":
        whole = [[entry[0], path, *entry[2:]] for entry in whole]
    entries, told = whole, []
    for step in steps:
        if step.name == "trim" and chosen.name == "select":
            told.append(_in_source(step, entries))
        else:
            told.append(step)
        if step.name == "trim" and step.kept:
            entries = list(_kept(entries, kept_of(step)))
    mapped = chosen.model_copy(update={"notes": chosen.notes | {"map": entries}})
    return tuple(mapped if step is chosen else step for step in told)


def kept_spans(steps: Sequence[Step], duration_s: float) -> tuple[Span, ...]:
    """Return what is left of a wave after the steps, in its own time: all of it where nothing was trimmed."""
    trim = next((step for step in steps if step.name == "trim" and step.kept), None)
    return tuple(kept_of(trim)) if trim else ((0.0, duration_s),)


def kept_of(trim: Step) -> list[Span]:
    """Return what a trim kept, in the time of the wave that it was given."""
    start_s, end_s = float(trim.notes["start_s"]), float(trim.notes["end_s"])
    edges = [start_s, *(float(edge) for cut in trim.notes.get("cuts_s", ()) for edge in cut), end_s]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _kept(entries: Sequence[MapEntry], spans: Sequence[tuple[float, float]]) -> Iterator[MapEntry]:
    """Yield the entries of what lies in the spans, in the time of what is left."""
    gone_s, last_s = 0.0, 0.0
    for first_s, stop_s in spans:
        gone_s += first_s - last_s
        last_s = stop_s
        for at_s, path, source_s, length_s in entries:
            start = max(first_s, float(at_s))
            length = min(stop_s, float(at_s) + float(length_s)) - start
            if length > 0.0:
                yield [
                    round(start - gone_s, 6),
                    path,
                    round(float(source_s) + start - float(at_s), 6),
                    round(length, 6),
                ]


def _in_source(trim: Step, entries: Sequence[MapEntry]) -> Step:
    moved = {name: round(_source_s(float(trim.notes[name]), entries), 6) for name in ("start_s", "end_s")}
    return trim.model_copy(update={"notes": trim.notes | moved})


def _source_s(time_s: float, entries: Sequence[MapEntry]) -> float:
    """Return the source time of a time in the sample."""
    under = [entry for entry in entries if float(entry[0]) <= time_s] or [entries[0]]
    return float(under[-1][2]) + time_s - float(under[-1][0])
