"""What notebooks show of a sample, a result and a report."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from pipeline.analysis import Analysis
from pipeline.preview import draw
from pipeline.records import Finding, Record
from pipeline.report.page.views import wave_path
from pipeline.report.words import main_reason, printable, score_text, status_word

if TYPE_CHECKING:
    from pipeline.results import Result
    from pipeline.sample import Sample

MOST_ROWS = 200
"""A notebook with more rows is no longer read."""


def result_html(result: Result) -> str:
    """Return a verdict with the picture of what came out."""
    findings: tuple[Finding, ...] = result.grade.findings
    return _render(
        "result",
        verdict=result.grade.status.value,
        score=f"{result.grade.score:.0f}",
        name=printable(result.sample.path),
        findings=findings,
        **_picture(result.sample),
    )


def sample_html(sample: Sample) -> str:
    """Return the picture of a sample, and the names of its steps."""
    steps = ", ".join(step.name for step in sample.steps if step.kept) or "no steps yet"
    seconds = sample.audio.duration_s
    return _render("sample", name=printable(sample.path), seconds=seconds, steps=steps, **_picture(sample))


def records_html(records: Sequence[Record]) -> str:
    """Return how many records have each status, and a row each."""
    counts = [f"{sum(r.status is status for r in records)} {status_word(status)}" for status in _statuses(records)]
    rows = [(r.status.value, score_text(r), printable(r.path), main_reason(r)) for r in records[:MOST_ROWS]]
    return _render("records", words=", ".join(counts), rows=rows, more=max(0, len(records) - MOST_ROWS))


def _statuses(records: Sequence[Record]) -> list[Any]:
    return list(dict.fromkeys(record.status for record in records))


def _picture(sample: Sample) -> dict[str, str | int]:
    picture = draw(Analysis(sample.audio))
    return {
        "wave": wave_path(picture.low, picture.high),
        "columns": len(picture.high),
        "mel": base64.b64encode(picture.mel).decode("ascii"),
    }


def _render(macro: str, **values: Any) -> str:
    from jinja2 import Environment

    text = files(__package__).joinpath("notebook.html.j2").read_text(encoding="utf-8")
    template = Environment(autoescape=True).from_string(text)
    return str(getattr(template.module, macro)(**values))
