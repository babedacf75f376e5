"""One sample as the page shows it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from pipeline.preview import Preview, read_preview
from pipeline.records import Record, Severity, Status
from pipeline.report.page.bars import Bar, bars
from pipeline.report.page.overview import final_score
from pipeline.report.page.told import Told, told, untold
from pipeline.report.page.views import View, strip_path, views
from pipeline.report.words import main_reason, printable, score_text, title, upload_words

NEEDS_MOST = (Status.FAILED, Status.REJECTED, Status.REVIEW, Status.ACCEPTED)
"""The order in which a person looks: what is lost before what is fine."""

HEAVY = (Severity.REJECT, Severity.REVIEW)
"""What keeps a sample from being accepted."""


@dataclass(frozen=True, slots=True)
class SampleView:
    """One sample as the page shows it.

    `codes` are those of its findings, `heavy` of those that keep it from being accepted; `words` is what the search
    looks at; `limit_decides` says that the score alone would have passed it.
    """

    number: int
    record: Record
    name: str
    score: str
    points: float | None
    limit_decides: bool
    rank: int
    reason: str
    told: tuple[Told, ...]
    untold: str
    views: tuple[View, ...]
    kept_json: str
    duration_s: float
    telling: tuple[Bar, ...]
    quiet: tuple[Bar, ...]
    strip: str
    codes: str
    heavy: str
    words: str
    upload: str


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
    kept_s = preview.kept_s if preview and preview.after else ()
    measured = bars(record, preview) if preview else []
    return SampleView(
        number=number,
        record=record,
        name=printable(record.path),
        score=score_text(record),
        points=final_score(record),
        limit_decides=preview is not None and limit_decides(record, preview),
        rank=NEEDS_MOST.index(record.status),
        reason=main_reason(record),
        told=told(record.findings, kept_s),
        untold=untold(record.findings),
        views=views(record, preview, out, embed) if preview else (),
        kept_json=json.dumps(kept_s),
        duration_s=preview.before.duration_s if preview else 0.0,
        telling=tuple(bar for bar in measured if bar.is_telling),
        quiet=tuple(bar for bar in measured if not bar.is_telling),
        strip=strip_path(preview.before) if preview else "",
        codes=_codes(record, tuple(Severity)),
        heavy=_codes(record, HEAVY),
        words=search_words(record),
        upload=upload_words(record.upload),
    )


def needs_most_first(samples: list[SampleView]) -> list[SampleView]:
    """Return the samples in the order in which a person looks: by status, the lowest score first."""
    return sorted(samples, key=lambda sample: (sample.rank, -1.0 if sample.points is None else sample.points))


def limit_decides(record: Record, preview: Preview) -> bool:
    """Return whether a limit made a sample what it is, where its score alone would have been enough for more."""
    enough = {Status.REJECTED: preview.review_score, Status.REVIEW: preview.accept_score}.get(record.status)
    score = final_score(record)
    return enough is not None and score is not None and score >= enough


def search_words(record: Record) -> str:
    """Return what the search looks at: all that is said of this sample, and not what stands at every one."""
    found = [part for finding in record.findings for part in (finding.code, title(finding.code), finding.message)]
    done = [part for step in record.steps if step.kept for part in (step.name, step.why)]
    error = record.error.message if record.error else ""
    said = (printable(record.path), record.status.value, *found, *done, error, upload_words(record.upload))
    return " ".join(dict.fromkeys(part for part in said if part)).lower()


def _codes(record: Record, severities: tuple[Severity, ...]) -> str:
    codes = (finding.code for finding in record.findings if finding.severity in severities)
    return " ".join(dict.fromkeys(codes))
