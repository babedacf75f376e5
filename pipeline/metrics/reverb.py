"""How much the room answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pipeline.analysis import Analysis
from pipeline.steps import Reading


@dataclass(frozen=True, slots=True)
class Reverb:
    """Clarity index C50 in dB, estimated blindly: about 0 in an echoing hall, above 15 close to a microphone.

    None without speech, and where noise hides how sounds end.
    """

    name: ClassVar[str] = "reverb_c50_db"
    unit: ClassVar[str] = "dB"

    def measure(self, analysis: Analysis) -> Reading:
        """Return early over late energy as the ends of sounds show it."""
        return Reading(analysis.reverb_c50_db, why="no ends of speech stand clear of the noise")
