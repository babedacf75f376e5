"""How often the sound is gone for a moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pipeline.analysis import NO_SPEECH, Analysis
from pipeline.steps import Reading


@dataclass(frozen=True, slots=True)
class Dropouts:
    """Number of places of 8 to 400 ms where loud sound is gone or a packet is repeated, 0 upwards. 0 for silence."""

    name: ClassVar[str] = "dropout_count"
    unit: ClassVar[str] = "count"

    def measure(self, analysis: Analysis) -> Reading:
        """Return the number, and the places."""
        gaps = analysis.dropouts / analysis.sample_rate_hz
        return Reading(float(len(gaps)), at_s=tuple((round(float(a), 3), round(float(b), 3)) for a, b in gaps))


@dataclass(frozen=True, slots=True)
class DropoutRate:
    """Dropouts (`Dropouts`) a minute of speech, 0 upwards: what they cost in takes of any length. None without it."""

    name: ClassVar[str] = "dropouts_per_min"
    unit: ClassVar[str] = "per min"

    def measure(self, analysis: Analysis) -> Reading:
        """Return the rate, None without speech."""
        return Reading(analysis.per_minute_of_speech(len(analysis.dropouts)), why=NO_SPEECH)
