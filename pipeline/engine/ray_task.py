"""What a machine of the cluster does: one file, watched from its beginning, and told of while it lasts."""

from __future__ import annotations

import faulthandler
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from pipeline.engine.pool import POLL_S, Do
from pipeline.engine.ray_mail import GRACE_S
from pipeline.engine.scratch import unpacking_in
from pipeline.engine.worker import Heard, done, told_to
from pipeline.records import Record
from pipeline.sources import Work


def attempt(work: Do, source: Work, patience_s: float, mailbox: Any, folder: str) -> Record:
    """Return the record of a source; ends the process if that takes longer than `patience_s`.

    The time runs from here: how long the source has waited for a core says nothing about it.
    """
    with (
        unpacking_in(folder) as own,
        _watched(source.name, patience_s, mailbox, own),
        told_to(_teller(source, mailbox)),
    ):
        return done(work, source)


def _teller(source: Work, mailbox: Any) -> Callable[[Heard], None]:
    """Return what tells the mailbox, and does not wait: seldom, or it would be all that a large cluster talks of."""
    next_s = 0.0

    def tell(heard: Heard) -> None:
        nonlocal next_s
        if time.monotonic() >= next_s:
            next_s = time.monotonic() + POLL_S
            mailbox.hear.remote(source.name, heard)

    return tell


@contextmanager
def _watched(name: str, patience_s: float, mailbox: Any, own: str) -> Iterator[None]:
    over = threading.Event()
    threading.Thread(target=_watch, args=(over, name, patience_s, mailbox, own), daemon=True).start()
    faulthandler.dump_traceback_later(patience_s + 2 * GRACE_S, exit=True)  # also where no other thread gets to run
    try:
        yield
    finally:
        over.set()
        faulthandler.cancel_dump_traceback_later()


def _watch(over: threading.Event, name: str, patience_s: float, mailbox: Any, own: str) -> None:
    """End the process if the work is not over in time: nothing else ends a decoder that hangs."""
    if over.wait(patience_s):
        return
    import ray

    ray.wait([mailbox.hear_late.remote(name)], timeout=GRACE_S)
    if not over.is_set():
        shutil.rmtree(own, ignore_errors=True)
        os._exit(1)
