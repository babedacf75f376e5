"""How worker processes start: safe beside threads, one thread each, the heavy imports made once."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.context import BaseContext

    from pipeline.engine.worker import Worker

SHARED = ("pipeline.engine.unit", "pipeline.registry")
"""Modules that a command and its workers both want."""

CHECK_NEEDS = ("scipy.fft", "scipy.ndimage", "soundfile")
RUN_NEEDS = (*CHECK_NEEDS, "pipeline.preview.keeping", "PIL.WebPImagePlugin")
"""Modules that only workers want."""

NEEDS = {"run": RUN_NEEDS, "select": RUN_NEEDS, "check": CHECK_NEEDS, "calibrate": CHECK_NEEDS}
"""Of the commands that work on files."""


def worker_context(needs: Sequence[str]) -> BaseContext:
    """Return the context for workers that need these modules.

    Where the system has it, workers part from a fork server: a process without threads that has made the imports.
    """
    _one_thread()
    if not _can_fork():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pipeline.engine.fork_server", *SHARED, *needs])
    return context


def _one_thread() -> None:
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
        os.environ.setdefault(name, "1")  # the pool has the cores already


def _can_fork() -> bool:
    return "forkserver" in multiprocessing.get_all_start_methods()


_first: list[Worker] = []
"""The worker that was started early, until a pool takes it."""


def start_early(needs: Sequence[str]) -> None:
    """Start the first worker now: it makes its imports while this process makes its own.

    It parts from this very process, after the imports that both want and before there is any thread: nothing is
    imported twice, and no other interpreter has to start. For one file it is all that is needed.
    """
    _one_thread()
    if _can_fork():
        for name in SHARED:
            import_module(name)
        from pipeline.engine.worker import Worker

        with _deaf_to_ctrl_c():
            _first.append(Worker(multiprocessing.get_context("fork"), *needs))


def let_go() -> None:
    """Let an early worker go that no pool took: it would wait for this process, which waits for it."""
    for worker in _first:
        worker.dismiss()


def started(count: int, needs: Sequence[str]) -> list[Worker]:
    """Return so many workers that have begun: the one that was started early, and others. Raises OSError."""
    from pipeline.engine.worker import Worker

    team, _first[:] = _first[:count], []
    context = worker_context(needs) if len(team) < count else None
    if context and _can_fork():
        from multiprocessing.resource_tracker import ensure_running

        ensure_running()  # it would start with the first of them, and make this process hear again
    with _deaf_to_ctrl_c():
        return team + [Worker(context) for _ in range(count - len(team)) if context]


@contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
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
