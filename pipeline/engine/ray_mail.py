"""What comes from the cluster while a file is worked on: how far it is, and that it takes too long.

Tasks tell a mailbox, one small process of the cluster, and wait for no answer; the driver empties it now and then.
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

from pipeline.engine.pool import POLL_S, OnProgress
from pipeline.engine.worker import Heard

GRACE_S = 5.0
"""The cause is told for so long at most before a process that takes too long ends itself."""


class Mailbox:
    """Holds what was said last of each file until it is fetched; one process of the cluster."""

    def __init__(self) -> None:
        self._heard: dict[str, Heard] = {}
        self._late: set[str] = set()

    def hear(self, name: str, heard: Heard) -> None:
        """Take how far a file is."""
        self._heard[name] = heard

    def hear_late(self, name: str) -> None:
        """Take that a file takes too long, and its process ends."""
        self._late.add(name)

    def emptied(self) -> tuple[dict[str, Heard], set[str]]:
        """Return how far files are, and which took too long, since this was asked last."""
        heard, self._heard = self._heard, {}
        late, self._late = self._late, set()
        return heard, late


class Ear:
    """Hears of the cluster's mailbox, and waits for nothing: where that is lost, only what it would have said is."""

    def __init__(self, ray: Any, on_progress: OnProgress | None) -> None:
        self._ray, self._on_progress = ray, on_progress or _nobody
        self.mailbox = ray.remote(num_cpus=0, max_restarts=-1)(Mailbox).remote()
        self._asked, self._next_s = self.mailbox.emptied.remote(), 0.0
        self._late: set[str] = set()

    def listen(self, wait_s: float = 0.0) -> None:
        """Pass on what has come, and ask again every now and then."""
        if time.monotonic() < self._next_s and not wait_s:
            return
        if not self._ray.wait([self._asked], timeout=wait_s)[0]:
            return
        with suppress(self._ray.exceptions.RayError):
            heard, late = self._ray.get(self._asked)
            self._late |= late
            for name, said in heard.items():
                self._on_progress(name, *said)
        self._asked, self._next_s = self.mailbox.emptied.remote(), time.monotonic() + POLL_S

    def is_late(self, name: str) -> bool:
        """Return whether a file, whose process has ended, had taken too long."""
        for _ in range(2):  # what was asked earlier may have been answered before it was said
            self.listen(GRACE_S)
        return name in self._late


def _nobody(name: str, step: str, done: float, total: float) -> None:
    """Listen to nothing."""
