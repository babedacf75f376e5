"""Where a command's results and messages go."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


def consoles() -> tuple[Console, Console]:
    """Return the consoles of results (standard output) and of progress and messages (standard error)."""
    from rich.console import Console
    from rich.theme import Theme

    both = Console(), Console(stderr=True)
    for console in both:
        if console.no_color:
            console.push_theme(Theme({"dim": ""}))  # rich leaves dimness, which is as hard to read as a colour
    return both


@contextmanager
def counting(console: Console, doing: str) -> Iterator[Callable[[int, int], None]]:
    """Say what is being done, and in a terminal how far it is; give what is to be told the count and the total."""
    if not console.is_terminal:
        console.print(f"{doing.capitalize()}.", markup=False, highlight=False)
        yield lambda _done, _total: None
        return
    with console.status(doing) as status:
        yield lambda done, total: status.update(f"{doing}: {done} of {total}")


def complain(text: str) -> None:
    """Print a message of ours on standard error: wrapped at words in a terminal, as it is where it is piped."""
    if sys.stderr.isatty():
        import shutil

        text = wrapped(text, shutil.get_terminal_size().columns)
    sys.stderr.write(f"{text}\n")


def wrapped(text: str, columns: int) -> str:
    r"""Return text with no line longer than the terminal, but for words that are; what goes on in a list is indented.

    Examples
    --------
    >>> print(wrapped("Two mistakes:\n  - here is the first one", 20))
    Two mistakes:
      - here is the
        first one
    """
    from textwrap import TextWrapper

    wrap = TextWrapper(columns, break_long_words=False, break_on_hyphens=False)
    lines = []
    for line in text.split("\n"):
        wrap.subsequent_indent = "    " if line.startswith("  - ") else ""
        lines.append(wrap.fill(line))
    return "\n".join(lines)


def print_json(document: object) -> None:
    """Print one JSON document on standard output."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
