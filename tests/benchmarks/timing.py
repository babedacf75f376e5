"""Seconds and megabytes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ENVIRONMENT = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


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


PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], capture_output=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def peak_mb(*arguments: str | Path) -> float:
    """Return the peak memory of the largest process of ``voiceprep ARGUMENTS``, its workers included."""
    command = [sys.executable, "-c", PEAK, sys.executable, "-m", "pipeline", *map(str, arguments)]
    told = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=True)
    unit = 1024.0 if sys.platform != "darwin" else 1024.0**2
    return int(told.stdout) * 1024.0 / 1024.0 / unit
