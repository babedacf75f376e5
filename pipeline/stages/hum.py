"""Take mains hum out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from pipeline.analysis import Analysis
from pipeline.audio import Audio
from pipeline.dsp.hum import hum_lines_hz
from pipeline.dsp.without_hum import without_hum
from pipeline.errors import UsageError
from pipeline.keep import Verdict
from pipeline.steps import CallableStage, Change

MIN_FALL_DB = 3.0
"""A hum that did not fall by this much was none, or not steady."""


@dataclass(frozen=True, slots=True)
class RemoveHum(CallableStage):
    """Subtract the lines of 50 or 60 Hz hum, each followed where the voice is quiet; a wave without hum is left alone.

    Parameters
    ----------
    above_db : float
        Hum that stands less than this over its neighbourhood (`hum_db`) is left, 8 to 60 dB.

    Notes
    -----
    See `pipeline.dsp.without_hum`. It comes before cutting, because a hum hides the pauses.
    """

    name: ClassVar[str] = "hum"
    mends: ClassVar[frozenset[str]] = frozenset({"hum"})
    above_db: float = 12.0

    def __post_init__(self) -> None:
        if not 8.0 <= self.above_db <= 60.0:
            raise UsageError(f"hum: above_db must be 8 to 60 dB, not {self.above_db}.")

    def apply(self, audio: Audio, analysis: Analysis) -> Change:
        """Return the wave less its hum, or nothing where there is none."""
        if analysis.hum_db is None:
            return Change(None, why="too short or too silent to tell hum")
        notes = {"hum_db": round(analysis.hum_db, 1)}
        if analysis.hum_db < self.above_db:
            return Change(None, notes, "no hum")
        mains_hz, orders = hum_lines_hz(analysis.centred, audio.sample_rate_hz)
        notes |= {"mains_hz": mains_hz, "harmonics": len(orders)}
        channels = [without_hum(channel, audio.sample_rate_hz, mains_hz, orders) for channel in audio.wave]
        return Change(audio.with_own_wave(np.stack(channels)), notes)

    def helped(self, before: Analysis, after: Analysis) -> Verdict:
        """Keep it if the lines fell."""
        if before.hum_db is None or after.hum_db is None:
            return Verdict(kept=False, why="the hum can no longer be measured")
        fell_db = before.hum_db - after.hum_db
        if fell_db < MIN_FALL_DB:
            return Verdict(kept=False, why=f"the hum fell by only {fell_db:.1f} dB")
        return Verdict(kept=True, why=f"hum {fell_db:.0f} dB lower")
