"""The account's voices in the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.report.words import printable
from pipeline.service import Holding, Kind


def show_holdings(console: Console, found: Sequence[Holding], everything: bool) -> None:
    """Print a row for each voice that concerns us, and how many others there are; all of them if asked."""
    shown = [entry for entry in found if everything or entry.kind is not Kind.OTHER]
    if shown:
        table = Table(box=None, pad_edge=False, header_style="bold")
        for column in ("voice", "what", "name", "made of", "state", "consent", "remark"):
            table.add_column(column, overflow="fold")
        for entry in shown:
            table.add_row(*_cells(entry))
        console.print(table)
    counts = Counter(entry.kind for entry in found)
    told = [f"{counts[kind]} {kind.value}" for kind in Kind if counts[kind]]
    _line(
        console, f"{', '.join(told) or 'No voices'}." + (" --all lists the others." if len(shown) < len(found) else "")
    )


def show_verified(console: Console, there: int, wrong: Sequence[str], notes: Sequence[str]) -> None:
    """Print what is wrong with a finished upload, or that nothing is."""
    for line in (*notes, *wrong):
        _line(console, line)
    state = "nothing is missing, twice, published or unsettled" if not wrong else f"{len(wrong)} to look at"
    _line(console, f"{there} of the ledger's voices {'is' if there == 1 else 'are'} at the service; {state}.")


def show_one(console: Console, entry: Holding) -> None:
    """Print what one voice is."""
    made = f"made of {entry.path}" if entry.path else "not made from here"
    _line(console, f"Voice {entry.voice_id}: {entry.name} ({entry.kind.value}, {made}).")


def _cells(entry: Holding) -> list[Text]:
    remark = "PUBLISHED" if entry.is_published else ""
    remarks = "; ".join(text for text in (remark, entry.note) if text)
    number = str(entry.voice_id) if entry.voice_id is not None else "-"
    cells = [number, entry.kind.value, entry.name, entry.path, entry.state, entry.consent, remarks]
    return [Text(printable(cell or "")) for cell in cells]  # not a str, in which [brackets] would be markup


def _line(console: Console, text: str) -> None:
    console.print(printable(text), markup=False, highlight=False, soft_wrap=True)
