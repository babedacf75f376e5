"""A map over files in worker processes; a worker that dies or hangs costs one file."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from multiprocessing.connection import wait

from pipeline.engine.early import take_early
from pipeline.engine.scratch import unpacked_within
from pipeline.engine.telling import tell_pool
from pipeline.engine.unit import failed
from pipeline.engine.worker import Worker
from pipeline.engine.workers import RUN_NEEDS, started
from pipeline.errors import WorkerError
from pipeline.records import Record
from pipeline.sources import SourceGroup, Work

TIMEOUT_S = 300.0
"""A file that takes longer hangs: the longest that is taken (half an hour of sound) needs about a tenth of this."""

NO_WORKERS = (
    "No worker process could be started. In a script of your own, call this under: if __name__ == '__main__': - "
    "each worker imports the script."
)

Do = Callable[[Work], Record]
OnProgress = Callable[[str, str, float, float], None]
"""Told of a source's name, the step that it is at, and how much of it is looked at: done, in all."""

STARTS = 3
"""So many workers in a row that end before they are ready: no other will do better."""

POLL_S, MB_PER_S = 0.5, 1.0
"""How often it is looked for workers that hang; and how fast the slowest machine gets through a file."""


def map_files(  # noqa: PLR0913, PLR0917 - what is done, with what, how, and who is told
    work: Do,
    sources: Sequence[Work],
    jobs: int,
    timeout_s: float = TIMEOUT_S,
    needs: Sequence[str] = RUN_NEEDS,
    on_progress: OnProgress | None = None,
) -> Generator[Record, None, None]:
    """Yield a record a source, as they are finished.

    Parameters
    ----------
    work : callable
        Picklable; takes a source and returns its record.
    sources : sequence of SourceFile or SourceGroup
        Started largest first, so that no long file is left for last.
    jobs : int
        Worker processes, at least 1. Even one file has a worker of its own: a decoder that crashes takes its
        process along.
    timeout_s : float
        For one file, and a second more for each MB of it; then its worker is killed.
    needs : sequence of str
        Modules that every worker will want: imported once, before the workers part.
    on_progress : callable, optional
        Told where each file is, and how far long ones are.

    Raises
    ------
    WorkerError
        If no worker can be started.
    """
    _leave_if_imported_by_a_worker()
    waiting = deque(sorted(sources, key=lambda source: source.size_bytes, reverse=True))
    lost = 0
    with unpacked_within(work) as done, _team() as team:
        while waiting or any(worker.source for worker in team):
            _hand_out(team, waiting, done, timeout_s)
            _fill_up(team, jobs, len(waiting), needs)
            ready = wait([end for worker in team for end in (worker.pipe, worker.process.sentinel)], POLL_S)
            for worker in tuple(team):
                speaks = worker.pipe in ready or worker.process.sentinel in ready
                record = (_heard(worker, on_progress) if speaks else None) or _late(worker, timeout_s)
                if worker.pipe.closed:  # its process is gone
                    team.remove(worker)
                    lost = 0 if worker.is_ready else lost + 1
                    if lost == STARTS:
                        raise WorkerError(NO_WORKERS)
                if record:
                    _hand_out(team, waiting, done, timeout_s)  # nobody waits while the record is written
                    yield record


def map_here(work: Do, sources: Sequence[Work]) -> Generator[Record, None, None]:
    """Yield a record a source, in this process: for files that no other process sees."""
    yield from map(work, sources)


@contextmanager
def _team() -> Iterator[list[Worker]]:
    """Give a team without workers; those that join are stopped at the end, also where the caller stops early."""
    team: list[Worker] = []
    try:
        yield team
    finally:
        for worker in team:
            worker.dismiss()
        for worker in team:
            worker.stop()


def _fill_up(team: list[Worker], jobs: int, waiting: int, needs: Sequence[str]) -> None:
    """Start workers for those that are lost or were not there yet: one, and when it has its source, the others.

    Those that a command has started early are ready before the server is from which others part.
    """
    busy = sum(worker.source is not None for worker in team)
    wanted = min(jobs, busy + waiting)
    team.extend(take_early(wanted - len(team)))
    missing = (wanted if any(worker.is_ready for worker in team) else 1) - len(team)
    if missing > 0:
        team.extend(_started(missing, needs))


def _started(count: int, needs: Sequence[str]) -> list[Worker]:
    try:
        return started(count, needs)
    except (OSError, EOFError) as error:
        raise WorkerError(NO_WORKERS) from error


def _hand_out(team: Sequence[Worker], waiting: deque[Work], work: Do, timeout_s: float) -> None:
    for worker in team:
        if waiting and worker.is_free and worker.take(work, waiting[0], patience_s(waiting[0], timeout_s)):
            waiting.popleft()


def _heard(worker: Worker, on_progress: OnProgress | None) -> Record | None:
    """Take what a worker says; return the record if its source is finished, or has killed it."""
    source = worker.source
    try:
        said = worker.hear()
    except EOFError:
        return _dead(worker)
    if isinstance(said, Record):
        worker.source = None
        return said
    if said and source and on_progress:
        on_progress(source.name, *said)
    return None


def _dead(worker: Worker) -> Record | None:
    source, code = worker.source, worker.stop()
    text = f"The process that read it died (exit code {code}): the file may be harmful; export it again."
    return failed(source.name, WorkerError(text)) if source else None


def _late(worker: Worker, timeout_s: float) -> Record | None:
    """Stop a worker that does not get ready, or whose source takes too long; return the record of that."""
    source, waits = worker.source, worker.is_free or worker.pipe.closed
    if waits or time.monotonic() < worker.until_s:
        return None
    worker.stop()
    text = f"It took longer than {timeout_s:g} s and was stopped: cut the file shorter."
    return failed(source.name, WorkerError(text)) if source else None


def _leave_if_imported_by_a_worker() -> None:
    """End a worker that is importing a script without the guard, before it starts workers of its own."""
    if getattr(multiprocessing.current_process(), "_inheriting", False):
        os._exit(1)


def patience_s(source: Work, timeout_s: float) -> float:
    """Return how long a source may take: `timeout_s`, and a second more for each MB of it."""
    return timeout_s + source.size_bytes / 1e6 / MB_PER_S


def bound(one: Callable[..., Record], several: Callable[..., Record], *args: object, **keywords: object) -> Do:
    """Return work over sources: ``one(*args, path, ..., name=...)`` for files, ``several`` for groups."""
    return partial(_call, one, several, args, keywords)


def _call(
    one: Callable[..., Record],
    several: Callable[..., Record],
    args: tuple[object, ...],
    keywords: dict[str, object],
    source: Work,
) -> Record:
    if isinstance(source, SourceGroup):
        return several(*args, source, tell=tell_pool, **keywords)
    return one(*args, source.file, name=source.name, tell=tell_pool, **keywords)
