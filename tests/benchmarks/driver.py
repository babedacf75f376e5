"""What the driver does for each file while workers do the rest: ``python -m tests.benchmarks.driver``.

However many machines there are, the records come together in one process. What it spends on each, and what it holds of
each, says how many workers it can feed and how many files one run can have. ``--write`` puts the table into the page
on scale.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

from pipeline import load_profile, run
from pipeline.engine import Engine
from pipeline.engine.journal import JOURNAL
from tests.benchmarks.inputs import many
from tests.benchmarks.pages import SCALE, Row, Tables

SECONDS = 0.3
"""Of each take: next to nothing for the workers."""


def driven(folder: Path, count: int, engine: Engine) -> Iterator[Row]:
    """Yield what so many files cost this process, the first time and again."""
    takes, out, plan = many(folder / f"takes{count}", count, SECONDS), folder / f"out{count}", load_profile()
    for which in ("first run", "again"):
        wall_s, cpu_s = time.perf_counter(), time.process_time()
        run(plan, [takes], out, preview=False, engine=engine)
        cpu_s, wall_s = time.process_time() - cpu_s, time.perf_counter() - wall_s
        more = f"of this process a file; {1000.0 * wall_s / count:.2f} ms in all"
        yield Row(f"{count} files, {which}", 1000.0 * cpu_s / count, more, "ms")
    yield Row(f"{count} files, journal", (out / JOURNAL).stat().st_size / count / 1000.0, "a file", "kB")
    yield Row(f"{count} files, peak so far", _peak_mb(), unit="MB")


def _peak_mb() -> float:
    unit = 1024.0 if sys.platform != "darwin" else 1.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, nargs="+", default=[200, 2000, 20_000])
    parser.add_argument("--engine", type=Engine, default=Engine.LOCAL, choices=list(Engine))
    parser.add_argument("--write", action="store_true", help="put the table into the page on scale")
    options = parser.parse_args()
    tables = Tables()
    with tempfile.TemporaryDirectory() as name:
        every = (driven(Path(name), count, options.engine) for count in options.files)
        tables.show(f"the driver, engine {options.engine}", chain.from_iterable(every))
    if options.write:
        SCALE.put("driver", tables.text())


if __name__ == "__main__":
    main()
