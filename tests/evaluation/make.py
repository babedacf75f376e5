"""Make damaged clips with known truth: ``python -m tests.evaluation.make DIR --speech S --noise N --responses R``.

Takes clean speech, noise and room responses from folders, and writes to DIR one float WAV a clip and ``truth.csv``.
``--half 0`` makes clips to choose on, ``--half 1`` clips to report on: no speaker, noise or response is in both.
Needs the extra ``evaluation``; ``--dnsmos`` adds what that network says, for comparison.
"""

from __future__ import annotations

import argparse
import csv
import zlib
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np

from pipeline.codec import read
from tests.evaluation.corpus import Clip, Float, clips, half
from tests.evaluation.damages import DAMAGES, Rng, Stock
from tests.evaluation.takes import Take, takes
from tests.evaluation.truth import dnsmos, pesq_wideband, stoi

FIELDS = ("file", "damage", "amount", "speaker", "pesq", "stoi", "dnsmos")
ROOMS = 10


def clean_name(name: str) -> str:
    """Return the name of a take's undamaged file; damaged ones begin with the same name."""
    return f"{name} clean.wav"


def _write(path: Path, wave: Float, rate: int) -> None:
    import soundfile

    soundfile.write(path, wave, rate, subtype="FLOAT")


def stock_of(noises: list[Clip], responses: list[Clip], others: list[Take], seed: int) -> Stock:
    """Return what damages are made with: recorded responses and as many made ones as `ROOMS`."""
    rng = np.random.default_rng(seed)
    recorded = [_sound(clip) for clip in responses]
    return Stock([_sound(clip) for clip in noises], recorded + [made_room(rng) for _ in range(ROOMS)], others)


def made_room(rng: Rng, rate: int = 16000) -> tuple[Float, int]:
    """Return a response with an exponential decay of 0.15 to 1.2 s (RT60), 3 to 40 ms after the direct sound."""
    rt60_s, gap_s = rng.uniform(0.15, 1.2), rng.uniform(0.003, 0.04)
    at = np.arange(round(rt60_s * rate)) / rate
    tail = rng.standard_normal(at.size) * 10.0 ** (-3.0 * at / rt60_s) * (at > gap_s)
    tail *= 10.0 ** (rng.uniform(-6.0, 6.0) / 20.0) / np.sqrt(np.sum(tail**2))
    tail[0] = 1.0
    return tail.astype(np.float32), rate


def _sound(clip: Clip) -> tuple[Float, int]:
    audio = read(clip.path).audio
    return np.array(audio.wave[0]), audio.sample_rate_hz


def rows_of(
    take: Take, stock: Stock, folder: Path, name: str, every: int, with_dnsmos: bool
) -> list[dict[str, object]]:
    """Do every damage to one take, write the clips and the clean one, return the damaged ones' rows."""
    _write(folder / clean_name(name), take.wave, take.rate)
    return [
        _row(take, wave, damage, amount, folder, name, with_dnsmos)
        for damage, amount, wave in _damaged(take, stock, name, every)
    ]


def _damaged(take: Take, stock: Stock, name: str, every: int) -> Iterator[tuple[str, float, Float]]:
    for damage, (apply, amounts) in DAMAGES.items():
        offset = zlib.crc32(f"{name} {damage}".encode())
        for amount in amounts[offset % every :: every]:
            rng = np.random.default_rng(zlib.crc32(f"{name} {damage} {amount}".encode()))
            yield damage, amount, apply(take, amount, rng, stock)


def _row(
    take: Take, wave: Float, damage: str, amount: float, folder: Path, name: str, with_dnsmos: bool
) -> dict[str, object]:
    file = f"{name} {damage} {amount:g}.wav"
    _write(folder / file, wave, take.rate)
    return {
        "file": file,
        "damage": damage,
        "amount": amount,
        "speaker": take.speaker,
        "pesq": round(pesq_wideband(take.wave, wave, take.rate), 4),
        "stoi": round(stoi(take.wave, wave, take.rate), 4),
        "dnsmos": round(dnsmos(wave, take.rate), 4) if with_dnsmos else "",
    }


def main() -> None:
    """Make the clips."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    for name in ("speech", "noise", "responses"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--half", type=int, choices=(0, 1))
    parser.add_argument("--every", type=int, default=2, help="take every so manieth amount of a damage for a take")
    parser.add_argument("--dnsmos", action="store_true", help="slow; needs the package speechmos")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    made = takes(half(clips(options.speech, "clean"), options.half))
    noises = half(clips(options.noise, "noise"), options.half)
    stock = stock_of(noises, half(clips(options.responses, "rir"), options.half), made, options.half or 0)
    names = [f"{index:03d} {take.speaker.replace(':', '-').replace('/', '-')}" for index, take in enumerate(made)]
    work = partial(rows_of, stock=stock, folder=options.folder, every=options.every, with_dnsmos=options.dnsmos)
    with (
        ProcessPoolExecutor(options.jobs) as pool,
        (options.folder / "truth.csv").open("w", encoding="utf-8", newline="") as opened,
    ):
        table = csv.DictWriter(opened, FIELDS)
        table.writeheader()
        for done, future in enumerate(
            [pool.submit(work, take, name=name) for take, name in zip(made, names, strict=True)], 1
        ):
            table.writerows(future.result())
            opened.flush()
            print(f"{done} of {len(made)} takes", flush=True)


if __name__ == "__main__":
    main()
