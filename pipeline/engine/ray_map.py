"""The same map over a Ray cluster: for more takes than one machine has cores.

The unit of work, its records and the journal are those of the local pool; only where it runs is another. Every machine
needs voiceprep installed, and must reach the inputs and OUT: in a store (``s3://``), or under the same paths (a shared
file system). Nothing is uploaded from there: that is done where the command was given.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.engine.pool import POLL_S, TIMEOUT_S, Do, OnProgress, patience_s, too_long
from pipeline.engine.ray_cluster import connected, is_not_installed, not_installed, the_ray
from pipeline.engine.ray_mail import Ear
from pipeline.engine.ray_task import attempt
from pipeline.engine.scratch import scratch
from pipeline.engine.unit import failed
from pipeline.engine.worker import STOP_S
from pipeline.errors import WorkerError
from pipeline.records import Record
from pipeline.sources import Work

RETRIES = 2
"""How often a file is handed out again after the machine or process that had it was lost."""

AHEAD = 2
"""Files a core that are handed out at once: the next is there when one is finished, and the rest waits here."""

RECOUNT_S = 5.0
"""How often the cluster's cores are counted: it may grow with what waits for it."""


@dataclass(slots=True)
class _Errand:
    """A source, and how often what had it was lost."""

    source: Work
    losses: int = 0


def map_on_ray(  # noqa: PLR0913, PLR0917 - as `map_files`
    work: Do,
    sources: Sequence[Work],
    address: str | None = None,
    jobs: int | None = None,
    timeout_s: float = TIMEOUT_S,
    on_progress: OnProgress | None = None,
) -> Iterator[Record]:
    """Yield a record a source, as they are finished.

    Parameters
    ----------
    work : callable
        Picklable; takes a source and returns its record.
    sources : sequence of SourceFile or SourceGroup
        Handed out largest first, `AHEAD` a core at a time.
    address : str, optional
        Of a cluster (``auto``, ``ray://HOST:10001``); without one, a cluster of this machine's cores is started for the
        length of the run.
    jobs : int, optional
        Files worked on at once; one a core unless given.
    timeout_s : float
        As for `pipeline.engine.pool.map_files`; a file that takes longer is stopped. Waiting for a core does not count.
    on_progress : callable, optional
        As for `pipeline.engine.pool.map_files`.

    Raises
    ------
    UsageError
        If Ray is not installed, there is no cluster at the address, or voiceprep is not the same on its machines.
    """
    ray = the_ray()
    with connected(ray, address, jobs), scratch() as folder:
        ear, room = Ear(ray, on_progress), Room(ray, jobs)
        task, shared = ray.remote(num_cpus=1, max_retries=0)(attempt), ray.put(work)
        waiting = deque(_Errand(one) for one in sorted(sources, key=lambda source: source.size_bytes, reverse=True))
        out: dict[Any, _Errand] = {}
        try:
            while waiting or out:
                while waiting and len(out) < room.files():
                    source = waiting[0].source
                    handed = task.remote(shared, source, patience_s(source, timeout_s), ear.mailbox, folder)
                    out[handed] = waiting.popleft()
                done, _ = ray.wait(list(out), num_returns=1, timeout=POLL_S)
                ear.listen()
                for reference in done:
                    errand = out.pop(reference)
                    record = _outcome(ray, reference, errand, ear, timeout_s)
                    if record:
                        yield record
                    else:
                        waiting.appendleft(errand)
        finally:  # also when the caller stops early
            _take_back(ray, list(out))


class Room:
    """How many files may be handed out: so many as are to be worked on at once, or `AHEAD` for each core there is."""

    def __init__(self, ray: Any, jobs: int | None) -> None:
        self._ray, self._jobs, self._files, self._next_s = ray, jobs, 0, 0.0

    def files(self) -> int:
        """Return how many, now."""
        if self._jobs:
            return self._jobs
        if time.monotonic() >= self._next_s:
            self._next_s = time.monotonic() + RECOUNT_S
            self._files = AHEAD * max(1, int(self._ray.cluster_resources().get("CPU", 1)))
        return self._files


def _outcome(ray: Any, reference: Any, errand: _Errand, ear: Ear, timeout_s: float) -> Record | None:
    """Return the record; None if what had the file was lost and it is to be handed out again."""
    name = errand.source.name
    try:
        record: Record = ray.get(reference)
    except ray.exceptions.RayTaskError as error:
        if is_not_installed(ray, error):
            raise not_installed(error) from error
        return failed(name, WorkerError(f"The cluster could not work on it: {error.cause!r}."))
    except ray.exceptions.RayError as error:
        if ear.is_late(name):
            return failed(name, too_long(timeout_s))
        errand.losses += 1
        text = f"The process that read it died {errand.losses} times ({type(error).__name__}): export the file again."
        return failed(name, WorkerError(text)) if errand.losses > RETRIES else None
    return record


def _take_back(ray: Any, out: list[Any]) -> None:
    """Take back what was handed out: asked first, so that it tidies up; what does not hear is ended."""
    for force in (False, True):
        for reference in out:
            ray.cancel(reference, force=force)
        out = ray.wait(out, num_returns=len(out), timeout=STOP_S)[1] if out else []
