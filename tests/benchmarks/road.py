"""The whole road beside others, in one run: ``python -m tests.benchmarks.road``.

Prints the table of the README. Everything is measured in this very run, one after the other on the same files, so that
the ratios hold on any machine; ``--quick`` leaves out what takes minutes.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before numpy counts the cores

from pipeline import load_profile, process_file
from pipeline.engine.journal import read_records
from tests.benchmarks.contenders import ffmpeg_chain, floor, plain_script
from tests.benchmarks.inputs import many, mp3, wav
from tests.benchmarks.timing import best_s, command_s, peak_mb

SECONDS = 60.0
Row = tuple[str, float, str]


def warm(folder: Path, rounds: int) -> Iterator[Row]:
    """Yield what a warm worker on one core does with a minute of MP3, beside what others do."""
    source, plan = mp3(folder / "minute.mp3", SECONDS), load_profile()
    actions: dict[str, Callable[[], object]] = {
        "the floor: decode, one transform and its inverse, loudness, write": lambda: floor(source, folder),
        "**voiceprep**, graded before and after, denoised": lambda: process_file(plan, source, folder),
        "the same with pictures and sound for the report": lambda: process_file(plan, source, folder, preview=True),
        "ffmpeg `silenceremove,afftdn,loudnorm`, whole process": lambda: ffmpeg_chain(source, folder),
        "librosa, noisereduce, pyloudnorm, pydub in a script": lambda: plain_script(source, folder),
    }
    for action in actions.values():
        action()  # imports, tables, caches
    for name, action in actions.items():
        spent_s = best_s(action, rounds)
        yield name, spent_s, f"{SECONDS / spent_s:.0f} x real time"


def cold(folder: Path, rounds: int) -> Iterator[Row]:
    """Yield what a person waits for: whole processes."""
    half, minute = wav(folder / "half.wav", 30.0), mp3(folder / "cold.mp3", SECONDS)
    yield "`voiceprep --help`", command_s("--help", rounds=rounds), ""
    yield "`voiceprep check`, 30 s of WAV", command_s("check", half, rounds=rounds), ""
    yield "`voiceprep run`, 60 s of MP3", fresh_run_s(folder, minute, rounds), ""
    yield "ffmpeg's chain on that", best_s(lambda: ffmpeg_chain(minute, folder), rounds), ""


def fresh_run_s(folder: Path, source: Path, rounds: int) -> float:
    """Return the shortest run into a new folder."""
    spent = [command_s("run", source, "-o", folder / f"fresh{number}", rounds=1) for number in range(rounds)]
    return min(spent)


def memory(folder: Path) -> Iterator[Row]:
    """Yield the peak of the largest process."""
    stereo = wav(folder / "stereo.wav", 180.0, 48_000, channels=2)
    yield (
        "peak memory, 3 minutes of stereo at 48 kHz",
        peak_mb("run", stereo, "-o", folder / "stereo", "--jobs", "1"),
        "MB",
    )
    for count in (1, 50):
        takes = many(folder / f"memory{count}", count, 10.0)
        peak = peak_mb("run", takes, "-o", folder / f"grown{count}", "--jobs", "1", "--no-report")
        yield f"peak memory, {count} takes of 10 s", peak, "MB"


def length(folder: Path) -> Iterator[Row]:
    """Yield how the time grows with the length of a take."""
    plan = load_profile()
    for seconds in (10.0, 60.0, 170.0):
        source = mp3(folder / f"long{seconds:g}.mp3", seconds)
        spent_s = best_s(lambda source=source: process_file(plan, source, folder), 2)
        yield f"a take of {seconds:g} s", spent_s, f"{seconds / spent_s:.0f} x real time"


def cores(folder: Path, count: int) -> Iterator[Row]:
    """Yield how two workers do beside one, and what a second run costs."""
    takes = many(folder / "takes", count, 20.0)
    spent = {}
    for jobs in (1, 2):
        out = folder / f"jobs{jobs}"
        spent[jobs] = command_s("run", takes, "-o", out, "--jobs", str(jobs), "--no-report", rounds=1)
        yield f"{count} takes of 20 s, {jobs} worker{'s' * (jobs - 1)}", spent[jobs], ""
    assert len(read_records(folder / "jobs2")) == count
    yield "two workers over one", spent[1] / spent[2], "times"
    again = command_s("run", takes, "-o", folder / "jobs2", "--no-report", rounds=1)
    yield f"the same {count} again, nothing to do", again, ""


def show(title: str, rows: Iterator[Row]) -> dict[str, float]:
    """Print rows of the table as they are measured; return their numbers."""
    print(f"| {title} | | |\n|---|---|---|")
    numbers = {}
    for name, number, more in rows:
        unit = f"{number:.0f} MB" if more == "MB" else f"{number:.2f} x" if more == "times" else f"{number:.2f} s"
        print(f"| {name} | {unit} | {more if more not in {'MB', 'times'} else ''} |", flush=True)
        numbers[name] = number
    print()
    return numbers


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only the road, warm and cold")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--takes", type=int, default=200)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        road = show("60 s of 44.1 kHz MP3, one core, warm", warm(folder, options.rounds))
        least, ours, _, ffmpeg, script = road.values()
        print(f"ffmpeg's chain takes {ffmpeg / ours:.1f} x as long as ours, the script {script / ours:.1f} x; ")
        print(f"ours takes {ours / least:.1f} x as long as the floor.\n")
        show("whole processes, cold", cold(folder, options.rounds))
        if not options.quick:
            show("length", length(folder))
            show("memory", memory(folder))
            show("cores", cores(folder, options.takes))


if __name__ == "__main__":
    main()
