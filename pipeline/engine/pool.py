"""A map over files in worker processes; a worker that dies or hangs costs one file."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from typing import Any

from pipeline.engine.unit import failed
from pipeline.engine.workers import RUN_NEEDS, worker_context
from pipeline.errors import WorkerError
from pipeline.records import Record
from pipeline.sources import SourceFile

TIMEOUT_S = 300.0
"""A file that takes longer hangs: the longest that is taken (half an hour of sound) needs about a tenth of this."""

NO_WORKERS = (
    "No worker process could be started. In a script of your own, call this under: if __name__ == '__main__': - "
    "each worker imports the script."
)

Work = Callable[[SourceFile], Record]


def default_jobs() -> int:
    """Return the number of cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def map_files(
    work: Work,
    sources: Sequence[SourceFile],
    jobs: int,
    timeout_s: float = TIMEOUT_S,
    needs: Sequence[str] = RUN_NEEDS,
) -> Iterator[Record]:
    """Yield a record a source, as they are finished.

    Parameters
    ----------
    work : callable
        Picklable; takes a source and returns its record.
    sources : sequence of SourceFile
        Started largest first, so that no long file is left for last.
    jobs : int
        Worker processes, at least 1. Even one file has a worker of its own: a decoder that crashes takes its
        process along.
    timeout_s : float
        For one file; then its worker is killed.
    needs : sequence of str
        Modules that every worker will want: imported once, before the workers part.

    Raises
    ------
    WorkerError
        If no worker can be started.
    """
    from pebble import ProcessPool

    _leave_if_imported_by_a_worker()
    workers = max(1, min(jobs, len(sources)))
    pool: Any = ProcessPool(max_workers=workers, context=worker_context(needs), initializer=_hush)
    try:
        futures: dict[Future[Record], SourceFile] = {
            pool.schedule(work, args=[source], timeout=timeout_s): source
            for source in sorted(sources, key=_size, reverse=True)
        }
        pending = set(futures)
        while pending:
            done, pending = wait(pending, return_when=FIRST_COMPLETED)
            for future in done:
                yield _outcome(future, futures[future].name, timeout_s)
        pool.close()
    except (BrokenProcessPool, RuntimeError) as error:  # pebble's two ways to say that workers die at once
        raise WorkerError(NO_WORKERS) from error
    finally:  # also when the caller stops early: Ctrl-C ends the workers
        pool.stop()
        pool.join()


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


def _hush() -> None:
    """Send a worker's standard error nowhere: C decoders write there about every damaged frame.

    Errors of ours and of Python come back through the pool.
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def _size(source: SourceFile) -> int:
    with contextlib.suppress(OSError):
        return source.file.stat().st_size
    return 0


def bound(function: Callable[..., Record], *args: object, **keywords: object) -> Work:
    """Return work over sources that calls ``function(*args, path, ..., name=...)`` for each."""
    return partial(_call, function, args, keywords)


def _call(
    function: Callable[..., Record], args: tuple[object, ...], keywords: dict[str, object], source: SourceFile
) -> Record:
    return function(*args, source.file, name=source.name, **keywords)
