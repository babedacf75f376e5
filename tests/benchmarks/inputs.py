"""What is measured on: a minute of a made voice in noise, so that every stage has work, as people send it."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import soundfile

from tests.signals import in_room, voice

RATE_HZ, NOISE_DBFS = 44_100, -45.0
"""20 to 25 dB under the voice: denoising is on."""


def take(seconds: float, rate_hz: int = RATE_HZ, seed: int = 7) -> np.ndarray:
    """Return a voice in steady noise, with a little rumble, float32 of shape (samples,)."""
    time_s = np.arange(round(seconds * rate_hz)) / rate_hz
    rumble = 0.02 * np.sin(2.0 * np.pi * 17.0 * time_s)
    return (in_room(voice(seconds, rate_hz, seed), NOISE_DBFS) + rumble.astype(np.float32)).astype(np.float32)


def mp3(file: Path, seconds: float) -> Path:
    """Write a take as MP3, mono, 44.1 kHz."""
    soundfile.write(file, take(seconds), RATE_HZ, "MPEG_LAYER_III", format="MP3")
    return file


def long_mp3(file: Path, seconds: float) -> Path:
    """Write a minute of a take over and over, as MP3."""
    minute = take(min(60.0, seconds))
    with soundfile.SoundFile(file, "w", RATE_HZ, 1, "MPEG_LAYER_III", format="MP3") as opened:
        for _ in range(max(1, round(seconds / 60.0))):
            opened.write(minute)
    return file


def wav(file: Path, seconds: float, rate_hz: int = RATE_HZ, channels: int = 1) -> Path:
    """Write a take as WAV of 16 bits."""
    soundfile.write(file, np.repeat(take(seconds, rate_hz)[:, None], channels, axis=1), rate_hz, "PCM_16")
    return file


def many(folder: Path, count: int, seconds: float) -> Path:
    """Write a folder of so many takes, each a copy of one."""
    folder.mkdir(parents=True)
    first = wav(folder / "000000.wav", seconds)
    for number in range(1, count):
        shutil.copyfile(first, folder / f"{number:06d}.wav")
    return folder
