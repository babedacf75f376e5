"""The whole road beside others, in one run: ``python -m tests.benchmarks.road``.

Everything is measured in this very run, one after the other on the same files, so that the ratios hold on any machine.
``--quick`` leaves out what takes minutes; ``--write`` puts the tables into the page on scale beside this file, and the
first of them into the README. Whole processes, their memory and their workers are measured, which is why this is no
suite of pytest-benchmark: it times calls.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before numpy counts the cores

from pipeline import load_profile, process_file, read
from pipeline.engine.heap import keep_freed_memory
from pipeline.engine.journal import read_records
from tests.benchmarks import contenders
from tests.benchmarks.inputs import long_mp3, many, mp3, wav
from tests.benchmarks.pages import README, SCALE, Row, Tables
from tests.benchmarks.timing import best_s, command_s, peak_mb
from tests.kernels import numpy_alone

SECONDS = 60.0
FLOOR, QUICK_FLOOR = "the floor, by numpy and scipy", "the floor, by our compiled loops"
OURS, CHAIN = "**voiceprep**, graded before and after, denoised", "ffmpeg's chain, whole process"
NUMPY = "the same without compiled loops"
PICTURED = "the same with pictures and sound for the report"
DENOISING, STOCK = (
    "our denoising of the wave, spectra and voice activity included",
    "noisereduce as it comes, of the wave",
)


def warm(folder: Path, rounds: int) -> Iterator[Row]:
    """Yield what a warm worker on one core does with a minute of MP3, beside what others do in the same process."""
    keep_freed_memory()  # as workers do
    source, plan = mp3(folder / "minute.mp3", SECONDS), load_profile()
    audio = read(source).audio
    actions: dict[str, Callable[[], object]] = {
        FLOOR: lambda: without_loops(lambda: contenders.floor(source, folder)),
        QUICK_FLOOR: lambda: contenders.floor(source, folder),
        OURS: lambda: process_file(plan, source, folder),
        NUMPY: lambda: without_loops(lambda: process_file(plan, source, folder)),
        PICTURED: lambda: process_file(plan, source, folder, preview=True),
        CHAIN: lambda: contenders.ffmpeg_chain(source, folder),
        "ffmpeg-normalize, whole process": lambda: contenders.ffmpeg_normalize(source, folder),
        "librosa, noisereduce, pyloudnorm, pydub in a script": lambda: contenders.plain_script(source, folder),
        DENOISING: lambda: contenders.own_denoising(audio),
        STOCK: lambda: contenders.stock_noisereduce(audio),
    }
    for action in actions.values():
        action()  # imports, tables, caches
    for name, action in actions.items():
        spent_s = best_s(action, rounds)
        yield Row(name, spent_s, f"{SECONDS / spent_s:.0f} x real time")


def without_loops(action: Callable[[], object]) -> None:
    """Do it as where nothing was compiled."""
    with numpy_alone():
        action()


def steps(folder: Path, rounds: int) -> Iterator[Row]:
    """Yield how long each step of the road takes."""
    source, plan = mp3(folder / "steps.mp3", SECONDS), load_profile()
    best: dict[str, float] = defaultdict(lambda: float("inf"))
    for _ in range(rounds):
        began: list[tuple[str, float]] = []
        process_file(plan, source, folder, tell=lambda step, *_: began.append((step, time.perf_counter())))  # noqa: B023
        began.append(("", time.perf_counter()))
        names = [
            name if name != "grade" else f"grade {side}" for side, (name, _) in zip(_sides(began), began, strict=True)
        ]
        for name, (_, start_s), (_, stop_s) in zip(names, began, began[1:], strict=False):
            best[name] = min(best[name], stop_s - start_s)
    for name, spent_s in best.items():
        yield Row(name, spent_s, f"{SECONDS / spent_s:.0f} x real time")


def _sides(began: list[tuple[str, float]]) -> list[str]:
    """Return of each step whether it is before the first grading or after."""
    graded = [name == "grade" for name, _ in began]
    return ["before" if sum(graded[: at + 1]) < 2 else "after" for at in range(len(began))]


def cold(folder: Path, rounds: int) -> Iterator[Row]:
    """Yield what a person waits for: whole processes."""
    half, minute = wav(folder / "half.wav", 30.0), mp3(folder / "cold.mp3", SECONDS)
    yield Row("`voiceprep --help`", command_s("--help", rounds=rounds))
    yield Row("`voiceprep check`, 30 s of WAV", command_s("check", half, rounds=rounds))
    yield Row("`voiceprep run`, 60 s of MP3", fresh_run_s(folder, minute, rounds))
    yield Row("the same with --no-report", fresh_run_s(folder, minute, rounds, "--no-report"))
    yield Row("ffmpeg's chain on that", best_s(lambda: contenders.ffmpeg_chain(minute, folder), rounds))


def fresh_run_s(folder: Path, source: Path, rounds: int, *options: str) -> float:
    """Return the shortest run into a new folder."""
    outs = [folder / f"fresh{len(options)}{number}" for number in range(rounds)]
    return min(command_s("run", source, "-o", out, *options, rounds=1) for out in outs)


def memory(folder: Path) -> Iterator[Row]:
    """Yield the peak of the largest process."""
    stereo = wav(folder / "stereo.wav", 180.0, 48_000, channels=2)
    peak = peak_mb("run", stereo, "-o", folder / "stereo", "--jobs", "1")
    yield Row("3 minutes of stereo at 48 kHz", peak, unit="MB")
    for count in (1, 50, 200):
        takes = many(folder / f"memory{count}", count, 10.0)
        peak = peak_mb("run", takes, "-o", folder / f"grown{count}", "--jobs", "1", "--no-report")
        yield Row(f"{count} takes of 10 s", peak, unit="MB")


def long(folder: Path) -> Iterator[Row]:
    """Yield how time and memory grow with the length of a take; of long ones, streamed, the best part is taken."""
    for seconds in (10.0, 60.0, 180.0, 1200.0, 7200.0):
        source = long_mp3(folder / f"long{seconds:g}.mp3", seconds)
        out = folder / f"out{seconds:g}"
        start = time.perf_counter()
        peak = peak_mb("run", source, "-o", out, "--jobs", "1", "--no-report")
        spent_s = time.perf_counter() - start
        more = f"{seconds / spent_s:.0f} x real time, {peak:.0f} MB"
        yield Row(f"a take of {seconds:g} s, whole process", spent_s, more)


def cores(folder: Path, count: int, rounds: int = 3) -> Iterator[Row]:
    """Yield how two workers do beside one, taken by turns and summed, and what a second run costs."""
    takes = many(folder / "takes", count, 20.0)
    spent = {1: 0.0, 2: 0.0}
    for number in range(rounds):
        for jobs in spent:
            out = folder / f"jobs{jobs}{number}"
            command = ("run", takes, "-o", out, "--jobs", str(jobs), "--no-report")
            spent[jobs] += command_s(*command, rounds=1) / rounds
            assert len(read_records(out)) == count
    for jobs, taken_s in spent.items():
        each_ms = 1000.0 * taken_s / count
        yield Row(f"{count} takes of 20 s, {jobs} worker{'s' * (jobs - 1)}", taken_s, f"{each_ms:.0f} ms each")
    yield Row("two workers over one", spent[1] / spent[2], unit="x")
    again = command_s("run", takes, "-o", folder / "jobs20", "--no-report", rounds=1)
    yield Row(f"the same {count} again, nothing to do", again)


def many_files(folder: Path, count: int) -> Iterator[Row]:
    """Yield what a thousandfold of files costs each, all cores at work."""
    for number in (1, 20, count):
        takes, out = many(folder / f"files{number}", number, 5.0), folder / f"many{number}"
        spent = command_s("run", takes, "-o", out, "--no-report", rounds=1)
        yield Row(f"{number} takes of 5 s", spent, f"{1000.0 * spent / number:.0f} ms each")
    again = command_s("run", takes, "-o", out, "--no-report", rounds=1)
    yield Row(f"the same {count} again, nothing to do", again)


def hours(road: dict[str, float]) -> Iterator[Row]:
    """Yield what hours of takes of a minute cost, by what one of them takes with pictures and sound for the report."""
    core_s = road[PICTURED] * 3600.0 / SECONDS
    for count in (1, 1_000, 1_000_000):
        spent_h = count * core_s / 3600.0
        yield Row(f"{count:,} hour{'s' * (count > 1)} of takes", count * core_s, f"{spent_h:,.2f} core hours")


def ratios(road: dict[str, float]) -> str:
    """Return what the targets are about."""
    chain, denoising = road[CHAIN] / road[OURS], road[STOCK] / road[DENOISING]
    floor, quick_floor = road[OURS] / road[FLOOR], road[OURS] / road[QUICK_FLOOR]
    return (
        f"ffmpeg's chain takes {chain:.2f} x as long as ours, which takes {floor:.1f} x as long as the floor by numpy "
        f"and scipy, {quick_floor:.1f} x as long as that by our loops; noisereduce takes {denoising:.1f} x as long as "
        f"our denoising."
    )


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only the road, warm and cold")
    parser.add_argument("--write", action="store_true", help="put the tables into the README and the page on scale")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--takes", type=int, default=200)
    parser.add_argument("--files", type=int, default=2000)
    options = parser.parse_args()
    tables = Tables()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        road = tables.show("60 s of 44.1 kHz MP3, one core, warm", warm(folder, options.rounds))
        tables.say(ratios(road))
        first = tables.text()
        tables.show("what hours cost", hours(road))
        tables.show("of these, each step", steps(folder, options.rounds))
        tables.show("whole processes, cold", cold(folder, options.rounds))
        if not options.quick:
            tables.show("growth with length", long(folder))
            tables.show("peak memory of the largest process", memory(folder))
            tables.show("cores", cores(folder, options.takes))
            tables.show("growth with files", many_files(folder, options.files))
    if options.write:
        README.put("road", first)
        SCALE.put("road", tables.text())


if __name__ == "__main__":
    main()
