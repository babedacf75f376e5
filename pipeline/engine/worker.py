"""One worker process: it takes a source, tells how far it is, gives its record, and waits for the next."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.records import Record
    from pipeline.sources import Work

STOP_S = 3.0
"""A worker that is asked to stop gets so long to kill what it started and to remove what it unpacked."""

_GONE = (EOFError, OSError)
"""What a pipe says of whose other end is closed."""

Heard = tuple[str, float, float]
"""A step, and how much of it is looked at: done, in all."""


class Worker:
    """A worker as its pool sees it.

    Parameters
    ----------
    context : BaseContext
        By which it starts.
    needs : sequence of str
        Modules that it imports before it is asked for anything.
    """

    def __init__(self, context: BaseContext, *needs: str) -> None:
        self.pipe, its_end = context.Pipe()
        forked = context.get_start_method() == "fork"  # then it has this end too, and would never see it close
        given = (its_end, self.pipe if forked else None, needs, dict(os.environ))
        self.process: Any = context.Process(target=_serve, args=given, daemon=True)  # type: ignore[attr-defined]
        self.process.start()
        its_end.close()
        self.source: Work | None = None
        self.is_ready, self.until_s = False, 0.0

    @property
    def is_free(self) -> bool:
        """Whether it waits for a source."""
        return self.is_ready and self.source is None

    def take(self, work: Callable[[Work], Record], source: Work, patience_s: float) -> bool:
        """Hand out a source; False if the worker is gone."""
        try:
            self.pipe.send((work, source))
        except OSError:
            return False
        self.source, self.until_s = source, time.monotonic() + patience_s
        return True

    def hear(self) -> Record | Heard | None:
        """Return what it says: a record, or how far it is, or None that it begins. Raises EOFError if it is gone."""
        try:
            if not self.pipe.poll():  # what woke the pool was the end of the process
                raise EOFError
            said: Record | Heard | None = self.pipe.recv()
        except OSError as error:
            raise EOFError from error
        self.is_ready = True
        return said

    def dismiss(self) -> None:
        """Ask the process to end, whatever it does."""
        self.pipe.close()  # one that waits for a source ends by itself
        if self.source is not None and self.process.is_alive():
            self.process.terminate()
        self.source = None

    def stop(self) -> int | None:
        """End the process and return its exit code."""
        self.dismiss()
        self.process.join(STOP_S)
        if self.process.exitcode is None:
            self.process.kill()
            self.process.join(STOP_S)
        code: int | None = self.process.exitcode
        return code


_listener: Callable[[Heard], None] | None = None
"""Who listens to the source in hand of this process."""


def tell_run(step: str, done: float = 0.0, total: float = 0.0) -> None:
    """Tell whoever runs this process how far the source in hand is; outside of a worker, nobody."""
    if _listener is not None:
        with contextlib.suppress(OSError, ValueError):  # the other end is gone: nobody wants to know
            _listener((step, done, total))


@contextlib.contextmanager
def told_to(listener: Callable[[Heard], None]) -> Iterator[None]:
    """Let somebody listen to what this process works on."""
    global _listener  # noqa: PLW0603 - one a process: it works on one source at a time
    before, _listener = _listener, listener
    try:
        yield
    finally:
        _listener = before


def _serve(
    pipe: Connection, other_end: Connection | None, needs: tuple[str, ...], environment: Mapping[str, str]
) -> None:
    """Be a worker until the pipe closes."""
    if other_end is not None:
        other_end.close()
    _begin(environment)
    with contextlib.suppress(*_GONE), told_to(pipe.send):
        pipe.send(None)
        for name in needs:
            with contextlib.suppress(ImportError):  # said of each source, where it is used
                import_module(name)
        gc.freeze()  # imports are no garbage; nor is what was shared when this process parted
        gc.enable()
        while True:
            work, source = pipe.recv()
            pipe.send(done(work, source))


def done(work: Callable[[Work], Record], source: Work) -> Record:
    """Return what work makes of a source; where it raises, a record that says so."""
    from pipeline.engine.unit import failed

    try:
        return work(source)
    except Exception as error:  # noqa: BLE001 - whatever it was, it was this source's
        return failed(source.name, error)


def _begin(environment: Mapping[str, str]) -> None:
    """Prepare a worker: the environment as it is now, standard output and error sent nowhere, signals the pool's.

    What it parted from may have begun before a variable was set. Standard output belongs to the command, and whoever
    reads it through a pipe would wait for the worker too; C decoders write to standard error about every damaged frame.
    Ctrl-C goes to all of a terminal's processes: the pool hears it and stops its workers, which tidy up.
    """
    os.environ.update(environment)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
