"""How fast an upload goes, and how patient it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

MAX_BACK_OFF_S = 60.0
"""The longest wait where a rate limit does not say how long."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast, and how patient.

    Parameters
    ----------
    between_s : float
        From one create call to the next; not kept on this very machine. The service publishes no rate.
    max_wait_s : float
        A service that asks for more stops the run.
    max_waits : int
        So often a sample is tried again after a rate limit.
    max_unconnected : int
        So many samples in a row without a connection stop the run.
    sleep : callable
        Waits.
    """

    between_s: float = 1.0
    max_wait_s: float = 300.0
    max_waits: int = 5
    max_unconnected: int = 3
    sleep: Callable[[float], None] = time.sleep

    def wait_s(self, asked_s: float | None, waits: int) -> float | None:
        """Return how long to wait after a rate limit, the `waits`-th before it counted; None for too long."""
        wait_s = min(2.0**waits, MAX_BACK_OFF_S) if asked_s is None else asked_s
        return wait_s if wait_s <= self.max_wait_s else None
