"""Sound to listen to in a browser: what came in, as loud as what comes out."""

from __future__ import annotations

import io
import math
from pathlib import Path

import numpy as np

from pipeline.dsp.frames import Float
from pipeline.errors import EncodeError

HEADROOM_DB = 0.1
"""What stays free under full scale: rounding to 16 bits must not clip."""

PLAYS_HZ = 48_000
"""Browsers play higher rates too, but not all of them; nothing of a voice lies above 24 kHz."""


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


def write_flac(mono: Float, sample_rate_hz: int, gain_db: float, file: Path) -> None:
    """Write a wave as mono FLAC, louder or softer by a gain. It is written to a temporary name and renamed.

    Raises
    ------
    EncodeError
        If it cannot be written.
    """
    import soundfile

    wave = mono * np.float32(10.0 ** (gain_db / 20.0))
    temporary = file.with_name(f".{file.name}.tmp")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        rate = min(PLAYS_HZ, sample_rate_hz)
        soundfile.write(temporary, _playable(wave, sample_rate_hz), rate, "PCM_16", format="FLAC")
        temporary.replace(file)
    except (OSError, soundfile.SoundFileError) as error:
        raise EncodeError(f"The sound for the report ({file.name}) cannot be written: {error}.") from error


def _playable(wave: Float, sample_rate_hz: int) -> Float:
    if sample_rate_hz <= PLAYS_HZ:
        return wave
    import soxr

    return np.asarray(soxr.resample(wave, sample_rate_hz, PLAYS_HZ), dtype=np.float32)


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
