"""How far a long file is, and how much longer it takes, in words."""

from __future__ import annotations

import time
from collections.abc import Callable

TOLD_EVERY_S = 10.0
"""A log gets a line of one file this often."""


class Pace:
    """Keeps the time of files that are under way.

    Parameters
    ----------
    clock : callable
        Seconds that only go up.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began: dict[str, tuple[float, float]] = {}
        self._told_s: dict[str, float] = {}

    def say(self, name: str, done: float, total: float) -> str:
        """Return the share that is done, and the time that is left by the pace so far; nothing before there is one."""
        now = self._clock()
        began_s, began_done = self._began.setdefault(name, (now, done))
        if total <= 0.0 or done <= began_done or now <= began_s:
            return ""
        left_s = (now - began_s) * (total - done) / (done - began_done)
        return f"{done / total:.0%}, {clock(left_s)} left"

    def is_due(self, name: str) -> bool:
        """Say whether a log should get a line of this file again."""
        now = self._clock()
        if now - self._told_s.setdefault(name, now) < TOLD_EVERY_S:
            return False
        self._told_s[name] = now
        return True


def clock(seconds: float) -> str:
    """Return a time as minutes and seconds, or hours too: ``0:42``."""
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"
