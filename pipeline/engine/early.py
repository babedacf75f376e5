"""The workers that a command starts before its own imports: they make theirs at the same time."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from importlib import import_module
from itertools import chain, islice, pairwise
from typing import TYPE_CHECKING

from pipeline.engine.workers import SHARED, can_fork, deaf_to_ctrl_c, default_jobs, one_thread

if TYPE_CHECKING:
    from pipeline.engine.worker import Worker

MOST = 8
"""No more start early: each takes this process 3 ms, and some may be for nothing."""

LOOKED_AT = 4 * MOST
"""No more words are looked at: options are among them, but a shell may have made thousands of a pattern."""

OUT = ("-o", "--out")
"""What follows these is no input."""

_waiting: list[Worker] = []
"""Those that no pool has taken yet."""


def start_early(needs: Sequence[str], count: int = 1) -> None:
    """Start so many workers now; each imports what it needs.

    They part from this very process, after the imports that both want and before there is any thread: nothing is
    imported twice, and no other interpreter has to start. A fork server would: half a second, in which the one worker
    that is at work already is not heard.
    """
    one_thread()
    if not can_fork():
        return
    for name in SHARED:
        import_module(name)
    from pipeline.engine.worker import Worker

    context = multiprocessing.get_context("fork")
    with deaf_to_ctrl_c():
        for _ in range(count):
            _waiting.append(Worker(context, *needs, beside=[worker.pipe for worker in _waiting]))


def early_count(arguments: Sequence[str]) -> int:
    """Return how many to start for a command with these arguments: as many as there may be files for.

    That is `--jobs` or one a core, but no more than the files where no folder is among them. Where it is not to be
    told, one.
    """
    words = list(_words(arguments))
    asked = dict(pairwise(words)).get("--jobs", str(default_jobs()))
    paths = (word for before, word in pairwise(("", *words)) if before not in OUT)
    files = sum(islice((_files(path) for path in paths), LOOKED_AT))
    return max(1, min(int(asked), files, MOST)) if asked.isdecimal() else 1


def _files(path: str) -> int:
    """Return 1 for a file, as many as may matter for what may hold more, 0 for what is none."""
    if os.path.isdir(path) or "://" in path:  # noqa: PTH112 - these two raise for no word at all
        return MOST
    return int(os.path.isfile(path))  # noqa: PTH113


def _words(arguments: Sequence[str]) -> Iterator[str]:
    return chain.from_iterable(word.split("=", 1) if word.startswith("--jobs=") else [word] for word in arguments)


def take_early(count: int) -> list[Worker]:
    """Return at most so many of those that wait: none where `count` is below 1."""
    count = max(0, count)  # a team may have more than are wanted by now
    taken, _waiting[:] = _waiting[:count], _waiting[count:]
    return taken


def let_go() -> None:
    """Let those go that no pool took: they would wait for this process, which waits for them."""
    for worker in _waiting:
        worker.dismiss()
