"""Where a worker's progress goes: to whoever gave it the source in hand."""

from __future__ import annotations

from collections.abc import Callable

Hear = Callable[[str, float, float], None]
"""Takes a step, and how much of it is looked at: done, in all."""

_hear: Hear | None = None


def listen(hear: Hear | None) -> None:
    """Tell this one from now on: of one source at a time, for a worker has no more in hand."""
    global _hear  # noqa: PLW0603 - one a process
    _hear = hear


def tell_pool(step: str, done: float = 0.0, total: float = 0.0) -> None:
    """Tell how far the source in hand is; outside of a worker, nobody."""
    if _hear is not None:
        _hear(step, done, total)
