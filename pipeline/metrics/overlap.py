"""Whether somebody else speaks at the same time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pipeline.analysis import Analysis
from pipeline.dsp.frames import HOP_S, runs
from pipeline.dsp.overlap import EVERY
from pipeline.dsp.voice import bridged
from pipeline.steps import Reading

LEAST_VOICED_S, JOINED_S = 1.0, 1.0
"""Less voiced sound than this says nothing; places nearer to each other than this are told as one."""


ECHO_DB = 17.0
"""In echo the tail of one sound lies under the next, at its own pitch: a second voice to whoever listens so."""

ECHOES = f"the echo is so strong (C50 under {ECHO_DB:.0f} dB) that a second voice cannot be told from it"


@dataclass(frozen=True, slots=True)
class Overlap:
    """Share of the voiced sound in which a second voice sounds, 0 to 1; one voice has up to 0.01, two 0.02 to 0.1.

    Only what is surely another pitch counts, so two people who talk all the time at once have about 0.05; music under
    a voice counts too. Ours, see `pipeline.dsp.overlap`. None under 1 s of voiced speech, and in strong echo.
    """

    name: ClassVar[str] = "overlap_ratio"
    unit: ClassVar[str] = "ratio"

    def measure(self, analysis: Analysis) -> Reading:
        """Return the share of the voiced sound, and where."""
        if (analysis.reverb_c50_db or 99.0) < ECHO_DB:
            return Reading(None, why=ECHOES)
        second, looked_at = analysis.second_voice
        if looked_at.sum() * EVERY * HOP_S < LEAST_VOICED_S:
            return Reading(None, why="there is too little voiced speech to hear a second voice in")
        step_s = EVERY * analysis.hop_s
        places = runs(bridged(second, JOINED_S / EVERY))
        spans = tuple((round(float(start) * step_s, 2), round(float(stop) * step_s, 2)) for start, stop in places)
        return Reading(float(second.sum() / looked_at.sum()), at_s=spans)
