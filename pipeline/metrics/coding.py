"""How much of the voice's spectrum a coder threw away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pipeline.analysis import NO_SPEECH, Analysis
from pipeline.steps import Reading


@dataclass(frozen=True, slots=True)
class SpectralHoles:
    """Share of the cells of speech (125 Hz by 32 ms, 1 to 8 kHz) that lie emptied between full ones, 0 to 1.

    Under 0.007 for uncoded speech, 0.01 for MP3 at 24 kbit/s, 0.02 at 16. None without speech: silence, noise, a tone.
    Holes that later noise fills are not seen, nor are coders of calls. Ours, see `pipeline.dsp.coding`.
    """

    name: ClassVar[str] = "spectral_hole_ratio"
    unit: ClassVar[str] = "ratio"

    def measure(self, analysis: Analysis) -> Reading:
        """Return the share, None without speech."""
        why = "the voice ends too low" if analysis.voice.speech.any() else NO_SPEECH
        return Reading(analysis.spectral_hole_ratio, why=why)
