"""How much speech there is, and how loud it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pipeline.analysis import NO_SPEECH, Analysis
from pipeline.steps import Reading


@dataclass(frozen=True, slots=True)
class SpeechTime:
    """Seconds of speech, 0 to the duration. 0 for silence, steady noise and steady tones.

    Music and changing noise are taken for speech: telling them apart needs more than levels.
    """

    name: ClassVar[str] = "speech_s"
    unit: ClassVar[str] = "s"

    def measure(self, analysis: Analysis) -> Reading:
        """Return the time in which `find_voice` hears speech; gaps within words count as speech."""
        return Reading(min(analysis.speech_s, analysis.audio.duration_s))


@dataclass(frozen=True, slots=True)
class SpeechRatio:
    """Share of the sound that is speech, 0 to 1."""

    name: ClassVar[str] = "speech_ratio"
    unit: ClassVar[str] = "ratio"

    def measure(self, analysis: Analysis) -> Reading:
        """Return speech time over duration."""
        return Reading(min(1.0, analysis.speech_s / analysis.audio.duration_s))


@dataclass(frozen=True, slots=True)
class SpeechLevel:
    """Active speech level in dBFS (ITU-T P.56 method B) less the power of the noise; a full-scale square is 0."""

    name: ClassVar[str] = "speech_level_dbfs"
    unit: ClassVar[str] = "dBFS"

    def measure(self, analysis: Analysis) -> Reading:
        """Return the level, None without speech."""
        return Reading(analysis.speech_level_dbfs, why=NO_SPEECH)
