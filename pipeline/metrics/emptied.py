"""How much of the voice a gate or a denoiser took."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pipeline.analysis import NO_SPEECH, Analysis
from pipeline.steps import Reading


@dataclass(frozen=True, slots=True)
class Emptied:
    """Share of the cells of speech (a mel band, 32 ms) that hold next to nothing, 0 to 1.

    0 as recorded, 0.05 to 0.25 behind a denoiser set far too hard, 0.08 behind MP3 at 16 kbit/s, 0.02 at 24, 0 from 64.
    None without speech: silence, noise, a tone. Ours, see `pipeline.dsp.emptied`.
    """

    name: ClassVar[str] = "emptied_ratio"
    unit: ClassVar[str] = "ratio"

    def measure(self, analysis: Analysis) -> Reading:
        """Return the share, None without speech."""
        return Reading(analysis.emptied_ratio, why=NO_SPEECH)
