"""How long the sound is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pipeline.analysis import Analysis
from pipeline.steps import Reading


@dataclass(frozen=True, slots=True)
class Duration:
    """Length of the sound in seconds, above 0. Defined for every wave."""

    name: ClassVar[str] = "duration_s"
    unit: ClassVar[str] = "s"

    def measure(self, analysis: Analysis) -> Reading:
        """Return the length from the number of decoded samples, never from a header."""
        return Reading(analysis.audio.duration_s)
