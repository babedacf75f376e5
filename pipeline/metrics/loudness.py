"""How loud the sound is to a listener, and how much that varies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pipeline.analysis import Analysis
from pipeline.steps import Reading


@dataclass(frozen=True, slots=True)
class Loudness:
    """Integrated loudness in LUFS (ITU-R BS.1770-4, pyloudnorm), -70 upwards. None below 0.4 s and for silence."""

    name: ClassVar[str] = "loudness_lufs"
    unit: ClassVar[str] = "LUFS"

    def measure(self, analysis: Analysis) -> Reading:
        """Return the gated loudness of the mono wave."""
        return Reading(analysis.loudness_lufs, why="it is shorter than 0.4 s, or silent")


@dataclass(frozen=True, slots=True)
class LoudnessRange:
    """Loudness range in LU (EBU Tech 3342, pyloudnorm), 0 upwards. None below 3 s and for silence."""

    name: ClassVar[str] = "loudness_range_lu"
    unit: ClassVar[str] = "LU"

    def measure(self, analysis: Analysis) -> Reading:
        """Return the spread of the short-term loudness, 10th to 95th percentile."""
        return Reading(analysis.loudness_range_lu, why="it is shorter than 3 s, or silent")
