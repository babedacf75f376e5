"""Reverberation: how fast a room lets the voice go, and how much it smears its rhythm."""

from __future__ import annotations

import itertools

import numpy as np

from pipeline import kernels
from pipeline.dsp.frames import HOP_S, Bool, Double, Float, from_db, to_db
from pipeline.dsp.quantiles import quantile
from pipeline.dsp.spectra import band_power
from pipeline.dsp.voice import VoiceActivity

LOW_HZ, HIGH_HZ, BANDS = 200.0, 6000.0, 16
"""Where a voice has steady energy that can stop."""

LAG_S = 0.05
"""The fall is taken over this time, that of C50."""

QUANTILE = 97.0
"""Most falls are the voice's own, gentle ones; the fastest show what the room allows."""

RHYTHM_HZ, SMEARED_HZ = (4.0, 8.0), (16.0, 32.0)
"""Syllables come at the first rate; a room's tail beats at the second (as in the speech-to-reverberation modulation
energy ratio of Falk, Zheng and Chan 2010)."""

FALL_SLOPE, RHYTHM_SLOPE, OFFSET_DB = 0.765, 1.212, -6.52
"""C50 from fall and rhythm, both in dB: a plane through 364 clips of 17 speakers in real and made rooms."""

NEAR_TOP_DB, OVER_FLOOR_DB, STEADY_DB = 20.0, 20.0, 4.0
RANGE_DB = 60.0
_MIN_FALLS = 50

_QUICK = 20
"""Frames of a part, a multiple of which is transformed: a prime number of them takes three times as long. Not of a
whole take: in one of a few seconds what is left off moves C50 by up to 1 dB."""

PART_S, CHANCE_DB = 10.0, 2.0
"""The fastest falls of a whole take tell of its driest part alone: of a minute of which 15 s echo, nearly as if none
did. So parts of this length are told alone; what their late energy makes less than the whole by up to so much is chance
(minutes in one room: 19 of 20 under 1.2 dB), by twice as much it is all that counts. Mean error of C50 over minutes of
which a quarter echoes, so and by the whole: 3.3 and 6.6 dB (half of the speakers and rooms, on which it was chosen),
2.7 and 8.0 dB (the other, which had been looked at too); of minutes in one room: 2.5 and 2.2, 2.0 and 2.0 dB
(``python -m tests.evaluation.rooms``)."""


def clarity_c50_db(spectrogram: Float, voice: VoiceActivity, sample_rate_hz: int) -> float | None:
    """Return an estimate of the clarity index C50 from the recording alone.

    Parameters
    ----------
    spectrogram : float32, shape (frames, bins)
    voice : VoiceActivity
    sample_rate_hz : int

    Returns
    -------
    float or None
        dB; about 0 in an echoing hall, 10 in a lively room, above 20 close to a microphone. None where fewer
        than 50 falls stand clear of the noise. Less where a part of the take is of another room: `PART_S`.

    Notes
    -----
    Ours. C50 (ISO 3382-1) is early energy, to 50 ms, over late energy. Two things tell: when a steady sound stops,
    the level falls within 50 ms to the late part, and rarely does speech stop so abruptly that more than the room
    is seen, hence the 97th percentile of the falls; and a tail fills the gaps between syllables with beats. On
    speakers and rooms that the plane was not drawn through (176 clips, half of them with noise at 15 to 40 dB SNR)
    the mean error is 2.5 dB (3.4 dB below 20 dB), and dry clips and those with C50 below 12 dB are told apart
    without error. Falls alone: 3.0 dB.
    """
    power = band_power(spectrogram, sample_rate_hz, LOW_HZ, HIGH_HZ, BANDS)
    level_db = to_db(power)
    whole_db = _c50_db(power, level_db, voice)
    parts_db = _of_parts_db(power, level_db, voice)
    if whole_db is None or parts_db is None:
        return whole_db
    less_db = whole_db - parts_db
    return whole_db - min(less_db, 2.0 * (less_db - CHANCE_DB)) if less_db > CHANCE_DB else whole_db


