"""The pictures and sounds of a sample, before and after, as the page shows them."""

from __future__ import annotations

import base64
import itertools
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from pipeline.preview import Picture, Preview
from pipeline.preview.files import sound_file
from pipeline.preview.sound import small_mp3
from pipeline.records import Record
from pipeline.report.page.marks import Mark, marks_after, marks_before
from pipeline.report.page.rulers import Tick, minutes, ticks

STRIP_COLUMNS = 120
"""Of the small wave in the list, which is 100 to 350 points wide."""


@dataclass(frozen=True, slots=True)
class View:
    """A picture with its sound: where it lies in time under the input, in percent of that.

    `shortened` is said where the output does not line up with the input: it is several stretches of it. Then, and
    for the input, there is a ruler.
    """

    side: str
    words: str
    shortened: str
    wave: str
    columns: int
    mel: str
    hertz: tuple[tuple[str, float], ...]
    source: str
    volume: float
    left_percent: float
    width_percent: float
    marks: tuple[Mark, ...]
    ruler: tuple[Tick, ...]


def views(record: Record, preview: Preview, out: Path, embed: bool) -> tuple[View, ...]:
    """Return the pictures: the output lies under the part of the input that it is, where that is one stretch."""
    total_s = max(preview.before.duration_s, 1e-3)
    clip = out / record.output.path if record.output else sound_file(out, record.path, "after")
    kept_s = preview.kept_s if preview.after else ()
    before = _view(
        "before", preview.before, _source(sound_file(out, record.path, "before"), out, embed), 1.0,
        marks_before(record.findings, total_s, kept_s), (0.0, total_s), total_s,
    )  # fmt: skip
    if preview.after is None:
        return (before,)
    one = kept_s[0] if len(kept_s) == 1 else None
    after = _view(
        "after", preview.after, _source(clip, out, embed), preview.after_volume,
        marks_after(record.findings, kept_s), one, total_s,
    )  # fmt: skip
    return before, after


def _view(  # noqa: PLR0913, PLR0917 - what is seen, what is heard, and where it lies
    side: str, picture: Picture, source: str, volume: float, marks: tuple[Mark, ...],
    lies_s: tuple[float, float] | None, total_s: float,
) -> View:  # fmt: skip
    start_s, stop_s = lies_s or (0.0, total_s)
    return View(
        side=side,
        words=side.capitalize(),
        shortened="" if lies_s else f"shortened: {minutes(total_s)} to {minutes(picture.duration_s)}",
        wave=wave_path(picture.low, picture.high),
        columns=len(picture.high),
        mel=f"data:image/webp;base64,{base64.b64encode(picture.mel).decode('ascii')}",
        hertz=tuple((f"{hertz / 1000:g} kHz", percent) for hertz, percent in picture.hertz),
        source=source,
        volume=volume,
        left_percent=round(100.0 * start_s / total_s, 2),
        width_percent=round(100.0 * (stop_s - start_s) / total_s, 2),
        marks=marks,
        ruler=ticks(picture.duration_s) if side == "before" or lies_s is None else (),
    )


def wave_path(low: tuple[int, ...], high: tuple[int, ...]) -> str:
    """Return an envelope as an SVG path in a box of its columns by -100 to 100, full scale at the edges.

    Each point is told from the one before: half the bytes, and there may be thousands of waves in a page.

    Examples
    --------
    >>> wave_path((-1, -3), (2, 5))
    'M0,-2l1,-3 0,9 -1,-2z'
    """
    points = [*((place, -top) for place, top in enumerate(high))]
    points += [(place, 1 - foot) for place, foot in reversed(list(enumerate(low)))]
    steps = (f"{x - was_x},{y - was_y}" for (was_x, was_y), (x, y) in itertools.pairwise(points))
    return f"M0,{points[0][1]}l{' '.join(steps)}z" if points else ""


def strip_path(picture: Picture) -> str:
    """Return the envelope with few points, for the list, in a box as wide as `STRIP_COLUMNS`."""
    ends = [round(place * len(picture.high) / STRIP_COLUMNS) for place in range(STRIP_COLUMNS + 1)]
    spans = [slice(first, max(first + 1, stop)) for first, stop in itertools.pairwise(ends)]
    low, high = (
        tuple(pick(edge[span] or edge[-1:]) for span in spans)
        for edge, pick in ((picture.low, min), (picture.high, max))
    )
    return wave_path(low, high)


def _source(file: Path, out: Path, embed: bool) -> str:
    """Return where the page finds a sound: beside it, or in itself; nothing where there is none."""
    if not file.is_file():
        return ""
    if embed:
        return f"data:audio/mpeg;base64,{base64.b64encode(small_mp3(file)).decode('ascii')}"
    return quote(file.relative_to(out).as_posix())
