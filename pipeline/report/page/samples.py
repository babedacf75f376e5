"""One sample as the page shows it."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from pipeline.findings import clock
from pipeline.guidance import explanations
from pipeline.preview import Picture, Preview, read_preview
from pipeline.preview.files import sound_file
from pipeline.preview.sound import small_mp3
from pipeline.records import Finding, Record, Span
from pipeline.report.page.bars import Bar, bars
from pipeline.report.page.overview import final_score
from pipeline.report.words import main_reason, printable, score_text, title

MOST_TIMES = 6
"""So many places of one finding are buttons: the next ones tell no more."""

LEAST_MARK_PERCENT = 0.5
"""Of the picture's width. Narrower marks would not be seen; places nearer to each other than this share one."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A place of a finding in a picture, in percent of its width."""

    code: str
    severity: str
    left_percent: float
    width_percent: float
    at_s: float
    says: str


@dataclass(frozen=True, slots=True)
class Time:
    """A place of a finding, as a button."""

    at_s: float
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """A finding with its places."""

    finding: Finding
    title: str
    times: tuple[Time, ...]
    more: int
    explained: bool


@dataclass(frozen=True, slots=True)
class View:
    """A picture with its sound: where it lies in time under the input, in percent of that."""

    side: str
    words: str
    wave: str
    mel: str
    source: str
    volume: float
    left_percent: float
    width_percent: float
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class SampleView:
    """One sample as the page shows it."""

    number: int
    record: Record
    name: str
    score: str
    points: float | None
    reason: str
    told: tuple[Told, ...]
    views: tuple[View, ...]
    kept_json: str
    duration_s: float
    bars: tuple[Bar, ...]
    strip: str
    codes: str


def sample_view(number: int, record: Record, out: Path, embed: bool) -> SampleView:
    """Return what the page shows of a sample.

    Parameters
    ----------
    number : int
        Its place in the records.
    record : Record
    out : Path
        The folder that was written; what is missing in it is left out.
    embed : bool
        Put the sound into the page.
    """
    preview = read_preview(out, record.path)
    findings = record.findings
    return SampleView(
        number=number,
        record=record,
        name=printable(record.path),
        score=score_text(record),
        points=final_score(record),
        reason=main_reason(record),
        told=tuple(_told(finding) for finding in findings),
        views=_views(record, preview, out, embed) if preview else (),
        kept_json=json.dumps(preview.kept_s if preview else ()),
        duration_s=preview.before.duration_s if preview else 0.0,
        bars=tuple(bars(record, preview)) if preview else (),
        strip=wave_path(preview.before) if preview else "",
        codes=" ".join(dict.fromkeys(finding.code for finding in findings)),
    )


def _told(finding: Finding) -> Told:
    times = tuple(Time(round(start, 2), clock(start)) for start, _ in finding.at_s[:MOST_TIMES])
    more = max(0, len(finding.at_s) - MOST_TIMES)
    return Told(finding, title(finding.code).replace("_", " "), times, more, finding.code in explanations())


def _views(record: Record, preview: Preview, out: Path, embed: bool) -> tuple[View, ...]:
    """Return the pictures: the output lies under the part of the input that it is, where that is one stretch."""
    total_s = max(preview.before.duration_s, 1e-3)
    clip = out / record.output.path if record.output else sound_file(out, record.path, "after")
    sources = [_source(file, out, embed) for file in (sound_file(out, record.path, "before"), clip)]
    whole = View(
        "before", "Before", wave_path(preview.before), _data(preview.before), sources[0], 1.0, 0.0, 100.0,
        _marks(record.findings, total_s),
    )  # fmt: skip
    if preview.after is None:
        return (whole,)
    start_s, stop_s = preview.kept_s[0] if len(preview.kept_s) == 1 else (0.0, total_s)
    left, width = 100.0 * start_s / total_s, 100.0 * (stop_s - start_s) / total_s
    after = View(
        "after", "After", wave_path(preview.after), _data(preview.after), sources[1], preview.after_volume,
        round(left, 2), round(width, 2), (),
    )  # fmt: skip
    return whole, after


def _marks(findings: Sequence[Finding], total_s: float) -> tuple[Mark, ...]:
    near_s = total_s * LEAST_MARK_PERCENT / 100.0
    return tuple(_mark(finding, span, total_s) for finding in findings for span in _joined(finding.at_s, near_s))


def _joined(spans: Sequence[Span], near_s: float) -> list[Span]:
    """Return the spans in order, those that are near each other as one."""
    joined: list[Span] = []
    for start, stop in sorted(spans):
        if joined and start - joined[-1][1] < near_s:
            joined[-1] = (joined[-1][0], max(joined[-1][1], stop))
        else:
            joined.append((start, stop))
    return joined


def _mark(finding: Finding, span: Span, total_s: float) -> Mark:
    left = min(100.0 * span[0] / total_s, 100.0 - LEAST_MARK_PERCENT)
    width = min(max(100.0 * (span[1] - span[0]) / total_s, LEAST_MARK_PERCENT), 100.0 - left)
    says = f"{title(finding.code)} at {clock(span[0])}"
    return Mark(finding.code, finding.severity.value, round(left, 2), round(width, 2), round(span[0], 2), says)


def wave_path(picture: Picture) -> str:
    """Return the envelope as an SVG path in a box of its columns by -100 to 100, full scale at the edges."""
    tops = [f"{place},{-high}" for place, high in enumerate(picture.high)]
    bottoms = [f"{place},{-low + 1}" for place, low in reversed(list(enumerate(picture.low)))]
    return f"M{' '.join(tops + bottoms)}Z"


def _data(picture: Picture) -> str:
    return f"data:image/webp;base64,{base64.b64encode(picture.mel).decode('ascii')}"


def _source(file: Path, out: Path, embed: bool) -> str:
    """Return where the page finds a sound: beside it, or in itself; nothing where there is none."""
    if not file.is_file():
        return ""
    if embed:
        return f"data:audio/mpeg;base64,{base64.b64encode(small_mp3(file)).decode('ascii')}"
    return quote(file.relative_to(out).as_posix())
