"""The parts of a selected sample: matched in level, joined in pauses, and where each second of it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pipeline.analysis import Analysis
from pipeline.audio import Audio
from pipeline.dsp.joining import FADE_S, joined
from pipeline.selection.likeness import UNLIKE, pair_unlikeness

MOST_GAIN_DB = 12.0
"""Levels are matched by so much at most: a part that is farther off is of somebody far off."""

FLOORS_APART_DB, SILENT_SNR_DB = 8.0, 45.0
"""Noise floors of neighbours, at matched levels, differ by so much at most, or a join would be heard as a change of
room; under a voice of `SILENT_SNR_DB` and more no floor is heard at all."""

MapEntry = list[float | str]
"""``[output_start_s, source_path, source_start_s, length_s]``."""


@dataclass(frozen=True)
class Part:
    """A stretch of one source, mono; it begins and ends in room tone."""

    path: str
    start_s: float
    audio: Audio

    @cached_property
    def analysis(self) -> Analysis:
        """Of its wave."""
        return Analysis(self.audio)

    def fits(self, other: Part) -> bool:
        """Say whether the two can be joined without being heard: by voice, level and noise floor."""
        prints = (self.analysis.voiceprint, other.analysis.voiceprint)
        if prints[0] is None or prints[1] is None or pair_unlikeness(prints[0], prints[1]) >= UNLIKE:
            return False
        levels = (self.analysis.speech_level_dbfs, other.analysis.speech_level_dbfs)
        snrs = (self.analysis.snr_db, other.analysis.snr_db)
        if None in {*levels, *snrs}:
            return False
        heard_db = [min(snr, SILENT_SNR_DB) for snr in snrs if snr is not None]
        near = [level for level in levels if level is not None]
        return abs(heard_db[0] - heard_db[1]) <= FLOORS_APART_DB and abs(near[0] - near[1]) <= MOST_GAIN_DB


def assembled(parts: Sequence[Part]) -> tuple[Audio, list[MapEntry], list[float]]:
    """Return the parts as one wave, its map, and the gain that each part got in dB.

    Parameters
    ----------
    parts : sequence of Part
        In the order of the output, of one sample rate.
    """
    rate = parts[0].audio.sample_rate_hz
    gains_db = _gains_db(parts)
    waves = [part.audio.wave[0] * np.float32(10.0 ** (gain / 20.0)) for part, gain in zip(parts, gains_db, strict=True)]
    wave, starts = joined(waves, rate)
    edges = [0, *(start + round(FADE_S * rate) // 2 for start in starts[1:]), wave.size]
    entries: list[MapEntry] = []
    for part, start, first, last in zip(parts, starts, edges[:-1], edges[1:], strict=True):
        source_s = part.start_s + (first - start) / rate
        entries.append([round(first / rate, 6), part.path, round(source_s, 6), round((last - first) / rate, 6)])
    return parts[0].audio.with_wave(wave[None, :]), entries, gains_db


def _gains_db(parts: Sequence[Part]) -> list[float]:
    if len(parts) == 1:
        return [0.0]
    levels = [part.analysis.speech_level_dbfs for part in parts]
    target = float(np.median([level for level in levels if level is not None] or [0.0]))
    return [
        0.0 if level is None else round(float(np.clip(target - level, -MOST_GAIN_DB, MOST_GAIN_DB)), 2)
        for level in levels
    ]
