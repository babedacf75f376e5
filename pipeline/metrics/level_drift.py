"""How steady the level of the voice is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pipeline.analysis import NO_SPEECH, Analysis
from pipeline.steps import Reading

TOO_SHORT = "it takes about 6 s of speech to tell whether it is steady"


@dataclass(frozen=True, slots=True)
class LevelDrift:
    """How far the level of the voice wanders over seconds, in dB; reading has 2 to 7, a person who moves about more.

    The 10th to the 90th percentile of the level in windows of 1.5 s of voiced sound (about 3 s of speech), noise
    power taken off; ours, see `pipeline.dsp.level_drift`. None without speech (silence, noise, steady tones) and
    under 3 s of voiced sound.
    """

    name: ClassVar[str] = "level_drift_db"
    unit: ClassVar[str] = "dB"

    def measure(self, analysis: Analysis) -> Reading:
        """Return the spread, None without enough speech."""
        return Reading(analysis.level_drift_db, why=TOO_SHORT if analysis.voice.speech.any() else NO_SPEECH)
