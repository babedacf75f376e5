"""Where a worker's progress goes: to whoever gave it the source in hand."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any

Hear = Callable[[str, float, float], None]
"""Takes a step, and how much of it is looked at: done, in all."""

APART_S = 0.1
"""What comes sooner after what was told last is not told: nobody reads so fast, and every message wakes the driver. Of
the ten steps of a take of 20 s it hears one or two."""


class _Teller:
    """Tells of one source, not too often."""

    def __init__(self, hear: Hear) -> None:
        self._hear, self._told_s = hear, -math.inf

    def tell(self, *said: Any) -> None:
        now_s = time.monotonic()
        if now_s - self._told_s >= APART_S:
            self._told_s = now_s
            self._hear(*said)


_teller: _Teller | None = None


def listen(hear: Hear | None) -> None:
    """Tell this one from now on, of a source that is begun with: of one at a time, for a worker has no more in hand."""
    global _teller  # noqa: PLW0603 - one a process
    _teller = _Teller(hear) if hear else None


def tell_pool(step: str, done: float = 0.0, total: float = 0.0) -> None:
    """Tell how far the source in hand is; outside of a worker, nobody."""
    if _teller is not None:
        _teller.tell(step, done, total)
