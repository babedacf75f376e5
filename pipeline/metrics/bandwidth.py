"""How far up the voice really reaches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pipeline.analysis import NO_SPEECH, Analysis
from pipeline.steps import Reading


@dataclass(frozen=True, slots=True)
class Bandwidth:
    """Highest frequency of the voice in Hz, up to half the sample rate, whatever the header says.

    Bands in which the noise hides the voice do not count. None without speech.
    """

    name: ClassVar[str] = "bandwidth_hz"
    unit: ClassVar[str] = "Hz"

    def measure(self, analysis: Analysis) -> Reading:
        """Return the frequency, None without speech."""
        return Reading(analysis.bandwidth_hz, why=NO_SPEECH)
