"""A map over files in worker processes; a worker that dies or hangs costs one file."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from itertools import islice
from multiprocessing.connection import Connection
from typing import Any

from pipeline.engine.unit import failed
from pipeline.engine.workers import RUN_NEEDS, worker_context
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

AHEAD = 8
"""Files a worker that are handed out at once: it never waits, and to look for what is finished takes no time, however
many files there are."""

POLL_S, MB_PER_S = 0.5, 1.0
"""How often workers' progress is asked for; and how fast the slowest machine gets through a file."""


def default_jobs() -> int:
    """Return the number of cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def map_files(  # noqa: PLR0913, PLR0917 - what is done, with what, how, and who is told
    work: Do,
    sources: Sequence[Work],
    jobs: int,
    timeout_s: float = TIMEOUT_S,
    needs: Sequence[str] = RUN_NEEDS,
    on_progress: OnProgress | None = None,
) -> Iterator[Record]:
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
    from pebble import ProcessPool

    _leave_if_imported_by_a_worker()
    workers = max(1, min(jobs, len(sources)))
    context = worker_context(needs)
    told, telling = context.Pipe(duplex=False)
    pool: Any = ProcessPool(
        max_workers=workers, context=context, initializer=_begin, initargs=(telling, dict(os.environ))
    )
    ordered = sorted(sources, key=lambda source: source.size_bytes, reverse=True)
    waiting, out = iter(enumerate(ordered)), dict[Future[Record], Work]()
    try:
        while True:
            for number, source in islice(waiting, AHEAD * workers - len(out)):
                patience = patience_s(source, timeout_s)
                out[pool.schedule(_numbered, args=[number, work, source], timeout=patience)] = source
            if not out:
                break
            done, _ = wait(out, timeout=POLL_S, return_when=FIRST_COMPLETED)
            _pass_on(told, ordered, on_progress)
            for future in done:
                yield _outcome(future, out.pop(future).name, timeout_s)
        pool.close()
    except (BrokenProcessPool, RuntimeError) as error:  # pebble's two ways to say that workers die at once
        raise WorkerError(NO_WORKERS) from error
    finally:  # also when the caller stops early: Ctrl-C ends the workers
        pool.stop()
        pool.join()
        told.close()
        telling.close()


def map_here(work: Do, sources: Sequence[Work]) -> Iterator[Record]:
    """Yield a record a source, in this process: for files that no other process sees."""
    yield from map(work, sources)


def _outcome(future: Future[Record], name: str, timeout_s: float) -> Record:
    from pebble import ProcessExpired

    try:
        return future.result()
    except TimeoutError:
        return failed(name, WorkerError(f"It took longer than {timeout_s:g} s and was stopped: cut the file shorter."))
    except ProcessExpired as death:
        text = f"The process that read it died (exit code {death.exitcode}): the file may be harmful; export it again."
        return failed(name, WorkerError(text))


def _leave_if_imported_by_a_worker() -> None:
    """End a worker that is importing a script without the guard, before it starts workers of its own."""
    if getattr(multiprocessing.current_process(), "_inheriting", False):
        os._exit(1)


_telling: Connection | None = None
"""A worker's end of the pipe that progress goes through."""


def _begin(telling: Connection, environment: Mapping[str, str]) -> None:
    """Prepare a worker: where it tells its progress, what the environment is, and standard error sent nowhere.

    The server that it parted from may have begun before a variable was set. C decoders write to standard error about
    every damaged frame; errors of ours and of Python come back through the pool.
    """
    global _telling  # noqa: PLW0603 - one a process, set when it begins
    _telling = telling
    os.environ.update(environment)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


_number = 0


def _numbered(number: int, work: Do, source: Work) -> Record:
    global _number  # noqa: PLW0603 - a worker does one source at a time
    _number = number
    return work(source)


def tell_pool(step: str, done: float = 0.0, total: float = 0.0) -> None:
    """Tell where the source in hand is: a few bytes at once, which no other worker's can come between (pipe(7))."""
    if _telling is not None:
        with contextlib.suppress(OSError, ValueError):  # the other end is gone: nobody wants to know
            _telling.send((_number, step, done, total))


def _pass_on(told: Connection, sources: Sequence[Work], on_progress: OnProgress | None) -> None:
    while told.poll():
        number, step, done, total = told.recv()
        if on_progress:
            on_progress(sources[number].name, step, done, total)


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
