"""How varied the sounds are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pipeline.analysis import NO_SPEECH, Analysis
from pipeline.steps import Reading


@dataclass(frozen=True, slots=True)
class PhoneticDiversity:
    """Share of 81 shapes of the spectrum that the speech goes through, 0 to 1; a minute of reading has 0.8.

    It grows with the length of the speech, as it should: 5 s have 0.4, 30 s 0.7; a word over and over stays near 0.2,
    one held vowel near 0. Ours, see `pipeline.dsp.diversity`. None without speech (silence, noise, steady tones) and
    under a sample rate of 7600 Hz. Music that passes for speech has a value.
    """

    name: ClassVar[str] = "phonetic_diversity_ratio"
    unit: ClassVar[str] = "ratio"

    def measure(self, analysis: Analysis) -> Reading:
        """Return the share, None without speech."""
        speech = analysis.voice.speech.any()
        return Reading(
            analysis.phonetic_diversity, why="the sample rate is too low for vowels" if speech else NO_SPEECH
        )
