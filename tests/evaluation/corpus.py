"""Any corpus of clean speech and of noise, by path; and mixtures of the two with known truth.

A folder may hold an ``index.csv`` with the columns ``file``, ``kind`` (``clean``, ``noise``) and ``speaker``; without
one every file in it counts, and the name up to the first ``_`` or ``-`` is the speaker.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipeline.codec import read
from pipeline.dsp.speech_level import active_speech_level_dbfs
from pipeline.errors import DecodeError
from pipeline.sources import find_sources

Float = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Clip:
    """One file of a corpus."""

    path: Path
    speaker: str


@dataclass(frozen=True)
class Mixture:
    """Clean speech and the same with noise at a known SNR (active speech level over mean noise power)."""

    clean: Float
    noisy: Float
    rate: int
    snr_db: float
    name: str
    noise: str


def clips(folder: Path, kind: str, longest_s: float = 30.0) -> list[Clip]:
    """Return the folder's files of one kind, by name."""
    index = folder / "index.csv"
    if index.is_file():
        with index.open(encoding="utf-8", newline="") as opened:
            rows = [row for row in csv.DictReader(opened) if row["kind"] == kind]
        found = [
            Clip(folder / row["file"], row.get("speaker") or row["file"])
            for row in rows
            if float(row["seconds"]) <= longest_s or kind != "clean"
        ]
        return sorted(found, key=lambda clip: clip.path.name)
    return [Clip(source.file, re.split("[_-]", source.file.name)[0]) for source in find_sources([folder])]


def half(found: list[Clip], which: int | None) -> list[Clip]:
    """Return the clips of every other speaker: 0 to choose on, 1 to report, None for all."""
    speakers = sorted({clip.speaker for clip in found})
    return [clip for clip in found if which is None or speakers.index(clip.speaker) % 2 == which]


def mixtures(speech: list[Clip], noises: list[Clip], snrs_db: tuple[float, ...], seed: int = 1) -> Iterator[Mixture]:
    """Yield every clip at every SNR, each with a noise drawn at random."""
    import librosa

    rng = np.random.default_rng(seed)
    for clip in speech:
        try:
            clean = read(clip.path).audio
        except DecodeError:
            continue
        wave = clean.wave[0] - clean.wave.mean()
        level = active_speech_level_dbfs(wave, clean.sample_rate_hz)
        for snr_db in snrs_db:
            noise = noises[rng.integers(len(noises))]
            sound = read(noise.path).audio
            other = librosa.resample(sound.wave[0], orig_sr=sound.sample_rate_hz, target_sr=clean.sample_rate_hz)
            piece = _piece(other - other.mean(), wave.size, rng)
            power = float(np.mean(np.square(piece, dtype=np.float64)))
            if level is None or power < 1e-12:
                continue
            gain = np.sqrt(10.0 ** ((level[0] - snr_db) / 10.0) / power)
            noisy = (wave + gain * piece).astype(np.float32)
            yield Mixture(wave, noisy, clean.sample_rate_hz, snr_db, clip.path.name, noise.path.name)


def _piece(noise: Float, length: int, rng: np.random.Generator) -> Float:
    """Return a stretch of the noise, repeated where it is too short."""
    repeated = np.tile(noise, length // noise.size + 2)
    start = rng.integers(repeated.size - length)
    return repeated[start : start + length]
