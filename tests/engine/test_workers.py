"""What workers import before there is anything to do is all that a recording asks for."""

import subprocess
import sys

from tests.kernels import needs_compiled

PROGRAM = """
import sys
from importlib import import_module
from pipeline.engine.workers import RUN_NEEDS, SHARED
for name in (*SHARED, *RUN_NEEDS):
    import_module(name)
from pipeline import load_profile, process_file
plan, before = load_profile(), set(sys.modules)
record = process_file(plan, "samples/damaged/fan-noise.mp3", sys.argv[1], preview=True)
assert record.error is None, record.error
assert any(step.name == "denoise" and step.kept for step in record.steps)
print(*sorted(name for name in set(sys.modules) - before if name.partition(".")[0] in ("numpy", "scipy", "PIL")))
print("scipy" in sys.modules)
"""


@needs_compiled
def test_workers_are_ready_without_scipy(tmp_path):
    run = subprocess.run([sys.executable, "-c", PROGRAM, str(tmp_path)], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines() == ["", "False"]
