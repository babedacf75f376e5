"""Active speech level: how loud the voice is while it speaks (ITU-T P.56, method B)."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from pipeline.dsp.frames import Bool, Double, Float, energy, from_db, over, to_db
from pipeline.dsp.recursive import one_pole

TIME_CONSTANT_S = 0.03
"""Of each of the two exponential averages of the envelope (P.56, 3.2)."""

HANGOVER_S = 0.2
"""Speech counts as active this long after the envelope falls (P.56, 3.2)."""

MARGIN_DB = 15.9
"""Distance of the threshold under the active level (P.56, 3.2)."""

LEAST_SPEECH = 1e-3
"""Of the noise power, what speech is taken to have at least."""

OVER_NOISE_DB = 3.0
"""The threshold stays this far over the noise, whose envelope else keeps it open: P.56 alone, less the noise, reads
2 dB low at 5 to 15 dB SNR; so the level is right within 0.4 dB from 10 dB up."""

_STEP_S, _STEPS = 0.001, 10_000
"""Length of a step, and how many are looked at together, so that no copy of the whole wave is made."""

_THRESHOLDS_DB = np.arange(-180.0, 20.0, 1.0)  # a decibel apart: `_activity` counts on it


class Envelope(NamedTuple):
    """What the active speech level is measured on."""

    magnitude: Double
    """The twice averaged magnitude (P.56 equations 1 and 2), once a millisecond."""
    power: float
    """Mean square of the wave."""


def active_speech_level_dbfs(mono: Float, sample_rate_hz: int, noise_power: float = 0.0) -> tuple[float, float] | None:
    """Return the active speech level and the activity factor.

    Parameters
    ----------
    mono : float32, shape (samples,)
        Without DC.
    sample_rate_hz : int
    noise_power : float
        Of the noise under the voice (full scale 1.0): it is taken off, and does not count as activity.

    Returns
    -------
    (level_dbfs, activity) or None
        Mean power over the active time in dBFS (a full-scale square wave is 0), and the active share,
        0 to 1. None for digital silence.

    Notes
    -----
    Source: ITU-T P.56 (12/2011), method B. The envelope is kept every millisecond rather than every
    sample, and thresholds stand 1 dB apart instead of 6: the published interpolation between
    thresholds then has less to do. A steady tone is all activity; its level is its power. With noise (ours) the time
    counts in which the envelope is `OVER_NOISE_DB` over it, if that is less.
    """
    return level_of(envelope(mono, sample_rate_hz), noise_power)


def level_of(heard: Envelope, noise_power: float = 0.0) -> tuple[float, float] | None:
    """Return what `active_speech_level_dbfs` does, of an envelope that is kept."""
    power = heard.power
    if power <= 0.0:
        return None
    held = _hold(heard.magnitude)
    activity = _activity(held)
    reached = activity > 0.0
    levels_dbfs = to_db(power) - 10.0 * np.log10(activity[reached])
    gaps_db = levels_dbfs - _THRESHOLDS_DB[reached]
    level_dbfs, active = _where_margin(levels_dbfs, gaps_db, float(to_db(power)))
    if noise_power <= 0.0:
        return level_dbfs, active
    over = float(np.mean(held > float(from_db((to_db(noise_power) + OVER_NOISE_DB) / 2.0))))
    active = max(min(active, over), 1.0 / held.size)
    return float(to_db(max(power - noise_power, LEAST_SPEECH * noise_power) / active)), active


def without(heard: Envelope, left_out: Bool, frame_power: Double) -> Envelope:
    """Return an envelope without some frames.

    Parameters
    ----------
    heard : Envelope
    left_out : bool, shape (frames,)
        Some are not.
    frame_power : float64, shape (frames,)
        By which the power is shared out.
    """
    share = float(frame_power[~left_out].mean() / frame_power.mean())
    return Envelope(heard.magnitude[~over(left_out, heard.magnitude.size)], heard.power * share)


def envelope(mono: Float, sample_rate_hz: int) -> Envelope:
    """Return the envelope of a wave, and its power. Parameters: `active_speech_level_dbfs`."""
    step, decay = steps_of(sample_rate_hz)
    starts = range(0, max(1, mono.size), _STEPS * step)
    magnitude = np.concatenate([_mean_magnitude(mono[start : start + _STEPS * step], step) for start in starts])
    once = one_pole(decay, (1.0 - decay) * magnitude)
    return Envelope(one_pole(decay, (1.0 - decay) * once), energy(mono) / max(1, mono.size))


def steps_of(sample_rate_hz: int) -> tuple[int, float]:
    """Return the samples of a step of the envelope, and what either average keeps over one."""
    step = max(1, round(_STEP_S * sample_rate_hz))
    return step, math.exp(-step / (sample_rate_hz * TIME_CONSTANT_S))


def _mean_magnitude(part: Float, step: int) -> Double:
    whole = np.pad(part, (0, -part.size % step)) if part.size % step else part
    return np.asarray((np.abs(whole).reshape(-1, step) @ np.ones(step, np.float32)).astype(np.float64) / step)


def _activity(held: Double) -> Double:
    """Return the share of the time in which the envelope reaches each of the thresholds."""
    held_db = 20.0 * np.log10(np.maximum(held, 1e-30))
    passed = np.clip(np.floor(held_db - _THRESHOLDS_DB[0]) + 1.0, 0.0, _THRESHOLDS_DB.size).astype(np.intp)
    reached = np.bincount(passed, minlength=_THRESHOLDS_DB.size + 1)[:0:-1].cumsum()[::-1]
    return np.asarray(reached / held.size)


def _hold(envelope: Double) -> Double:
    """Return the envelope's highest value over the hangover just past."""
    length, reach = round(HANGOVER_S / _STEP_S), 1
    held = np.concatenate([np.zeros(length - 1), envelope])
    while reach < length:  # each is the highest of as many as two of those before reached over
        further = min(reach, length - reach)
        held = np.maximum(held[further:], held[:-further])
        reach += further
    return held


def _where_margin(levels_dbfs: Double, gaps_db: Double, power_db: float) -> tuple[float, float]:
    """Interpolate the level at the threshold that lies `MARGIN_DB` below it."""
    above = np.flatnonzero(gaps_db < MARGIN_DB)
    if above.size == 0 or above[0] == 0:
        level = float(levels_dbfs[-1] if above.size == 0 else levels_dbfs[0])
    else:
        high = above[0]
        share = (gaps_db[high - 1] - MARGIN_DB) / (gaps_db[high - 1] - gaps_db[high])
        level = float(levels_dbfs[high - 1] + share * (levels_dbfs[high] - levels_dbfs[high - 1]))
    return level, min(1.0, float(10.0 ** ((power_db - level) / 10.0)))
