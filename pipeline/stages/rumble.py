"""Take off what lies below the voice: DC and rumble."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from pipeline.analysis import Analysis
from pipeline.audio import Audio
from pipeline.dsp.frames import energy, to_db
from pipeline.dsp.highpass import without_rumble
from pipeline.dsp.hop_sums import frame_powers
from pipeline.errors import UsageError
from pipeline.keep import Verdict
from pipeline.steps import CallableStage, Change

MAX_OFFSET_RATIO = 0.01
"""A constant offset below this share of the wave is no fault."""

MAX_RUMBLE_DB = 3.0
"""Pauses that hold this much more power below the voice than above are worth filtering."""

MIN_S = 0.5
"""Shorter sound has nothing below the cutoff that could be told from its own edges."""


@dataclass(frozen=True, slots=True)
class RemoveRumble(CallableStage):
    """Filter off DC and rumble where there is some; a wave without either is left bit for bit.

    Parameters
    ----------
    cutoff_hz : float
        20 to 100 Hz. At 60 Hz a voice's lowest note (80 Hz) loses 0.8 dB.

    Notes
    -----
    Butterworth of order 4, there and back: no delay, no phase. It comes first, because an offset is a thump at a
    cut, and takes room from the peaks.
    """

    name: ClassVar[str] = "rumble"
    mends: ClassVar[frozenset[str]] = frozenset({"dc_offset"})
    cutoff_hz: float = 60.0

    def __post_init__(self) -> None:
        if not 20.0 <= self.cutoff_hz <= 100.0:
            raise UsageError(f"rumble: cutoff_hz must be 20 to 100 Hz, not {self.cutoff_hz}.")

    def apply(self, audio: Audio, analysis: Analysis) -> Change:
        """Return the filtered wave, or nothing where there is nothing below the voice."""
        notes = {"offset_ratio": round(_offset_ratio(analysis), 4), "rumble_db": round(_rumble_db(analysis), 1)}
        if audio.duration_s < MIN_S or audio.sample_rate_hz <= 2.0 * self.cutoff_hz:
            return Change(None, notes, "too short to tell")
        if notes["offset_ratio"] < MAX_OFFSET_RATIO and notes["rumble_db"] < MAX_RUMBLE_DB:
            return Change(None, notes, "nothing below the voice")
        analysis.condense()  # before there is one more wave
        return Change(audio.with_own_wave(without_rumble(audio.wave, audio.sample_rate_hz, self.cutoff_hz)), notes)

    def helped(self, before: Analysis, after: Analysis) -> Verdict:
        """Keep it if offset and rumble went down."""
        had, has = _offset_ratio(before), _offset_ratio(after)
        fell_db = _rumble_db(before) - _rumble_db(after)
        if has > max(had, MAX_OFFSET_RATIO) or (had < MAX_OFFSET_RATIO and fell_db < 1.0):
            return Verdict(kept=False, why="it changed nothing")
        return Verdict(kept=True, why=f"offset {had:.1%} to {has:.1%}, rumble {fell_db:.0f} dB lower")


def _offset_ratio(analysis: Analysis) -> float:
    rms = float(np.sqrt(energy(analysis.mono) / analysis.mono.size))
    return abs(analysis.dc) / rms if rms > 0.0 else 0.0


def _rumble_db(analysis: Analysis) -> float:
    """Return how much more power the pauses hold over the whole band than from the voice up; 0 without pauses."""
    pause = analysis.voice.pause
    if not pause.any():
        return 0.0
    wave, dc = analysis.wave_and_dc
    whole = frame_powers(wave, analysis.sample_rate_hz, dc)
    return float(to_db(whole[pause].mean()) - to_db(analysis.frame_power[pause].mean()))
