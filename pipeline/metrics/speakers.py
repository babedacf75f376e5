"""Whether one person speaks throughout."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pipeline.analysis import NO_SPEECH, Analysis
from pipeline.steps import Reading

TOO_SHORT = "it takes about 5 s of voiced speech, sampled at 7600 Hz or more, to tell one speaker from another"

ECHO_DB = 11.0
"""In rooms of 3 dB C50 every second clip of one speaker has a change, of 6 and 9 dB every fourth, of 12 dB and more
one of nine: the tails of what was said before are a voice of their own."""

ECHOES = f"the echo is so strong (C50 under {ECHO_DB:.0f} dB) that voices cannot be told apart"


@dataclass(frozen=True, slots=True)
class SpeakerChanges:
    """How many times the voice becomes another one; 0 for one speaker throughout. The places are where it does.

    Cepstra of 4 s of speech before and after are held against each other (after Chen and Gopalakrishnan 1998, see
    `pipeline.dsp.speakers`). Another microphone, room or noise halfway counts as a change too; overlapping voices and
    turns under 3 s do not. None without speech (silence, noise, steady tones), under 5 s of it, and in strong echo.
    """

    name: ClassVar[str] = "speaker_changes"
    unit: ClassVar[str] = "changes"

    def measure(self, analysis: Analysis) -> Reading:
        """Return the number of changes and where they are, None without enough speech."""
        changes = analysis.speaker_changes
        if changes is None:
            return Reading(None, why=TOO_SHORT if analysis.voice.speech.any() else NO_SPEECH)
        if (analysis.reverb_c50_db or 99.0) < ECHO_DB:
            return Reading(None, why=ECHOES)
        seconds = [round(float(frame) * analysis.hop_s, 2) for frame in changes]
        return Reading(float(len(seconds)), at_s=tuple((at, at) for at in seconds))
