"""A run as it goes: two calm lines in a terminal, plain lines where it is piped, nothing if quiet."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from pipeline.records import Record
from pipeline.report.pace import Pace, clock
from pipeline.report.words import printable, score_text
from pipeline.sources import Work

REFRESH_HZ = 2.0
"""More often, a person only sees flicker."""

BAR_COLUMNS = 20


class Listener(Protocol):
    """Is told of a run as it goes."""

    def started(self, works: Sequence[Work]) -> None:
        """Take what will become a record each; once more what is left of it, where an earlier run had finished some."""
        ...

    def finished(self, record: Record) -> None:
        """Take one finished record."""
        ...

    def progressed(self, name: str, step: str, done: float, total: float) -> None:
        """Take the step that a file is at, and how much of a long one was looked at."""
        ...


class Silence:
    """Says nothing."""

    def started(self, works: Sequence[Work]) -> None:
        """Say nothing."""

    def finished(self, record: Record) -> None:
        """Say nothing."""

    def progressed(self, name: str, step: str, done: float, total: float) -> None:
        """Say nothing."""


class Lines:
    """One plain line a record, and now and then one of a long file, for logs and pipes."""

    def __init__(self, console: Console) -> None:
        self.console, self.total, self.done = console, 0, 0
        self.pace = Pace()

    def started(self, works: Sequence[Work]) -> None:
        """Take how many there will be."""
        self.total = self.done + len(works)

    def finished(self, record: Record) -> None:
        """Print the record's verdict."""
        self.done += 1
        line = f"[{self.done}/{self.total}] {record.status.value:<8} {score_text(record):>9}  {printable(record.path)}"
        self.console.print(line, markup=False, highlight=False, soft_wrap=True)

    def progressed(self, name: str, step: str, done: float, total: float) -> None:
        """Print how far a long file is, now and then."""
        said = self.pace.say(name, done, total)
        if said and self.pace.is_due(name):
            self.console.print(f"{printable(name)}: {said}", markup=False, highlight=False, soft_wrap=True)


class Display:
    """What is done of a run, how fast, how long it takes still, and which file is in hand.

    What an earlier run had finished is no work: it counts neither for the pace nor for the time left.

    Parameters
    ----------
    now : callable
        Seconds that only go up.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._sizes: dict[str, int] = {}
        self._begun_s = now()
        self.total = self.done = 0
        self._worked_bytes = self._todo_bytes = 0
        self._worked_s = 0.0
        self._in_hand = Text()
        self.pace = Pace(now)

    def started(self, works: Sequence[Work]) -> None:
        """Take what there is to do; what was told of before is no work, and the clock starts."""
        self._sizes = {work.name: max(1, work.size_bytes) for work in works}
        self.total, self._todo_bytes = self.done + len(works), sum(self._sizes.values())
        self._begun_s, self._worked_bytes, self._worked_s = self._now(), 0, 0.0

    def finished(self, record: Record) -> None:
        """Take one finished record."""
        self.done += 1
        size = self._sizes.get(record.path, 1)
        self._todo_bytes -= size
        self._worked_bytes += size
        self._worked_s += record.source.duration_s if record.source else 0.0

    def progressed(self, name: str, step: str, done: float, total: float) -> None:
        """Take what is in hand."""
        said = self.pace.say(name, done, total)
        self._in_hand = Text(f"{step:<9} {printable(name)}", style="dim", no_wrap=True, overflow="ellipsis")
        self._in_hand.append(f"  {said}" if said else "")

    def told(self) -> str:
        """Return the count, the rate and the time left; until the first file is finished, how long it takes by now."""
        parts = [f"{self.done} of {self.total}"]
        spent_s = self._now() - self._begun_s
        if spent_s >= 1.0 and not self._worked_bytes:
            parts.append(f"{clock(spent_s)} so far")
        elif spent_s > 0.0 and self._worked_bytes:
            parts.append(f"{self._worked_s / spent_s:.0f} x real time")
            parts.append(f"{clock(spent_s * self._todo_bytes / self._worked_bytes)} left")
        return " · ".join(parts)

    def __rich__(self) -> Group:
        """Return two lines that fit 80 columns."""
        line = Table.grid(padding=(0, 1))
        line.add_row(ProgressBar(total=max(1, self.total), completed=self.done, width=BAR_COLUMNS), self.told())
        return Group(line, self._in_hand)


@contextmanager
def progress(console: Console, quiet: bool) -> Iterator[Listener]:
    """Show a run as it goes on `console`; what is shown in a terminal is gone when it ends."""
    if quiet:
        yield Silence()
    elif not console.is_terminal:
        yield Lines(console)
    else:
        display = Display()
        with Live(display, console=console, refresh_per_second=REFRESH_HZ, transient=True):
            yield display
