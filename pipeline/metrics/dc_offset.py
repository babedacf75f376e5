"""How far the wave sits off its middle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from pipeline.analysis import Analysis
from pipeline.dsp.frames import energy
from pipeline.steps import Reading


@dataclass(frozen=True, slots=True)
class DcOffset:
    """Magnitude of the mean over the root mean square, 0 to 1 (all DC). None for digital silence.

    Relative to the wave (ours), so that a change of gain does not change it.
    """

    name: ClassVar[str] = "dc_offset_ratio"
    unit: ClassVar[str] = "ratio"

    def measure(self, analysis: Analysis) -> Reading:
        """Return |mean| / RMS."""
        rms = float(np.sqrt(energy(analysis.mono) / analysis.mono.size))
        return Reading(min(1.0, abs(analysis.dc) / rms) if rms > 0.0 else None, why="it is digital silence")
