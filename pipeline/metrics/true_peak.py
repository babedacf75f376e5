"""The highest level between the samples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pipeline.analysis import Analysis
from pipeline.dsp.frames import to_db
from pipeline.steps import Reading


@dataclass(frozen=True, slots=True)
class TruePeak:
    """True peak in dBTP, four times oversampled (ITU-R BS.1770-4, annex 2). None for digital silence."""

    name: ClassVar[str] = "true_peak_dbtp"
    unit: ClassVar[str] = "dBTP"

    def measure(self, analysis: Analysis) -> Reading:
        """Return the highest magnitude between the samples, in dB re full scale."""
        peak = analysis.true_peak
        return Reading(float(to_db(peak**2)) if peak > 0.0 else None, why="it is digital silence")
