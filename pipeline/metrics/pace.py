"""How fast the person speaks, and how steadily."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pipeline.analysis import NO_SPEECH, Analysis
from pipeline.steps import Reading

TOO_SHORT = "it takes about 8 s of speech to tell whether its pace is steady"


@dataclass(frozen=True, slots=True)
class Pace:
    """Syllables a second of speech, pauses over 0.2 s left out: the articulation rate; reading has 3 to 6.

    Nuclei after de Jong and Wempe (2009). None without speech (silence, noise, steady tones); whisper has no voiced
    nuclei and so a rate near 0. Weak syllables that run together are missed: at a fast pace some 5 to 10 %.
    """

    name: ClassVar[str] = "pace_syllables_per_s"
    unit: ClassVar[str] = "syllables/s"

    def measure(self, analysis: Analysis) -> Reading:
        """Return the rate, None without speech."""
        if not analysis.voice.speech.any():
            return Reading(None, why=NO_SPEECH)
        return Reading(analysis.nuclei.size / analysis.speech_s)


@dataclass(frozen=True, slots=True)
class PaceVariation:
    """How much the pace changes between windows of 4 s of speech: standard deviation over mean, 0 to 1.

    Counting noise is taken off, so that a steady pace has about 0; natural reading has up to 0.15, a take of 35 s with
    one half 1.4 times as fast about 0.13 to 0.2. Rough under 25 s. Ours, see `pipeline.dsp.pace`. None without speech
    (silence, noise, steady tones) and under 8 s of it.
    """

    name: ClassVar[str] = "pace_variation_ratio"
    unit: ClassVar[str] = "ratio"

    def measure(self, analysis: Analysis) -> Reading:
        """Return the variation, None without enough speech."""
        return Reading(analysis.pace_variation, why=TOO_SHORT if analysis.voice.speech.any() else NO_SPEECH)
