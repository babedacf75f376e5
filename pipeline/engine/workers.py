"""How worker processes start: safe beside threads, one thread each, the heavy imports made once."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipeline import kernels

if TYPE_CHECKING:
    from multiprocessing.context import BaseContext

    from pipeline.engine.worker import Worker

SHARED = ("pipeline.engine.unit", "pipeline.registry")
"""Modules that a command and its workers both want."""

NUMPY_ALONE = () if kernels.compiled else ("scipy.fft", "scipy.ndimage")
CHECK_NEEDS = (*NUMPY_ALONE, "soundfile")
RUN_NEEDS = (*CHECK_NEEDS, "pipeline.preview.keeping", "pipeline.preview.ready")
"""Modules that only workers want."""

NEEDS = {"run": RUN_NEEDS, "select": RUN_NEEDS, "check": CHECK_NEEDS, "calibrate": CHECK_NEEDS}
"""Of the commands that work on files."""


def worker_context(needs: Sequence[str]) -> BaseContext:
    """Return the context for workers that need these modules.

    Where the system has it, workers part from a fork server: a process without threads that has made the imports.
    """
    one_thread()
    if not can_fork():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pipeline.engine.fork_server", *SHARED, *needs])
    return context


def default_jobs() -> int:
    """Return the number of cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def one_thread() -> None:
    """Let the libraries that a worker will import start no threads of their own."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
        os.environ.setdefault(name, "1")  # the pool has the cores already


def can_fork() -> bool:
    """Whether a process may part from this one, or from a server."""
    return "forkserver" in multiprocessing.get_all_start_methods()


def started(count: int, needs: Sequence[str]) -> list[Worker]:
    """Return so many workers that have begun. Raises OSError."""
    from pipeline.engine.worker import Worker

    context = worker_context(needs)
    if can_fork():
        from multiprocessing.resource_tracker import ensure_running

        ensure_running()  # it would start with the first of them, and make this process hear again
    with deaf_to_ctrl_c():
        return [Worker(context) for _ in range(count)]


@contextmanager
def deaf_to_ctrl_c() -> Iterator[None]:
    """Start processes that do not hear Ctrl-C, from their first instruction on; this one hears it afterwards.

    It goes to all of a terminal's processes: one that is about to ignore it would show a traceback, or leave the pool
    waiting.
    """
    import signal

    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
