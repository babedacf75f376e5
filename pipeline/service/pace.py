"""How fast an upload goes, and how patient it is."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass

from pipeline.errors import UsageError
from pipeline.service.stopping import Stop

MAX_BACK_OFF_S = 60.0
"""The longest wait where a rate limit does not say how long."""

JITTER_RATIO = 0.1
"""Waits that were not asked for differ by so much, so that clients that were refused together do not come together."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast, and how patient.

    Parameters
    ----------
    between_s : float
        From one create call to the next; not kept on this very machine. The service publishes no rate.
    concurrency : int
        Create calls under way at once, 1 or more.
    settle_s : float
        So long after an attempt without an answer its voice is looked for before it counts as absent; never less
        than an answer may take. Longer than the slowest commit of the service, or a voice may be made twice.
    max_wait_s : float
        A sample waits so long for a rate limit, all waits together; a service that asks for more stops the run.
    max_waits : int
        So often a sample is tried again after a rate limit.
    max_in_doubt : int
        So many samples in a row without a connection, or without an answer that settles anything, stop the sending.
    random : callable
        Gives numbers from 0 to 1.
    """

    between_s: float = 1.0
    concurrency: int = 1
    settle_s: float = 120.0
    max_wait_s: float = 300.0
    max_waits: int = 10
    max_in_doubt: int = 3
    random: Callable[[], float] = random.random

    def __post_init__(self) -> None:
        if self.concurrency < 1 or min(self.between_s, self.settle_s) < 0:
            raise UsageError("An upload needs a concurrency of 1 or more, and waits of 0 s or more.")

    def wait_s(self, asked_s: float | None, waits: int, waited_s: float) -> float | None:
        """Return how long to wait after a rate limit, the `waits`-th before it counted; None for too long."""
        back_off_s = min(2.0**waits, MAX_BACK_OFF_S) * (1 + JITTER_RATIO * (2 * self.random() - 1))
        wait_s = back_off_s if asked_s is None else asked_s
        return wait_s if waited_s + wait_s <= self.max_wait_s and waits < self.max_waits else None


class Gate:
    """When the next create call may start, for all that send: a distance apart, and not before a rate limit is over."""

    def __init__(self, between_s: float, stop: Stop) -> None:
        self._between_s, self._stop = between_s, stop
        self._mutex = threading.Lock()
        self._open_s = 0.0

    def enter(self) -> None:
        """Wait for one's turn. Raises StoppedError if the run is to stop."""
        with self._mutex:
            now_s = self._stop.now_s()
            start_s = max(self._open_s, now_s)
            self._open_s = start_s + self._between_s
        if start_s > now_s:
            self._stop.sleep(start_s - now_s)

    def hold(self, wait_s: float) -> None:
        """Let nobody through for so long."""
        with self._mutex:
            self._open_s = max(self._open_s, self._stop.now_s() + wait_s)
