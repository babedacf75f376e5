"""One worker process: it takes a source, tells how far it is, gives its record, and waits for the next."""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import select
import signal
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib import import_module
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from typing import TYPE_CHECKING, Any

from pipeline.engine.heap import keep_freed_memory
from pipeline.engine.telling import listen
from pipeline.errors import StopRequested, WorkerError

if TYPE_CHECKING:
    from pipeline.records import Record
    from pipeline.sources import Work

STOP_S = 3.0
"""A worker that is asked to stop gets so long to kill what it started and to remove what it unpacked."""

START_S, STUCK_S = 60.0, 30.0
"""A worker that is not ready by then, or that stops in the middle of a message for so long, is as good as gone."""

_GONE = (EOFError, OSError)
"""What a pipe says of whose other end is closed."""

_UNSENDABLE = (pickle.PicklingError, AttributeError, TypeError)
"""What is said of what cannot go to another process."""

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
    beside : sequence of Connection, optional
        The pipes of those that this process has forked before: it has them too, and they would never see them close.
    """

    def __init__(self, context: BaseContext, *needs: str, beside: Sequence[Connection] = ()) -> None:
        self.pipe, its_end = context.Pipe()
        never_stuck(self.pipe)
        forked = context.get_start_method() == "fork"  # then it has this end too
        given = (its_end, (self.pipe, *beside) if forked else (), needs, dict(os.environ))
        self.process: Any = context.Process(target=_serve, args=given, daemon=True)  # type: ignore[attr-defined]
        self.process.start()
        its_end.close()
        self.source: Work | None = None
        self._known: Callable[[Work], Record] | None = None
        self.is_ready, self.until_s = False, time.monotonic() + START_S

    @property
    def is_free(self) -> bool:
        """Whether it waits for a source."""
        return self.is_ready and self.source is None

    def take(self, work: Callable[[Work], Record], source: Work, patience_s: float) -> bool:
        """Hand out a source; False if the worker is gone. Raises WorkerError for work that cannot leave the process."""
        try:
            self.pipe.send((None if work is self._known else work, source))  # a plan is much to send: once is enough
        except OSError:
            self.process.kill()  # it may have half of it; that it ended is heard as ever
            return False
        except _UNSENDABLE as error:
            raise WorkerError(f"The steps of the plan cannot be handed to other processes: {error}.") from error
        self._known, self.source, self.until_s = work, source, time.monotonic() + patience_s
        return True

    def hear(self) -> Record | Heard | None:
        """Return what it says: a record, or how far it is, or None that it begins. Raises EOFError if it is gone."""
        try:
            said = self._received()
        except Exception as error:  # whatever comes that is no message: it is not to be trusted again
            raise EOFError from error
        self.is_ready = True
        return said

    def _received(self) -> Record | Heard | None:
        if not self.pipe.poll():  # what woke the pool was the end of the process
            raise EOFError
        said: Record | Heard | None = self.pipe.recv()
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


def _serve(
    pipe: Connection, others: tuple[Connection, ...], needs: tuple[str, ...], environment: Mapping[str, str]
) -> None:
    """Be a worker until the pipe closes."""
    for end in others:
        end.close()
    try:
        _begin(environment, pipe)
        _work(pipe, needs)
    except StopRequested:
        sys.exit(1)


def _work(pipe: Connection, needs: tuple[str, ...]) -> None:
    """Take sources and give their records until the pipe closes."""
    for name in needs:
        with contextlib.suppress(Exception):  # said of each source, where it is used
            import_module(name)
    gc.freeze()  # imports are no garbage; nor is what was shared when this process parted
    gc.enable()
    work: Any = None
    with contextlib.suppress(*_GONE):
        pipe.send(None)
        while True:
            sent, source = pipe.recv()
            work = work if sent is None else sent  # the one it has already is not sent again
            listen(partial(_tell, pipe))
            _answer(pipe, source, _done(work, source))


def _answer(pipe: Connection, source: Work, record: Record) -> None:
    from pipeline.engine.unit import failed

    try:
        pipe.send(record)
    except _UNSENDABLE as error:
        pipe.send(failed(source.name, error))


def never_stuck(pipe: Connection) -> None:
    """Let no message take longer than `STUCK_S`, in or out, where the system's pipes can be told so."""
    if hasattr(socket, "AF_UNIX"):
        with socket.socket(fileno=os.dup(pipe.fileno())) as end:
            for direction in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
                end.setsockopt(socket.SOL_SOCKET, direction, struct.pack("@ll", int(STUCK_S), 0))


def _tell(pipe: Connection, *said: object) -> None:
    with contextlib.suppress(OSError, ValueError):  # the other end is gone: nobody wants to know
        pipe.send(said)


def _done(work: Callable[[Work], Record], source: Work) -> Record:
    from pipeline.engine.unit import failed

    try:
        return work(source)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever it was, it was this source's
        return failed(source.name, error)


def _stopped(number: int, frame: object) -> None:
    """Leave whatever is done, past those who take a SystemExit for a step that gave up."""
    raise StopRequested(number)


def _end_with(pipe: Connection) -> None:
    """Stop when the pool is gone, also in the middle of a source: one that was killed cannot say so."""
    if hasattr(select, "poll"):
        hangup = select.poll()
        hangup.register(pipe.fileno(), 0)
        hangup.poll()
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(STOP_S)
        os._exit(1)


def _begin(environment: Mapping[str, str], pipe: Connection) -> None:
    """Prepare a worker: the environment as it is now, standard output and error sent nowhere, signals the pool's.

    What it parted from may have begun before a variable was set. Standard output belongs to the command, and whoever
    reads it through a pipe would wait for the worker too; C decoders write to standard error about every damaged frame.
    Ctrl-C goes to all of a terminal's processes: the pool hears it and stops its workers, which tidy up.
    """
    os.environ.update(environment)
    keep_freed_memory()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    signal.signal(signal.SIGTERM, _stopped)
    threading.Thread(target=_end_with, args=(pipe,), daemon=True).start()
