"""Work in a few threads that a signal can leave behind."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar, cast

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
    ended: queue.SimpleQueue[tuple[Job, Result | None, BaseException | None]] = queue.SimpleQueue()
    broken = threading.Event()
    for job in jobs:
        waiting.put(job)
    for _ in range(min(lanes, len(jobs))):
        threading.Thread(target=_lane, args=(work, waiting, ended, broken), daemon=True).start()
    for _ in jobs:
        finished = _next(ended, stop)
        if finished is None:
            return
        job, result, error = finished
        if error is not None:
            broken.set()
            raise error
        yield job, cast("Result", result)


def _next(ended: queue.SimpleQueue[Job], stop: Stop) -> Job | None:
    while True:
        try:
            return ended.get(timeout=POLL_S)
        except queue.Empty:
            if stop.is_over:
                return None


def _lane(
    work: Callable[[Job], Result],
    waiting: queue.SimpleQueue[Job],
    ended: queue.SimpleQueue[tuple[Job, Result | None, BaseException | None]],
    broken: threading.Event,
) -> None:
    while not broken.is_set():
        try:
            job = waiting.get_nowait()
        except queue.Empty:
            return
        try:
            ended.put((job, work(job), None))
        except BaseException as error:  # noqa: BLE001 - raised again by the thread that waits
            ended.put((job, None, error))
