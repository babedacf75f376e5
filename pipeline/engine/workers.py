"""How worker processes start: safe beside threads, one thread each, the heavy imports made once."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
from collections.abc import Sequence
from multiprocessing.context import BaseContext

CHECK_NEEDS = ("pipeline.engine.fork_server", "pipeline.engine.unit", "soundfile", "scipy.fft", "scipy.ndimage")
RUN_NEEDS = (*CHECK_NEEDS, "PIL.Image")
"""Modules that every worker will want."""

NEEDS = {"run": RUN_NEEDS, "select": RUN_NEEDS, "check": CHECK_NEEDS, "calibrate": CHECK_NEEDS}
"""Of the commands that work on files."""


def worker_context(needs: Sequence[str]) -> BaseContext:
    """Return the context for a pool whose workers need these modules.

    Where the system has it, workers part from a fork server: a process without threads that has made the imports.
    """
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
        os.environ.setdefault(name, "1")  # the pool has the cores already
    forking = "forkserver" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if forking else "spawn")
    if forking:
        context.set_forkserver_preload(list(needs))
    return context


def start_early(needs: Sequence[str]) -> None:
    """Start the fork server now, so that it makes its imports while this process makes its own."""
    if worker_context(needs).get_start_method() == "forkserver":
        from multiprocessing import forkserver

        with contextlib.suppress(OSError):  # then the pool starts it, and says what is wrong
            forkserver.ensure_running()
