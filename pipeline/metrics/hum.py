"""How much the mains is heard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pipeline.analysis import Analysis
from pipeline.steps import Reading


@dataclass(frozen=True, slots=True)
class Hum:
    """Mains hum (50 or 60 Hz and harmonics) over the noise around it, in dB; 2 to 8 without hum.

    Says how clear the hum is, not how loud: what it costs in quiet is in `snr_db`. None below 2 s and for silence.
    """

    name: ClassVar[str] = "hum_db"
    unit: ClassVar[str] = "dB"

    def measure(self, analysis: Analysis) -> Reading:
        """Return how far the strongest lines stand out."""
        return Reading(analysis.hum_db, why="it is shorter than 2 s, or silent")
