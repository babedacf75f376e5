"""Work in a few threads that a signal can leave behind."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

from pipeline.service.stopping import Stop

Job = TypeVar("Job")
Result = TypeVar("Result")

POLL_S = 0.05


def in_lanes(
    work: Callable[[Job], Result], jobs: Sequence[Job], lanes: int, stop: Stop
) -> Iterator[tuple[Job, Result]]:
    """Give each job with its result, as they end. When the run is to stop, what is not done in time is left out.

    Parameters
    ----------
    work : callable
        What it raises is raised here, and no other job is begun.
    jobs : sequence
    lanes : int
        So many at once; the jobs begin in their order.
    stop : Stop
    """
    waiting: queue.SimpleQueue[Job] = queue.SimpleQueue()
    ended: queue.SimpleQueue[_Ended[Job, Result]] = queue.SimpleQueue()
    broken = threading.Event()
    for job in jobs:
        waiting.put(job)
    threads = [
        threading.Thread(target=_lane, args=(work, waiting, ended, broken), daemon=True)
        for _ in range(min(lanes, len(jobs)))
    ]
    for thread in threads:
        thread.start()
    try:
        for _ in jobs:
            finished = _next(ended, stop)
            if finished is None:
                return
            if finished.error is not None:
                raise finished.error
            yield finished.job, cast("Result", finished.result)
    finally:
        broken.set()
        _wait_for(threads, stop)


@dataclass(frozen=True, slots=True)
class _Ended(Generic[Job, Result]):
    """A job that ended, by a result or by an error."""

    job: Job
    result: Result | None = None
    error: BaseException | None = None


def _next(ended: queue.SimpleQueue[Job], stop: Stop) -> Job | None:
    while True:
        try:
            return ended.get(timeout=POLL_S)
        except queue.Empty:
            if stop.is_over:
                return None


def _wait_for(threads: Sequence[threading.Thread], stop: Stop) -> None:
    """Wait for the jobs under way, as long as a stop allows: an error of one must not lose the results of others."""
    for thread in threads:
        while thread.is_alive() and not stop.is_over:
            thread.join(POLL_S)


def _lane(
    work: Callable[[Job], Result],
    waiting: queue.SimpleQueue[Job],
    ended: queue.SimpleQueue[_Ended[Job, Result]],
    broken: threading.Event,
) -> None:
    while not broken.is_set():
        try:
            job = waiting.get_nowait()
        except queue.Empty:
            return
        try:
            ended.put(_Ended(job, work(job)))
        except BaseException as error:  # noqa: BLE001 - raised again by the thread that waits
            broken.set()
            ended.put(_Ended(job, error=error))
