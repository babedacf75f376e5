"""Even the level between phrases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from pipeline.analysis import NO_SPEECH, Analysis
from pipeline.audio import Audio
from pipeline.dsp.leveling import even_gains_db
from pipeline.errors import UsageError
from pipeline.keep import Verdict
from pipeline.steps import CallableStage, Change

MIN_FALL_DB = 1.0
"""A drift that falls by less is not worth touching a voice for."""


@dataclass(frozen=True, slots=True)
class EvenLevel(CallableStage):
    """Bring phrases nearer to one level with a gain that moves over seconds, as when a speaker turns away.

    Parameters
    ----------
    above_db : float
        A voice whose level drifts by less (`level_drift_db`) is left alone; reading has 2 to 7 dB.
    most_db : float
        Most gain or reduction, over 0 to 12 dB.

    Notes
    -----
    See `pipeline.dsp.leveling`. In no built-in profile: emphasis is part of a voice.
    """

    name: ClassVar[str] = "level"
    mends: ClassVar[frozenset[str]] = frozenset({"uneven_level"})
    above_db: float = 8.0
    most_db: float = 6.0

    def __post_init__(self) -> None:
        if not 0.0 < self.most_db <= 12.0:
            raise UsageError(f"level: most_db must be over 0 and at most 12 dB, not {self.most_db}.")
        if not 0.0 <= self.above_db <= 60.0:
            raise UsageError(f"level: above_db must be 0 to 60 dB, not {self.above_db}.")

    def apply(self, audio: Audio, analysis: Analysis) -> Change:
        """Return the evened wave, or nothing where the level is even or unknown."""
        drift_db = analysis.level_drift_db
        if drift_db is None:
            return Change(None, why=f"{NO_SPEECH}, or too little of it")
        notes = {"level_drift_db": round(drift_db, 1)}
        if drift_db < self.above_db:
            return Change(None, notes, f"even enough: {drift_db:.0f} dB")
        gains_db = even_gains_db(analysis.frame_power, analysis.pitch.voiced, self.most_db)
        if gains_db is None:
            return Change(None, notes, NO_SPEECH)
        hop = analysis.hop
        gain = np.interp(np.arange(audio.frames), np.arange(gains_db.size) * hop, 10.0 ** (gains_db / 20.0))
        return Change(audio.with_own_wave((audio.wave * gain).astype(np.float32)), notes)

    def helped(self, before: Analysis, after: Analysis) -> Verdict:
        """Keep it if the drift fell."""
        if before.level_drift_db is None or after.level_drift_db is None:
            return Verdict(kept=False, why="the drift can no longer be measured")
        fell_db = before.level_drift_db - after.level_drift_db
        if fell_db < MIN_FALL_DB:
            return Verdict(kept=False, why=f"the drift fell by only {fell_db:.1f} dB")
        return Verdict(kept=True, why=f"level drift {before.level_drift_db:.0f} dB to {after.level_drift_db:.0f} dB")
