"""Sound to listen to in a browser: what came in, as loud as what comes out."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipeline.dsp.frames import Float
from pipeline.errors import EncodeError

HEADROOM_DB = 0.1
"""What stays free under full scale: rounding to 16 bits must not clip."""

PLAYS_HZ = 48_000
"""Browsers play higher rates too, but not all of them; nothing of a voice lies above 24 kHz."""


Sixteen = npt.NDArray[np.int16]

FULL = 32_767.0
_BLOCK = 1 << 16


def matching_gain_db(loudness_lufs: float | None, wanted_lufs: float | None, peak_dbfs: float) -> float:
    """Return the gain that brings a sound to the wanted loudness, as far as its peak allows; 0 where it has none."""
    if loudness_lufs is None or wanted_lufs is None:
        return 0.0
    return min(wanted_lufs - loudness_lufs, -peak_dbfs - HEADROOM_DB)


def peak(mono: Float) -> float:
    """Return the highest magnitude of a sample, never nothing: digital silence has -200 dBFS."""
    return max(1e-10, float(mono.max()), -float(mono.min()))


def peak_dbfs(mono: Float) -> float:
    """Return the highest magnitude of a sample in dBFS."""
    return 20.0 * math.log10(peak(mono))


def sixteen_bits(mono: Float | Sixteen, factor: float) -> Iterator[Sixteen]:
    """Yield a wave times a factor as whole numbers, a second or two at a time."""
    for start in range(0, mono.size, _BLOCK):
        louder = np.multiply(mono[start : start + _BLOCK], np.float32(factor), dtype=np.float32)
        yield np.rint(louder, out=louder).astype(np.int16)


def write_flac(mono: Float | Sixteen, sample_rate_hz: int, factor: float, file: Path) -> None:
    """Write a wave as mono FLAC, times a factor that makes it numbers of 16 bits.

    It is written to a temporary name and renamed.

    Raises
    ------
    EncodeError
        If it cannot be written.
    """
    import soundfile

    temporary = file.with_name(f".{file.name}.tmp")
    wave, rate_hz = _playable(mono, sample_rate_hz), min(PLAYS_HZ, sample_rate_hz)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with soundfile.SoundFile(temporary, "w", rate_hz, 1, "PCM_16", format="FLAC") as opened:
            for block in sixteen_bits(wave, factor):
                opened.write(block)
        temporary.replace(file)
    except (OSError, soundfile.SoundFileError) as error:
        raise EncodeError(f"The sound for the report ({file.name}) cannot be written: {error}.") from error


def _playable(wave: Float | Sixteen, sample_rate_hz: int) -> Float | Sixteen:
    if sample_rate_hz <= PLAYS_HZ:
        return wave
    import soxr

    return np.asarray(soxr.resample(wave.astype(np.float32), sample_rate_hz, PLAYS_HZ))


def small_mp3(file: Path) -> bytes:
    """Return a sound as MP3, for a page that holds all it shows. Raises EncodeError if the file cannot be read."""
    import soundfile

    coded = io.BytesIO()
    try:
        wave, sample_rate_hz = soundfile.read(file, dtype="float32")
        soundfile.write(coded, wave, sample_rate_hz, "MPEG_LAYER_III", format="MP3")
    except (OSError, soundfile.SoundFileError) as error:
        raise EncodeError(f"{file.name} cannot be put into the report: {error}.") from error
    return coded.getvalue()
