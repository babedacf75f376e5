"""Uploads in the terminal and in the records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.status import Status

from pipeline.records import Record
from pipeline.report.words import printable
from pipeline.service import Event, Planned, UploadReport
from pipeline.service.receipts import OnEvent

_WORDS = {
    "done": "made",
    "already": "there already",
    "refused": "refused",
    "unknown": "unsettled",
    "skipped": "left out",
    "not_sent": "not sent",
}


@contextmanager
def telling(console: Console) -> Iterator[OnEvent]:
    """Give what tells of an upload as it goes: a line for each sample; what is under way in a terminal's last line."""
    lines = _Lines(console)
    if not console.is_terminal:
        yield lines.tell
        return
    with console.status("looking at the account") as lines.status:
        yield lines.tell


class _Lines:
    """What was told of an upload, and what is under way."""

    def __init__(self, console: Console) -> None:
        self.console, self.done, self.total = console, 0, 0
        self.status: Status | None = None

    def tell(self, event: Event) -> None:
        """Take one event; from any thread."""
        self.total = event.total or self.total
        if event.kind == "finished":
            self.done = min(self.done + 1, self.total)  # what an earlier run left open is told of too
            _line(self.console, f"[{self.done}/{self.total}] {event.path}: {_told(event)}")
        elif event.kind == "account" or (event.kind != "sending" and self.status is None):
            _line(self.console, f"{event.path}: {event.message}" if event.kind == "waiting" else event.message)
        if self.status is not None and event.kind in {"sending", "waiting", "looking"}:
            self.status.update(escape(printable(event.message)))


def show_finishing(console: Console) -> None:
    """Print that the run was asked to stop and a request is still under way."""
    _line(console, "Stopping: the request under way gets a few seconds. Once more stops at once.")


def show_uploads(console: Console, report: UploadReport) -> None:
    """Print how the upload ended, what had no voice, and what a person must look at."""
    counts = [f"{count} {_WORDS[outcome]}" for outcome, count in report.counts().items() if count]
    _line(console, f"Upload: {', '.join(counts) or 'nothing was sent'}.")
    if report.without_voice:
        names = ", ".join(report.without_voice[:5]) + (" ..." if len(report.without_voice) > 5 else "")
        _line(console, f"Without a row in the manifest, so not sent: {names}.")
    for line in (*report.notes, *report.problems):
        _line(console, line)
    if report.stopped:
        _line(console, f"Stopped: {report.stopped}")


def show_not_good_enough(console: Console, wanted: Sequence[Record], report: UploadReport) -> None:
    """Print which of the samples that have a voice were not sent because of their grade."""
    sent = {receipt.path for receipt in report.receipts}
    held = [f"{record.path} ({record.status.value})" for record in wanted if record.path not in sent]
    if held:
        _line(console, f"Not accepted, so not sent: {', '.join(held)}.")


def show_planned(console: Console, account: str, planned: Sequence[Planned]) -> None:
    """Print what the account holds and what would be done with each sample, with the fields that would be sent."""
    _line(console, account)
    for entry in planned:
        fields = ", ".join(f"{name}={value}" for name, value in entry.item.form.items())
        _line(console, f"{entry.action.value:<10}{entry.item.path}: {fields} ({entry.why}; {entry.item.enhance_why})")
    sends = sum(entry.action.value == "send" for entry in planned)
    _line(console, f"Would create {sends} voice{'s' * (sends != 1)}. Nothing was sent.")


def _told(event: Event) -> str:
    """Return what became of a sample in the words of the report."""
    return event.message.replace("created as voice", "made as voice")


def _line(console: Console, text: str) -> None:
    console.print(printable(text), markup=False, highlight=False, soft_wrap=not console.is_terminal)
