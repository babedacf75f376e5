"""The project's own samples as waves at one rate, for tests that need words rather than signals."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np

from pipeline.codec import read
from tests.signals import Float

SAMPLES = Path(__file__).parent.parent / "samples"
RATE = 16_000


@lru_cache(maxsize=8)
def recording(name: str) -> Float:
    """Return one of ``samples/`` at 16000 Hz, read-only."""
    import librosa

    audio = read(SAMPLES / name).audio
    wave = librosa.resample(audio.wave[0], orig_sr=audio.sample_rate_hz, target_sr=RATE).astype(np.float32)
    wave.flags.writeable = False
    return wave


def woman() -> Float:
    return recording("mia/harbour.flac")


def man() -> Float:
    return recording("jonas/FOLGE-2.WAV")


def clips(wave: Float, seconds: float, count: int) -> list[Float]:
    """Return so many pieces, cut at quiet points about so long apart."""
    power = np.convolve(wave.astype(np.float64) ** 2, np.ones(480) / 480, "same")
    made, at = [], 0
    for _ in range(count):
        first, last = at + round(0.75 * seconds * RATE), at + round(1.25 * seconds * RATE)
        stop = first + int(np.argmin(power[first:last]))
        made.append(wave[at:stop])
        at = stop
    return made
