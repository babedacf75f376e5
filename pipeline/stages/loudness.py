"""Bring the sound to one loudness by one gain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from pipeline.analysis import Analysis
from pipeline.audio import Audio
from pipeline.dsp.frames import from_db, to_db
from pipeline.dsp.limiter import limited
from pipeline.dsp.loudness import integrated_loudness_lufs
from pipeline.errors import UsageError
from pipeline.keep import Verdict
from pipeline.steps import CallableStage, Change

MARGIN_DB = 0.1
"""Kept under the ceiling: true-peak meters differ by this much, and dither adds a little."""

SMALLEST_GAIN_DB = 0.05
"""A smaller change than the meter's own tolerance is none."""

TOLERANCE_LU = 0.2
"""Further from its target than this, a result says so."""

MOST_CORRECTIONS = 4

MOST_LIMIT_DB = 12.0


@dataclass(frozen=True, slots=True)
class NormalizeLoudness(CallableStage):
    """One constant gain to a target loudness, under a true-peak ceiling.

    Parameters
    ----------
    target_lufs : float
        Integrated loudness (ITU-R BS.1770-4), -70 to 0 LUFS.
    ceiling_dbtp : float
        Highest true peak (four times oversampled), at most 0 dBTP. Where the peaks would pass it, the target
        is lowered: a voice is not compressed. The notes say which target was reached.
    limit_db : float
        How far a look-ahead limiter may turn peaks down to come nearer to the target, 0 (off) to 12 dB; see
        `pipeline.dsp.limiter`.

    Examples
    --------
    >>> from pipeline import read
    >>> NormalizeLoudness(target_lufs=-24.0)(read("samples/mia/harbour.flac")).steps[-1].why
    '+0.4 dB to -24.0 LUFS'
    """

    name: ClassVar[str] = "loudness"
    mends: ClassVar[frozenset[str]] = frozenset({"overload", "quiet"})
    target_lufs: float = -20.0
    ceiling_dbtp: float = -3.0
    limit_db: float = 0.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.limit_db <= MOST_LIMIT_DB:
            raise UsageError(f"loudness: limit_db must be 0 to {MOST_LIMIT_DB:g}, not {self.limit_db}.")
        if not -70.0 < self.target_lufs <= 0.0:
            raise UsageError(f"loudness: target_lufs must lie between -70 and 0, not {self.target_lufs}.")
        if not -60.0 <= self.ceiling_dbtp <= 0.0:
            raise UsageError(f"loudness: ceiling_dbtp must be -60 to 0, not {self.ceiling_dbtp}.")

    @property
    def is_gain(self) -> bool:
        """Whether all that it does is one gain over all: what came before can be judged behind it."""
        return not self.limit_db

    def apply(self, audio: Audio, analysis: Analysis) -> Change:
        """Return the sound with the gain applied, or nothing where loudness is undefined or right."""
        if analysis.loudness_lufs is None:
            notes = {"gain_db": 0.0, "target_lufs": self.target_lufs}
            return Change(None, notes, "it has no loudness: too short or silent")
        gain_db, reached_lufs = self._gain_db(analysis, analysis.loudness_lufs)
        notes = {"gain_db": round(gain_db, 3), "target_lufs": round(reached_lufs, 3)}
        if abs(reached_lufs - self.target_lufs) > TOLERANCE_LU:
            notes |= {"asked_lufs": self.target_lufs}
        if self.limit_db and reached_lufs < self.target_lufs - TOLERANCE_LU:
            return self._limited(audio, gain_db, reached_lufs, notes)
        if abs(gain_db) < SMALLEST_GAIN_DB:
            return Change(None, notes, "it is at its target")
        told_db = notes["gain_db"]  # not the last bits of a measure, which would round samples otherwise elsewhere
        return Change(audio.with_own_wave(audio.wave * _factor(told_db)), notes)

    def _limited(self, audio: Audio, gain_db: float, reached_lufs: float, notes: dict[str, float]) -> Change:
        """Raise the gain by what the limiter may take back, and say what came of it."""
        ceiling = float(_factor(self.ceiling_dbtp - MARGIN_DB))
        for _ in range(MOST_CORRECTIONS):
            gain_db += min(self.target_lufs - reached_lufs, self.limit_db)
            wave, reduction_db = limited(audio.wave * _factor(gain_db), audio.sample_rate_hz, ceiling)
            while reduction_db > self.limit_db + SMALLEST_GAIN_DB:
                gain_db -= reduction_db - self.limit_db
                wave, reduction_db = limited(audio.wave * _factor(gain_db), audio.sample_rate_hz, ceiling)
            reached_lufs = Analysis(audio.with_wave(wave)).loudness_lufs or reached_lufs
            if (
                abs(reached_lufs - self.target_lufs) < SMALLEST_GAIN_DB
                or reduction_db > self.limit_db - SMALLEST_GAIN_DB
            ):
                break
        notes = notes | {"gain_db": round(gain_db, 3), "target_lufs": round(reached_lufs, 3)}
        notes |= {"limited_db": round(reduction_db, 2)}
        if abs(reached_lufs - self.target_lufs) <= TOLERANCE_LU:
            notes.pop("asked_lufs", None)
        return Change(audio.with_wave(wave), notes)

    def _gain_db(self, analysis: Analysis, loudness_lufs: float) -> tuple[float, float]:
        """Return the gain, and the loudness that it gives.

        The meter's absolute gate at -70 LUFS opens for more of a quiet recording when it gets louder, so gain and
        loudness do not move as one: measure again and correct.
        """
        headroom_db = self.ceiling_dbtp - MARGIN_DB - float(to_db(analysis.true_peak**2))
        gain_db, reached_lufs = 0.0, loudness_lufs
        for _ in range(MOST_CORRECTIONS):
            wanted_db = gain_db + self.target_lufs - reached_lufs
            gain_db = min(wanted_db, headroom_db)
            louder = integrated_loudness_lufs(analysis.step_powers * from_db(gain_db))
            reached_lufs = loudness_lufs + gain_db if louder is None else louder
            if gain_db < wanted_db or abs(reached_lufs - self.target_lufs) < SMALLEST_GAIN_DB:
                break
        return gain_db, reached_lufs

    def helped(self, before: Analysis, after: Analysis) -> Verdict:
        """Keep it if the peaks are under the ceiling and the loudness can be told."""
        if to_db(after.true_peak**2) > self.ceiling_dbtp:
            return Verdict(kept=False, why="the peaks passed the ceiling")
        if before.loudness_lufs is None or after.loudness_lufs is None:
            return Verdict(kept=False, why="the loudness can no longer be measured")
        gain_db = after.loudness_lufs - before.loudness_lufs
        return Verdict(kept=True, why=f"{gain_db:+.1f} dB to {after.loudness_lufs:.1f} LUFS")


def _factor(gain_db: float) -> np.float32:
    return np.float32(10.0 ** (gain_db / 20.0))
