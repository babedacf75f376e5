"""Seconds and megabytes."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ENVIRONMENT = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": ""}
"""An installed package has its bytecode: a working tree that may not keep any would be compiled at every start."""


def best_s(action: Callable[[], object], rounds: int) -> float:
    """Return the shortest of some rounds: what the machine does else only ever adds."""
    spent = []
    for _ in range(rounds):
        start = time.perf_counter()
        action()
        spent.append(time.perf_counter() - start)
    return min(spent)


def command_s(*arguments: str | Path, rounds: int = 3) -> float:
    """Return the shortest wall time of ``voiceprep ARGUMENTS``, a new process each time."""
    command = [sys.executable, "-m", "pipeline", *map(str, arguments)]
    return best_s(lambda: subprocess.run(command, env=ENVIRONMENT, capture_output=True, check=False), rounds)


def peak_mb(*arguments: str | Path) -> float:
    """Return the peak memory of the largest process of ``voiceprep ARGUMENTS``, its workers included.

    Workers part from a server that nobody waits for, so that no parent is told of their peak: Linux tells it of each
    while it lives, and it is asked so often that little can be missed.
    """
    command = [sys.executable, "-m", "pipeline", *map(str, arguments)]
    peaks_kib = [0]
    with subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            peaks_kib += [_peak_kib(number) for number in _family(process.pid)]
            time.sleep(0.01)
    return max(peaks_kib) * 1024.0 / 1e6


def _family(number: int) -> list[int]:
    """Return a process and all that came of it."""
    children: list[int] = []
    for told in Path(f"/proc/{number}/task").glob("*/children"):
        with contextlib.suppress(OSError):  # gone in between
            children += [int(child) for child in told.read_text().split()]
    return [number, *(one for child in children for one in _family(child))]


def _peak_kib(number: int) -> int:
    with contextlib.suppress(OSError):
        lines = Path(f"/proc/{number}/status").read_text().splitlines()
        return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)
    return 0
