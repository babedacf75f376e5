"""Results in the terminal: progress while it runs, then words, then a table. Plain lines where it is piped."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from pipeline.engine.folder import Report
from pipeline.findings import TEXTS, TITLES
from pipeline.records import Record, Severity, Status
from pipeline.report.pace import Pace

COLOURS = {
    Status.ACCEPTED: "green",
    Status.REVIEW: "yellow",
    Status.REJECTED: "red",
    Status.FAILED: "magenta",
}


class Listener(Protocol):
    """Is told of a run as it goes."""

    def started(self, total: int) -> None:
        """Take the number of records to come."""
        ...

    def finished(self, record: Record) -> None:
        """Take one finished record."""
        ...

    def progressed(self, name: str, done: float, total: float) -> None:
        """Take how much of a long file, or of the files of a group, was looked at."""
        ...


class _Quiet:
    def started(self, total: int) -> None:
        """Say nothing."""

    def finished(self, record: Record) -> None:
        """Say nothing."""

    def progressed(self, name: str, done: float, total: float) -> None:
        """Say nothing."""


class _Lines:
    """One plain line a record, for logs and pipes."""

    def __init__(self, console: Console) -> None:
        self.console, self.total, self.done = console, 0, 0
        self.pace = Pace()

    def started(self, total: int) -> None:
        self.total = total

    def finished(self, record: Record) -> None:
        self.done += 1
        line = f"[{self.done}/{self.total}] {record.status.value:<8} {score_text(record):>9}  {printable(record.path)}"
        self.console.print(line, markup=False, highlight=False, soft_wrap=True)

    def progressed(self, name: str, done: float, total: float) -> None:
        said = self.pace.say(name, done, total)
        if said and self.pace.is_due(name):
            self.console.print(f"{printable(name)}: {said}", markup=False, highlight=False, soft_wrap=True)


class _Bar:
    """A progress bar with the last file's name."""

    def __init__(self, progress: Progress) -> None:
        self.progress, self.task = progress, progress.add_task("", total=None)
        self.pace = Pace()

    def started(self, total: int) -> None:
        self.progress.update(self.task, total=total)

    def finished(self, record: Record) -> None:
        self.progress.update(self.task, advance=1, description=escape(printable(record.path)[-40:]))

    def progressed(self, name: str, done: float, total: float) -> None:
        text = f"{printable(name)[-32:]}: {self.pace.say(name, done, total)}"
        self.progress.update(self.task, description=escape(text))


@contextmanager
def progress(console: Console, quiet: bool) -> Iterator[Listener]:
    """Show a run as it goes on `console`: a bar in a terminal, plain lines elsewhere, nothing if quiet."""
    if quiet:
        yield _Quiet()
    elif not console.is_terminal:
        yield _Lines(console)
    else:
        columns = (SpinnerColumn(), BarColumn(24), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, TextColumn("{task.description}"), console=console, transient=True) as bar:
            yield _Bar(bar)


def show_report(console: Console, report: Report, table: bool = True) -> None:
    """Print a summary in words and, if asked, a row a sample and what to fix first."""
    counts = report.counts()
    parts = [f"{count} {_words(status)}" for status, count in counts.items() if count]
    total = len(report.records)
    reused = f" ({report.reused} unchanged since the last run)" if report.reused else ""
    console.print(f"{total} sample{'s' * (total != 1)}: {', '.join(parts)}.{reused}", highlight=False, soft_wrap=True)
    if table:
        _show_table(console, report) if console.is_terminal else _show_lines(console, report)
        _show_fix_first(console, report)


def _words(status: str) -> str:
    return "for review" if status == Status.REVIEW else status


def _show_table(console: Console, report: Report) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold", expand=True)
    table.add_column("status")
    table.add_column("score", justify="right", no_wrap=True)
    table.add_column("sample", ratio=2, overflow="fold")
    table.add_column("why", ratio=3)
    for record in report.records:
        status = f"[{COLOURS[record.status]}]{record.status.value}[/]"
        reason = escape(printable(main_reason(record)))
        table.add_row(status, score_text(record), escape(printable(record.path)), reason)
    console.print(table)


def _show_lines(console: Console, report: Report) -> None:
    """Print one line a sample, in columns that cut and awk can take apart: separated by tabs, never wrapped."""
    for record in report.records:
        cells = (record.status.value, score_text(record), record.path, main_reason(record))
        console.file.write("\t".join(printable(cell) for cell in cells) + "\n")  # rich would turn tabs into spaces


def _show_fix_first(console: Console, report: Report) -> None:
    """Print the commonest faults, each with what a person can do about it."""
    first = report.to_fix_first()[:3]
    if first:
        console.print("What to fix first:", highlight=False)
    for code, count in first:
        remedy = TEXTS[code].remedy if code in TEXTS else ""
        text = f"  {TITLES.get(code, code)} ({count}): {remedy}"
        console.print(escape(text.rstrip(": ")), highlight=False, soft_wrap=not console.is_terminal)


def show_card(console: Console, record: Record) -> None:
    """Print one sample's verdict and every finding with its remedy."""
    colour = COLOURS[record.status]
    console.print(
        f"[{colour}]{record.status.value}[/] {score_text(record)}  {escape(printable(record.path))}",
        highlight=False,
    )
    if record.error:
        console.print(f"  {escape(printable(record.error.message))}", highlight=False)
    for finding in record.findings:
        if finding.severity is not Severity.NOTE or finding.remedy:
            text = f"  {finding.severity.value}: {finding.message} {finding.remedy}"
            console.print(escape(printable(text.rstrip())), highlight=False)


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


def printable(text: str) -> str:
    """Return text with control characters made visible: a file's name must not move the cursor."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
