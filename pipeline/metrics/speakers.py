"""Whether one person speaks throughout."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pipeline.analysis import NO_SPEECH, Analysis
from pipeline.dsp.frames import HOP_S
from pipeline.steps import Reading

TOO_SHORT = "it takes about 5 s of voiced speech, sampled at 7600 Hz or more, to tell one speaker from another"


@dataclass(frozen=True, slots=True)
class SpeakerChanges:
    """How many times the voice becomes another one; 0 for one speaker throughout. The places are where it does.

    Cepstra of 4 s of speech before and after are held against each other (after Chen and Gopalakrishnan 1998, see
    `pipeline.dsp.speakers`). Another microphone, room or noise halfway counts as a change too; overlapping voices and
    turns under 3 s do not. None without speech (silence, noise, steady tones) and under 5 s of it.
    """

    name: ClassVar[str] = "speaker_changes"
    unit: ClassVar[str] = "changes"

    def measure(self, analysis: Analysis) -> Reading:
        """Return the number of changes and where they are, None without enough speech."""
        changes = analysis.speaker_changes
        if changes is None:
            return Reading(None, why=TOO_SHORT if analysis.voice.speech.any() else NO_SPEECH)
        seconds = [round(float(frame) * HOP_S, 2) for frame in changes]
        return Reading(float(len(seconds)), at_s=tuple((at, at) for at in seconds))
