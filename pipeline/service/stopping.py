"""Stopping an upload: the request under way may finish, no other starts, and a second signal ends it at once."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from pipeline.errors import StoppedError, StopRequested
from pipeline.service.receipts import Halt

GRACE_S = 4.0
"""A request under way gets so long to finish; then its outcome is unknown."""

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stop:
    """Whether a run is to stop, known to all its threads; and the clock and the waits of the run, which it ends."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._mutex = threading.Lock()
        self._in_flight = 0
        self._until_s = 0.0
        self.signal: int | None = None

    @property
    def requested(self) -> bool:
        """Whether the run is to stop."""
        return self._event.is_set()

    @property
    def is_over(self) -> bool:
        """Whether it is to stop and nothing is under way any more, or the time for that has passed."""
        return self.requested and (not self._in_flight or time.monotonic() > self._until_s)

    @property
    def in_flight(self) -> int:
        """How many create calls are under way."""
        return self._in_flight

    def request(self, number: int | None = None) -> None:
        """Ask the run to stop."""
        self.signal, self._until_s = number, time.monotonic() + GRACE_S
        self._event.set()

    def now_s(self) -> float:
        """Return the time, by a clock that nobody sets."""
        return time.monotonic()

    def sleep(self, wait_s: float) -> None:
        """Wait. Raises StoppedError if the run is to stop."""
        if self._event.wait(wait_s):
            raise StoppedError("not sent: the run was stopped")

    def wait_until_over(self) -> None:
        """Wait until nothing is under way any more, or the time for that has passed."""
        while not self.is_over:
            time.sleep(0.05)

    @contextmanager
    def flight(self) -> Iterator[None]:
        """Say that a create call is under way."""
        with self._mutex:
            self._in_flight += 1
        try:
            yield
        finally:
            with self._mutex:
                self._in_flight -= 1


def stopped(stop: Stop) -> Halt:
    """Return why a run that was asked to stop did, with the exit code that shells expect."""
    return Halt("the run was stopped: the same command goes on from there", 128 + (stop.signal or signal.SIGINT))


@contextmanager
def stopped_by_signals(say: Callable[[], None]) -> Iterator[Stop]:
    """Give a `Stop` that Ctrl-C and SIGTERM ask; in the main thread only.

    Parameters
    ----------
    say : callable
        Called where a request is under way that is waited for.
    """
    stop = Stop()

    def handle(number: int, frame: FrameType | None) -> None:
        if stop.requested:
            os._exit(128 + number)  # nothing is tidied up: the ledger holds what the next run needs
        stop.request(number)
        if not stop.in_flight:
            raise StopRequested(number)
        say()

    before = {number: signal.signal(number, handle) for number in SIGNALS}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