def _of_parts_db(power: Float, level_db: Double, voice: VoiceActivity) -> float | None:
    """Return the estimate from the late energy of all parts, each counting by its speech; None for less than two."""
    told = []
    for part in _parts(len(power)):
        c50_db = _c50_db(power[part], level_db[part], voice.of(part), _QUICK)
        if c50_db is not None:
            told.append((voice.speech[part].sum(), c50_db))
    if len(told) < 2:
        return None
    weights, parts_db = np.array(told).T
    return -float(to_db(np.average(from_db(-parts_db), weights=weights)))


def _parts(frames: int) -> list[slice]:
    """Return stretches of one length, about `PART_S`; none where there would be one alone."""
    count = int(frames * HOP_S / PART_S)
    bounds = np.linspace(0, frames, count + 1).astype(int)
    return [slice(first, stop) for first, stop in itertools.pairwise(bounds)] if count > 1 else []


def _c50_db(power: Float, level_db: Double, voice: VoiceActivity, multiple: int = 1) -> float | None:
    """Return the estimate for what is of one room, its rhythm from a multiple of so many frames."""
    if not voice.speech.any():
        return None
    top_db = quantile(power[voice.speech], 95.0, to_db)
    floor_db = _floor_db(level_db, voice, top_db)
    falls_db = _falls_db(level_db, floor_db, top_db, voice.speech)
    spoken = np.flatnonzero(voice.speech)
    if falls_db.size < _MIN_FALLS or spoken[-1] - spoken[0] < multiple:
        return None
    bounds = (from_db(level)[:, None].astype(np.float32) for level in (floor_db, top_db + 5.0))
    frames = (spoken[-1] + 1 - spoken[0]) // multiple * multiple
    heard = np.clip(power[spoken[0] : spoken[0] + frames].T, *bounds)
    fall_db = float(quantile(falls_db[:, None], QUANTILE)[0])
    return FALL_SLOPE * fall_db + RHYTHM_SLOPE * _rhythm_db(heard) + OFFSET_DB


def _floor_db(level_db: Double, voice: VoiceActivity, top_db: Double) -> Double:
    """Return the noise of each band, at least `RANGE_DB` under its loud moments."""
    if voice.pause.sum() < 10:
        return np.asarray(top_db - RANGE_DB)
    return np.asarray(np.maximum(level_db[voice.pause].mean(axis=0), top_db - RANGE_DB))


def _falls_db(level_db: Double, floor_db: Double, top_db: Double, speech: Bool) -> Double:
    """Return the falls over `LAG_S` from frames that are loud, steady until then, and clear of the noise."""
    lag = round(LAG_S / HOP_S)
    first = level_db[:-lag]
    if first.shape[0] < lag:
        return np.empty(0)
    least_db = np.maximum(top_db - NEAR_TOP_DB, floor_db + OVER_FLOOR_DB)
    if kernels.compiled:
        found, most_db = np.empty(level_db.shape), top_db + 5.0
        count = kernels.compiled.falls(level_db, least_db, floor_db, most_db, speech, lag, STEADY_DB, found)
        return np.asarray(found.ravel()[:count])
    usable = speech[:-lag, None] & (first > least_db)
    for before in (1, 2, 3):
        usable &= np.roll(level_db, before, axis=0)[:-lag] > first - STEADY_DB
    last = np.clip(level_db[lag:], floor_db, top_db + 5.0)
    return np.asarray((first - last)[usable])


def _rhythm_db(heard: Float) -> float:
    """Return the power of the envelopes' modulation at `RHYTHM_HZ` over that at `SMEARED_HZ`, bands (rows) averaged."""
    envelope = np.sqrt(heard)
    window: Float = np.hanning(envelope.shape[1]).astype(np.float32)
    spectra = np.fft.rfft((envelope / envelope.mean(axis=1, keepdims=True) - 1.0) * window, axis=1)
    power = np.asarray((spectra.real**2 + spectra.imag**2).mean(axis=0), dtype=np.float64)
    at_hz = np.fft.rfftfreq(window.size, HOP_S)
    slow, fast = (float(power[(at_hz >= low) & (at_hz < high)].sum()) for low, high in (RHYTHM_HZ, SMEARED_HZ))
    return float(to_db(slow) - to_db(fast))
