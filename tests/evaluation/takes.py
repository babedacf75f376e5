"""Takes to damage: a speaker's clean clips joined to about ten seconds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from pipeline.analysis import Analysis
from pipeline.audio import Audio
from pipeline.codec import read
from tests.evaluation.corpus import Clip, Float

LEAST_S, MOST_S = 5.0, 10.0
"""PESQ is meant for 6 to 20 s."""

OWN_SNR_DB = 25.0
"""A reference with more noise of its own than this is no reference: PESQ would call its noise perfect."""


@dataclass(frozen=True)
class Take:
    """Clean speech of one person."""

    wave: Float
    rate: int
    speaker: str


def takes(found: Sequence[Clip], per_speaker: int = 2) -> list[Take]:
    """Return up to `per_speaker` takes of each speaker, joined from neighbouring clips of one rate."""
    made = []
    for speaker, group in groupby(sorted(found, key=lambda clip: (clip.speaker, clip.path.name)), lambda c: c.speaker):
        sounds = [read(clip.path).audio for clip in group]
        rate = max(sound.sample_rate_hz for sound in sounds)
        joined = np.concatenate([sound.wave[0] for sound in sounds if sound.sample_rate_hz == rate])
        made += [Take(piece, rate, speaker) for piece in _pieces(joined, rate)[:per_speaker] if _is_clean(piece, rate)]
    return made


def joined(found: Sequence[Clip], longest_s: float, left_out: tuple[str, ...] = ()) -> Iterator[Take]:
    """Yield the clips of each speaker's highest rate as one take; not of those whose names begin so."""
    for speaker, group in groupby(sorted(found, key=lambda clip: (clip.speaker, clip.path.name)), lambda c: c.speaker):
        if not speaker.startswith(left_out):
            sounds = [read(clip.path).audio for clip in group]
            rate = max(sound.sample_rate_hz for sound in sounds)
            waves = [sound.wave[0] - sound.wave[0].mean() for sound in sounds if sound.sample_rate_hz == rate]
            yield Take(np.concatenate(waves)[: round(longest_s * rate)].astype(np.float32), rate, speaker)


def looked_at(take: Take) -> Analysis:
    """Return what is to be seen in a take."""
    return Analysis(Audio(take.wave[None, :], take.rate))


def _pieces(wave: Float, rate: int) -> list[Float]:
    count = max(1, round(wave.size / rate / MOST_S))
    pieces = [piece[: round(MOST_S * rate)] - piece.mean() for piece in np.array_split(wave, count)]
    return [piece.astype(np.float32) for piece in pieces if piece.size >= LEAST_S * rate]


def _is_clean(wave: Float, rate: int) -> bool:
    snr_db = Analysis(Audio(wave[None, :], rate)).snr_db
    return snr_db is not None and snr_db >= OWN_SNR_DB
