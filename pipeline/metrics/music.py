"""Whether there is music, or a tone, with the voice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pipeline.analysis import Analysis
from pipeline.dsp.frames import runs
from pipeline.dsp.voice import bridged
from pipeline.steps import Reading

JOINED_S = 1.0
"""Tones nearer to each other than this are told as one place."""


@dataclass(frozen=True, slots=True)
class Music:
    """Share of the time in which a partial from 600 to 4000 Hz holds its frequency for 0.3 s, 0 to 1.

    Music and steady tones do, with or without speech; a voice glides: reading has 0 to 0.09. Music 10 dB under a voice
    has about 0.15 to 0.7, drums alone none; singing and mains buzz count as tones. Ours, see `pipeline.dsp.music`.
    0 for noise, 1 for a tone; None for digital silence (left out of the time elsewhere) and under 0.3 s.
    """

    name: ClassVar[str] = "music_ratio"
    unit: ClassVar[str] = "ratio"

    def measure(self, analysis: Analysis) -> Reading:
        """Return the share of the time, and where."""
        tones, sound = analysis.held_tones, ~analysis.voice.empty
        if tones is None or not sound.any():
            return Reading(None, why="there is too little sound to hold a tone")
        tones = tones & sound
        places = (runs(bridged(tones, JOINED_S)) * analysis.hop_s).tolist()
        return Reading(float(tones.sum() / sound.sum()), at_s=tuple((round(a, 2), round(b, 2)) for a, b in places))
