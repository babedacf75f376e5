"""How light grading is: ``python -m tests.benchmarks.grading`` prints each metric's time for 60 s of 44.1 kHz mono.

Each metric is taken from an analysis that already holds what the metrics before it asked for, as in a run. Times are
of the processor, not of the clock; the target for all together, warm, on one core, is 250 times real time. Set
``OMP_NUM_THREADS=1``.
"""

from __future__ import annotations

import time

import numpy as np

from pipeline.analysis import Analysis
from pipeline.metrics import METRICS
from tests.signals import audio, in_room, voice

SECONDS, RATE, ROUNDS = 60.0, 44100, 5


def timed(sound_s: float = SECONDS, rate: int = RATE) -> dict[str, float]:
    """Return each metric's best time over `ROUNDS`, the first (cold) one left out."""
    sound = audio(in_room(voice(sound_s, rate)), rate)
    best = dict.fromkeys(METRICS, np.inf)
    for warm in [False] + [True] * ROUNDS:
        analysis = Analysis(sound)
        for name, metric in METRICS.items():
            start = time.process_time()
            metric.measure(analysis)
            spent = time.process_time() - start
            best[name] = min(best[name], spent) if warm else np.inf
    return best


def main() -> None:
    """Print the table."""
    times = timed()
    for name, spent in sorted(times.items(), key=lambda pair: -pair[1]):
        print(f"{name:28s} {1000.0 * spent:8.1f} ms")
    total = sum(times.values())
    print(f"{'all together':28s} {1000.0 * total:8.1f} ms: {SECONDS / total:.0f} times real time")


if __name__ == "__main__":
    main()
