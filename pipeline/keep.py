"""Never harm a voice: what no stage may do, whatever its aim."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.analysis import Analysis
from pipeline.dsp.frames import Bool, Double, to_db
from pipeline.dsp.quantiles import quantile

MAX_SNR_LOST_DB = 1.0
"""Trimming changes which pauses are measured: the floor of one recording wavers by about this much."""

MAX_BAND_LOST_DB = 6.0
"""A band in which the voice was clear may lose this much against the others: less is a change of timbre within
what microphones differ by."""

HEARD_OVER_NOISE_DB, HEARD_RANGE_DB = 10.0, 50.0
"""The voice is clear in a band that stands this far over its noise and this near to the strongest."""

MAX_CLIPPED_GAINED_RATIO = 1e-3
"""New plateaus; cutting silence away alone raises the share of the old ones, hence not zero."""

MOSTLY_INWARDS = 0.5
"""Cutting off takes from every peak inwards (1.0), taking noise away as often outwards (0.0)."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a change is kept, and why, as a sentence for the record."""

    kept: bool
    why: str


def harm_done(before: Analysis, after: Analysis) -> str:
    """Return what a change has harmed, as a sentence; empty if nothing.

    Looked at on both sides with the same measures: noise gained, parts of the spectrum lost, new clipping. Where a
    measure is undefined on one side it says nothing. A stage that cuts is not looked at: measures over other
    stretches of sound do not compare. Nor is one gain over all: it changes none of these. A stage's own aim is
    judged by the stage.
    """
    if before.frames != after.frames or after.is_gain_of(before):
        return ""
    checks = (_noise_gained, _dulled, _clipped)
    return next((harm for check in checks if (harm := check(before, after))), "")


def _noise_gained(before: Analysis, after: Analysis) -> str:
    if before.snr_db is None or after.snr_db is None or after.snr_db >= before.snr_db - MAX_SNR_LOST_DB:
        return ""
    return f"it brought noise forward ({before.snr_db:.1f} dB SNR before, {after.snr_db:.1f} dB after)"


def _dulled(before: Analysis, after: Analysis) -> str:
    """Compare the loud frames of each band in which the voice was clearly heard, a change of gain apart."""
    voice = before.voice
    if not voice.speech.any():
        return ""
    had_db, has_db = (_band_tops_db(analysis, voice.speech) for analysis in (before, after))
    noise_db = _band_tops_db(before, voice.pause) if voice.pause.sum() >= 10 else had_db.min()
    heard = (had_db > noise_db + HEARD_OVER_NOISE_DB) & (had_db > had_db.max() - HEARD_RANGE_DB)
    if not heard.any():
        return ""
    lost_db = (had_db - has_db)[heard]
    worst_db = float(lost_db.max() - np.median(lost_db))
    return f"it took {worst_db:.0f} dB from a part of the voice's spectrum" if worst_db > MAX_BAND_LOST_DB else ""


def _band_tops_db(analysis: Analysis, frames: Bool) -> Double:
    """Return the 95th percentile over frames of the power in each band."""
    return to_db(quantile(analysis.wide_bands[frames], 95.0))


def _clipped(before: Analysis, after: Analysis) -> str:
    """Compare plateaus. Those that noise or hum had hidden were there before: what was taken there has either sign."""
    if after.clipped_ratio <= MAX_CLIPPED_GAINED_RATIO:
        return ""
    new = after.clipped & ~before.clipped
    if new.mean() <= MAX_CLIPPED_GAINED_RATIO:
        return ""
    taken = (before.mono - after.mono)[new] * np.sign(after.mono[new])
    return "it clipped the voice" if taken.mean() > MOSTLY_INWARDS * np.abs(taken).mean() else ""
