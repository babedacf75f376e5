"""A record in a few words: its score, what it is because of, what stands in the way of a folder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.findings import BY_SCORE, TEXTS, TITLES
from pipeline.records import Record, Severity, Status


def main_reason(record: Record) -> str:
    """Return the sentence that explains a record's status best."""
    if record.error:
        return record.error.message
    telling = [finding for finding in record.findings if finding.severity is not Severity.NOTE]
    notes = [finding for finding in record.findings if finding.severity is Severity.NOTE and finding.code in TITLES]
    chosen = next(iter(telling or notes), None)
    if chosen is None:
        return ""
    return f"fixed: {chosen.message}" if chosen.severity is Severity.FIXED else chosen.message


def score_text(record: Record) -> str:
    """Return the score, or both where repair changed it."""
    before, after = record.score.before, record.score.after
    if before is None:
        return "-"
    now = before if after is None else after
    return f"{now:.0f}" if round(now) == round(before) else f"{before:.0f} to {now:.0f}"


def verdict(record: Record) -> str:
    """Return what follows a record's status: its score, or the limit that decides whatever the score.

    Examples
    --------
    >>> from pipeline.records import Finding, Score
    >>> short = Finding(code="short", severity=Severity.REJECT, message="Only 2.6 s of speech.")
    >>> verdict(Record(path="a.wav", status=Status.REJECTED, score=Score(before=100.0), findings=(short,)))
    ': too little speech (sounds 100 of 100)'
    """
    if record.score.before is None:
        return ""
    score = f"{score_text(record)} of 100"
    code = limited_by(record)
    return f": {title(code)} (sounds {score})" if code else f" {score}"


def limited_by(record: Record) -> str:
    """Return the code of the limit that decides a record's status; nothing where the score does."""
    severity = {Status.REJECTED: Severity.REJECT, Status.REVIEW: Severity.REVIEW}.get(record.status)
    decides = next((finding for finding in record.findings if finding.severity is severity), None)
    return decides.code if decides and decides.code != "low_score" and BY_SCORE not in decides.message else ""


_UPLOADS = {
    "done": "made",
    "prepared": "not sent yet",
    "sending": "under way",
    "refused": "refused",
    "unknown": "unsettled, it may have been made",
    "absent": "looked for and not found",
    "needs_human": "a person must look at it",
}


def upload_words(upload: Mapping[str, Any] | None) -> str:
    """Return what became of an upload; a state that is not ours stands for itself.

    Examples
    --------
    >>> upload_words({"state": "DONE", "voice_id": 9001, "message": "created as voice 9001"}), upload_words(None)
    ('made as voice 9001', 'not sent')
    """
    if not upload:
        return "not sent"
    state, voice_id = str(upload.get("state", "")), upload.get("voice_id")
    words = _UPLOADS.get(state.lower(), state) + (f" as voice {voice_id}" if voice_id is not None else "")
    message = str(upload.get("message") or "").removeprefix(f"voice {voice_id}: ")
    says_more = message not in {"", "made", f"created as voice {voice_id}"}
    return f"{words}: {message}" if says_more else words


def status_word(status: str) -> str:
    """Return a status as it stands in a count: ``3 for review``."""
    return "for review" if status == Status.REVIEW else status


def title(code: str) -> str:
    """Return a finding in two words; a code of someone else's stands for itself."""
    return TITLES.get(code, code)


def remedy(code: str) -> str:
    """Return what a person can do about a finding; nothing for a code of someone else's."""
    return TEXTS[code].remedy if code in TEXTS else ""


def printable(text: str) -> str:
    """Return text with control characters made visible: a file's name must not move the cursor."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
