"""What the tests of submitting share: tiny clips, records of them, and voices."""

from __future__ import annotations

import hashlib
import math
import struct
import wave
from pathlib import Path

from pipeline.records import Output, Record, Status, Step
from pipeline.service import Stop, Voice


class FastStop(Stop):
    """Waits that are noted and not waited for; the clock goes on by them."""

    def __init__(self) -> None:
        super().__init__()
        self.slept: list[float] = []

    def now_s(self) -> float:
        return super().now_s() + sum(self.slept)

    def sleep(self, wait_s: float) -> None:
        self.slept.append(round(wait_s, 1))
        super().sleep(0)


KEY = "sk-very-secret-0123456789"
CONSENT = "Mia agreed by mail on 2026-05-01"


def write_wav(path: Path, seed: int = 1, duration_s: float = 0.2, rate_hz: int = 16_000) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    count = int(duration_s * rate_hz)
    samples = [int(9_000 * math.sin(seed * 0.01 * n)) for n in range(count)]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(struct.pack(f"<{count}h", *samples))
    return path


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def record(
    out: Path, path: str, status: Status = Status.ACCEPTED, seed: int = 1, duration_s: float = 0.2, **more: object
) -> Record:
    """Write a clip and return its record."""
    clip = write_wav(out / "clips" / f"{path}.wav", seed, duration_s)
    output = Output(
        path=f"clips/{path}.wav",
        sha256=digest(clip),
        sample_rate_hz=16_000,
        channels=1,
        subtype="PCM_16",
        duration_s=0.2,
    )
    return Record(path=path, status=status, output=output, **more)


def records(out: Path, count: int) -> list[Record]:
    return [record(out, f"take{number}.mp3", seed=number) for number in range(1, count + 1)]


def voices(some: list[Record]) -> dict[str, Voice]:
    return {entry.path: Voice(name=f"Voice {entry.path}", gender="female", consent=CONSENT) for entry in some}


def denoised(kept: bool = True) -> Step:
    return Step(name="denoise", kept=kept)
