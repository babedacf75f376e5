"""Ctrl-C in words: what a command that was stopped has kept, and whether it goes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.report.live import Listener

GOES_ON = {"run", "select", "upload"}
"""Commands that keep what is finished."""

KEEPS_NOTHING = {"check", "calibrate"}


class RunStopped(BaseException):
    """Ctrl-C stopped the work on files; past every handler that would go on.

    Parameters
    ----------
    done, total : int
        How many samples are finished, and of how many.
    """

    def __init__(self, done: int, total: int) -> None:
        self.done, self.total = done, total
        super().__init__(done, total)


@contextmanager
def counted(listener: Listener) -> Iterator[None]:
    """Turn Ctrl-C into `RunStopped`, with what the listener was told of."""
    try:
        yield
    except KeyboardInterrupt as stop:
        raise RunStopped(listener.done, listener.total) from stop


def left_by(command: str, stop: RunStopped | None = None) -> str:
    """Return what a command that was stopped says of its work; nothing if there is nothing to tell.

    Examples
    --------
    >>> left_by("run", RunStopped(7, 21))
    ' 7 of 21 are finished and kept: the same command goes on from there.'
    >>> left_by("check"), left_by("explain")
    (' `check` keeps nothing: the same command begins anew.', '')
    """
    if stop and not stop.done:
        return " Nothing is finished yet: the same command begins anew."
    if stop:
        count = f"{stop.done} of {stop.total} {'is' if stop.done == 1 else 'are'}"
        return f" {count} finished and kept: the same command goes on from there."
    if command in GOES_ON:
        return " What is finished is kept: the same command goes on from there."
    return f" `{command}` keeps nothing: the same command begins anew." if command in KEEPS_NOTHING else ""
