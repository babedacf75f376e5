"""What a worker frees it has for its next take: the system is not asked for pages again."""

import ctypes
import subprocess
import sys

import pytest

PROGRAM = """
import resource, sys
import numpy as np
from pipeline.engine.heap import keep_freed_memory
if sys.argv[1:]:
    keep_freed_memory()

def take():
    held = [np.ones(3_000_000, dtype=np.float32) for _ in range(4)]

for _ in range(3):
    take()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(5):
    take()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def faults(*options: str) -> int:
    run = subprocess.run([sys.executable, "-c", PROGRAM, *options], capture_output=True, text=True, check=True)
    return int(run.stdout)


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallopt"), reason="another C library")
def test_pages_are_asked_for_once():
    """Five times 48 MB are 58,600 pages of 4 kB, all of them asked for anew by an allocator that gives them back."""
    assert faults("kept") < 100
    assert faults() > 1000
