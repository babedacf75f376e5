"""Recordings that tests make: a sine of known level in every kind of file, and files that lie."""

from __future__ import annotations

import struct
import subprocess
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
from imageio_ffmpeg import get_ffmpeg_exe

RATE = 16000
TONE_HZ, AMPLITUDE = 440.0, 0.5


def tone(
    seconds: float = 1.0, rate: int = RATE, channels: int = 1, amplitude: float = AMPLITUDE
) -> npt.NDArray[np.float64]:
    at = np.arange(round(seconds * rate)) / rate
    one = amplitude * np.sin(2.0 * np.pi * TONE_HZ * at)
    return np.repeat(one[:, None], channels, axis=1)


def write(path: Path, wave: npt.NDArray[np.float64], rate: int = RATE, **kind: str) -> Path:
    soundfile.write(path, wave, rate, **kind)
    return path


def transcode(source: Path, target: Path, *options: str) -> Path:
    """Make a file of another kind with the ffmpeg that we carry: a machine's own may know fewer encoders."""
    command = [get_ffmpeg_exe(), "-nostdin", "-loglevel", "error", "-y", "-i", str(source), *options, str(target)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return target


def wav_bytes(
    samples: npt.NDArray[np.int16],
    rate: int = RATE,
    channels: int = 1,
    data_size: int | None = None,
    block_align: int | None = None,
    tag: int = 1,
) -> bytes:
    """A 16-bit WAV whose header says what it is told to say."""
    data = samples.astype("<i2").tobytes()
    size = len(data) if data_size is None else data_size
    align = (2 * channels if block_align is None else block_align) & 0xFFFF
    form = struct.pack("<HHIIHH", tag, channels, rate, rate * 2 * channels & 0xFFFFFFFF, align, 16)
    riff = min(36 + size, 0xFFFFFFFF)
    return (
        b"RIFF"
        + struct.pack("<I", riff)
        + b"WAVEfmt "
        + struct.pack("<I", 16)
        + form
        + b"data"
        + struct.pack("<I", size)
        + data
    )


def level_of(wave: npt.NDArray[np.float32], rate: int) -> float:
    """Amplitude of the tone, by projection, on the middle half: an encoder's padding moves and fades the ends."""
    middle = wave[wave.size // 4 : 3 * wave.size // 4].astype(np.float64)
    turning = np.exp(-2j * np.pi * TONE_HZ * np.arange(middle.size) / rate) * np.hanning(middle.size)
    return float(2.0 * abs(np.dot(middle, turning)) / np.hanning(middle.size).sum())
