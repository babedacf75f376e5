"""Bring the sound to one loudness by one gain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from pipeline.analysis import Analysis
from pipeline.audio import Audio
from pipeline.dsp.frames import to_db
from pipeline.errors import UsageError
from pipeline.keep import Verdict
from pipeline.steps import CallableStage, Change

MARGIN_DB = 0.1
"""Kept under the ceiling: true-peak meters differ by this much, and dither adds a little."""

SMALLEST_GAIN_DB = 0.05
"""A smaller change than the meter's own tolerance is none."""


@dataclass(frozen=True, slots=True)
class NormalizeLoudness(CallableStage):
    """One constant gain to a target loudness, under a true-peak ceiling.

    Parameters
    ----------
    target_lufs : float
        Integrated loudness (ITU-R BS.1770-4), -70 to 0 LUFS.
    ceiling_dbtp : float
        Highest true peak (four times oversampled), at most 0 dBTP. Where the peaks would pass it, the target
        is lowered: a voice is never compressed. The notes say which target was reached.
    """

    name: ClassVar[str] = "loudness"
    target_lufs: float = -20.0
    ceiling_dbtp: float = -3.0

    def __post_init__(self) -> None:
        if not -70.0 < self.target_lufs <= 0.0:
            raise UsageError(f"loudness: target_lufs must lie between -70 and 0, not {self.target_lufs}.")
        if not -60.0 <= self.ceiling_dbtp <= 0.0:
            raise UsageError(f"loudness: ceiling_dbtp must be -60 to 0, not {self.ceiling_dbtp}.")

    def apply(self, audio: Audio, analysis: Analysis) -> Change:
        """Return the sound with the gain applied, or nothing where loudness is undefined or right."""
        loudness = analysis.loudness_lufs
        if loudness is None:
            return Change(
                None,
                {"gain_db": 0.0, "target_lufs": self.target_lufs},
                "it has no loudness: too short or silent",
            )
        headroom_db = self.ceiling_dbtp - MARGIN_DB - float(to_db(analysis.true_peak**2))
        wanted_db = self.target_lufs - loudness
        gain_db = min(wanted_db, headroom_db)
        notes = {"gain_db": round(gain_db, 3), "target_lufs": round(loudness + gain_db, 3)}
        if wanted_db > headroom_db:
            notes |= {"asked_lufs": self.target_lufs}
        if abs(gain_db) < SMALLEST_GAIN_DB:
            return Change(None, notes, "it is at its target")
        return Change(audio.with_wave(audio.wave * np.float32(10.0 ** (gain_db / 20.0))), notes)

    def helped(self, before: Analysis, after: Analysis) -> Verdict:
        """Keep it if the peaks are under the ceiling and the loudness can be told."""
        if to_db(after.true_peak**2) > self.ceiling_dbtp:
            return Verdict(kept=False, why="the peaks passed the ceiling")
        if before.loudness_lufs is None or after.loudness_lufs is None:
            return Verdict(kept=False, why="the loudness can no longer be measured")
        gain_db = after.loudness_lufs - before.loudness_lufs
        return Verdict(kept=True, why=f"{gain_db:+.1f} dB to {after.loudness_lufs:.1f} LUFS")
