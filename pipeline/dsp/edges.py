"""Where the speaker begins and ends: not where a door, a breath or a click does."""

from __future__ import annotations

import numpy as np

from pipeline.dsp.frames import HOP_S, Bool, Double, from_db, runs, to_db
from pipeline.dsp.pitch import Pitch
from pipeline.dsp.voice import VoiceActivity, bridged

APART_S = 0.25
"""Sounds further apart are told apart: the closure before a last consonant is shorter."""

NEAR_LOUD_DB, MIN_VOICED_S = 25.0, 0.05
"""A phrase of the speaker holds this much pitch in a row, this near to the loud frames (95th percentile)."""

REACH_S, AUDIBLE_DB, OVER_NOISE_DB = 0.25, 37.0, 10.0
"""The release of a last consonant, or a soft first one, follows within this time; it is heard within 37 dB of the loud
frames and clearly over the noise."""

MIN_VOICED = 0.2
"""Share of the speech that must have pitch: a whisper is kept whole."""


def speech_edges(frame_power: Double, voice: VoiceActivity, pitch: Pitch, noise_power: float) -> tuple[int, int] | None:
    """Return the first frame of speech and the one after the last; None without speech.

    Parameters
    ----------
    frame_power : float64, shape (frames,)
    voice : VoiceActivity
    pitch : Pitch
    noise_power : float

    Notes
    -----
    Ours. Speech is what `voice` hears, in groups `APART_S` apart. Groups at either end in which nobody
    speaks with a pitch (slams, breaths, chairs) are not the speaker.
    """
    groups = runs(bridged(voice.speech, APART_S))
    if not len(groups):
        return None
    under_db = to_db(frame_power) - float(np.percentile(to_db(frame_power[voice.speech]), 95))
    certain = pitch.voiced & (under_db > -NEAR_LOUD_DB)
    spoken = [group for group in groups if _speaks(certain[group[0] : group[1]])]
    if not spoken or pitch.voiced[voice.speech].mean() < MIN_VOICED:
        spoken = list(groups)
    heard = (under_db > -AUDIBLE_DB) & (frame_power > noise_power * from_db(OVER_NOISE_DB))
    return _reached(heard, int(spoken[0][0]), int(spoken[-1][1]))


def _speaks(certain: Bool) -> bool:
    return any((last - first) * HOP_S >= MIN_VOICED_S for first, last in runs(certain))


def _reached(heard: Bool, first: int, stop: int) -> tuple[int, int]:
    """Return the edges moved out to what is still heard within reach."""
    reach = round(REACH_S / HOP_S)
    before, after = np.flatnonzero(heard[max(0, first - reach) : first]), np.flatnonzero(heard[stop : stop + reach])
    start = max(0, first - reach) + int(before[0]) if before.size else first
    return start, stop + int(after[-1]) + 1 if after.size else stop
