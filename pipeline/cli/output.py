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

    return Console(), Console(stderr=True)


@contextmanager
def counting(console: Console, doing: str) -> Iterator[Callable[[int, int], None]]:
    """Say what is being done, and in a terminal how far it is; give what is to be told the count and the total."""
    if not console.is_terminal:
        console.print(f"{doing.capitalize()}.", markup=False, highlight=False)
        yield lambda _done, _total: None
        return
    with console.status(doing) as status:
        yield lambda done, total: status.update(f"{doing}: {done} of {total}")


def print_json(document: object) -> None:
    """Print one JSON document on standard output."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
