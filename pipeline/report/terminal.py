"""Results in the terminal: words, then a table. Plain lines where it is piped."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pipeline.engine.folder import Report
from pipeline.records import Record, Severity, Status
from pipeline.report.words import limited_by, main_reason, printable, remedy, score_text, status_word, title

SAMPLE_COLUMNS = 30
"""Longer names are folded, so that a terminal of 80 columns has room for the reason."""

MOST_ROWS = 20
"""More samples than a terminal of 24 lines shows at once: then the accepted are counted only."""

BLOCKING = {Severity.REJECT, Severity.REVIEW}
"""What keeps a sample from being accepted."""

COLOURS = {
    Status.ACCEPTED: "green",
    Status.REVIEW: "yellow",
    Status.REJECTED: "red",
    Status.FAILED: "magenta",
}


def show_report(console: Console, report: Report, table: bool = True, all_in: str = "--json has all") -> None:
    """Print a summary in words and, if asked, a row a sample and what to fix first.

    Parameters
    ----------
    console : Console
    report : Report
    table : bool
    all_in : str
        What has the samples that a terminal's table leaves out.
    """
    reused = f" ({report.reused} unchanged since the last run)" if report.reused else ""
    console.print(f"{_counts(report)}{reused}", highlight=False, soft_wrap=True)
    if table:
        _show_table(console, report, all_in) if console.is_terminal else _show_lines(console, report)
        _show_fix_first(console, report)


def show_counts_again(console: Console, report: Report) -> None:
    """Print the counts as the last line of a terminal where the first has gone by."""
    if console.is_terminal and len(report.records) > 1:
        console.print(_counts(report), highlight=False, style="bold")


def _counts(report: Report) -> str:
    parts = [f"{count} {status_word(status)}" for status, count in report.counts().items() if count]
    total = len(report.records)
    return f"{total} sample{'s' * (total != 1)}: {', '.join(parts)}."


def _show_table(console: Console, report: Report, all_in: str) -> None:
    listed = _listed(report.records)
    if listed:
        console.print(_table(listed))
    if any(map(limited_by, listed)):
        console.print("(Score): a limit decides, whatever the score.", highlight=False)
    if left_out := len(report.records) - len(listed):
        text = f"{left_out} accepted {'are' if left_out > 1 else 'is'} not listed ({all_in})."
        console.print(text, markup=False, highlight=False)


def _table(records: Sequence[Record]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", expand=True)
    table.add_column("status")
    table.add_column("score", justify="right", no_wrap=True)
    table.add_column("sample", max_width=SAMPLE_COLUMNS, overflow="fold")
    table.add_column("why", ratio=1)
    for record in records:
        status = f"[{COLOURS[record.status]}]{record.status.value}[/]"
        reason = escape(printable(main_reason(record)))
        score = f"({score_text(record)})" if limited_by(record) else score_text(record)
        table.add_row(status, score, escape(printable(record.path)), reason)
    return table


def _listed(records: Sequence[Record]) -> Sequence[Record]:
    """Return the records for the table: where they are many, those that somebody must look at."""
    if len(records) <= MOST_ROWS:
        return records
    return [record for record in records if record.status is not Status.ACCEPTED]


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
        text = f"{count} of {len(report.records)}: {title(code)}. {remedy(code)}".rstrip()
        if console.is_terminal:
            console.print(Padding(Text(text), (0, 0, 0, 2)), highlight=False)
        else:
            console.print(f"  {text}", markup=False, highlight=False, soft_wrap=True)


def show_mendable(console: Console, records: Sequence[Record], mends: Collection[str]) -> None:
    """Say what a run would mend of recordings that were graded as they are, where nothing else stands in their way.

    Parameters
    ----------
    console : Console
    records : sequence of Record
    mends : collection of str
        The codes that stages are there for: `pipeline.plan.Plan.mends`.
    """
    heavy = [[f.code for f in record.findings if f.severity in BLOCKING] for record in records]
    codes = dict.fromkeys(code for of_one in heavy if set(of_one) <= set(mends) for code in of_one)
    if codes:
        *most, last = map(title, codes)
        told = f"{', '.join(most)} and {last}" if most else last
        text = f"This is how it is now. `voiceprep run` mends {told}: try it before you record again."
        console.print(text, markup=False, highlight=False, soft_wrap=not console.is_terminal)
