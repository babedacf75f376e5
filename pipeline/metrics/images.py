"""How much of the sound is a mirror image that a poor resampler made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pipeline.analysis import NO_SPEECH, Analysis
from pipeline.steps import Reading


@dataclass(frozen=True, slots=True)
class ImageRatio:
    """Power of mirrored copies over that of the voice, 0 to 1: 0 as recorded, 0.07 where samples were repeated.

    0.0005 to 0.005 where lines were drawn between them. None without speech. Ours, see `pipeline.dsp.images`.
    """

    name: ClassVar[str] = "image_ratio"
    unit: ClassVar[str] = "ratio"

    def measure(self, analysis: Analysis) -> Reading:
        """Return the ratio, None without speech."""
        if not analysis.voice.speech.any():
            return Reading(None, why=NO_SPEECH)
        return Reading(analysis.images.power_ratio if analysis.images else 0.0)
