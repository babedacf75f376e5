"""Tables as they are measured: printed, and put between two marks of a page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

FORMATS = {"s": "{:.3g} s", "ms": "{:.2f} ms", "MB": "{:.0f} MB", "kB": "{:.1f} kB", "x": "{:.2f} x"}


class Row(NamedTuple):
    """What was measured, in one of the units of `FORMATS`, and more on it."""

    name: str
    number: float
    more: str = ""
    unit: str = "s"


@dataclass(frozen=True)
class Page:
    """A page with places between ``<!-- NAME -->`` and ``<!-- end -->`` that commands fill."""

    file: Path

    def put(self, name: str, text: str) -> None:
        """Put text into a place. Raises ValueError if the page has none of that name."""
        pattern = re.compile(rf"(<!-- {name}\b[^>]*-->\n).*?(<!-- end -->)", re.DOTALL)
        page, count = pattern.subn(
            lambda found: f"{found[1]}\n{text.strip()}\n\n{found[2]}", self.file.read_text("utf-8")
        )
        if count != 1:
            raise ValueError(f"{self.file.name} has {count} places called {name}.")
        self.file.write_text(page, "utf-8")


README, SCALE = Page(Path(__file__).parents[2] / "README.md"), Page(Path(__file__).parent / "README.md")


@dataclass
class Tables:
    """Collects what it prints."""

    lines: list[str] = field(default_factory=list)

    def say(self, text: str) -> None:
        """Print a paragraph."""
        print(f"{text}\n", flush=True)
        self.lines += [text, ""]

    def show(self, title: str, rows: Iterable[Row]) -> dict[str, float]:
        """Print a table row by row, as they are measured; return its numbers."""
        self._line(f"| {title} | | |\n|---|---|---|")
        numbers = {}
        for row in rows:
            self._line(f"| {row.name} | {FORMATS[row.unit].format(row.number)} | {row.more} |")
            numbers[row.name] = row.number
        self._line("")
        return numbers

    def text(self) -> str:
        """Return all so far."""
        return "\n".join(self.lines)

    def _line(self, text: str) -> None:
        print(text, flush=True)
        self.lines.append(text)
