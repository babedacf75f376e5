"""Bandwidth: how far up the voice really reaches, whatever the header says."""

from __future__ import annotations

import numpy as np

from pipeline.dsp.frames import Double, to_db
from pipeline.dsp.images import Images
from pipeline.dsp.outline import Outline
from pipeline.dsp.spectra import SMOOTH_HZ, smoothed
from pipeline.dsp.voice import MIN_PAUSE, VoiceActivity

DEPTH_DB = 60.0
"""Below the strongest band by this much is nothing a clone can learn from."""

ERRORS = 4.0
"""Standard errors of the mean by which a band of the voice must stand over the same band in the pauses."""

CLIFF_DB = 12.0
"""A voice that ends while it stands this far over what could just be heard was cut off; one that sinks into the
noise was not."""

CLIFF_RATIO = 0.12
"""Width of such an end, in parts of its frequency: a filter's slope is so many octaves wide, not so many Hz."""

STEEP_DB = 6.0
"""So much within `CLIFF_RATIO` (about 36 dB an octave) is a filter's slope; voices and rooms fall more gently."""

LEAST_BIN = 20
"""600 Hz: nobody cuts a voice there."""


def bandwidth_hz(
    outline: Outline, voice: VoiceActivity, frequencies_hz: Double, images: Images | None = None
) -> float | None:
    """Return the highest frequency at which the voice is still there.

    Parameters
    ----------
    outline : Outline
        Of the spectrogram.
    voice : VoiceActivity
    frequencies_hz : float64, shape (bins,)
    images : Images, optional
        Mirrored copies of the band: they are not the voice.

    Returns
    -------
    float or None
        Hz. None without speech.

    Notes
    -----
    Ours: the mean power of speech frames less that of the pauses, smoothed over 200 Hz; the highest bin within
    `DEPTH_DB` of the strongest. Means are exact to a few per cent, so a voice is heard some 10 dB under the noise.
    Where the pauses have sound above the voice, the voice's end counts only if it is a cliff: telephone sound
    under later noise keeps its own bandwidth, while a wide voice that noise gradually hides is not called narrow.
    From a steep end the edge is sought down
    the slope, at its shoulder. Gentle filters (24 dB an octave) have none: they read up to half too high.
    """
    if not voice.speech.any():
        return None
    bin_hz = float(frequencies_hz[1] - frequencies_hz[0])
    power = smoothed(outline.speech, frequencies_hz)
    least = np.full(power.shape, power.max() * 10.0 ** (-DEPTH_DB / 10.0))
    sounds = power > least
    if voice.pause.sum() >= MIN_PAUSE:
        noise = smoothed(outline.pause, frequencies_hz)
        error = ERRORS * _standard_error(int(voice.pause.sum()), noise, int(voice.speech.sum()), bin_hz)
        power, least = power - noise, np.maximum(least, error)
    if images is not None:
        sounds &= frequencies_hz <= images.edge_hz
    over_db = to_db(np.maximum(power, 1e-3 * least)) - to_db(least)
    end = int(np.flatnonzero(sounds)[-1])
    heard = np.flatnonzero(sounds & (over_db > 0.0))
    if heard.size and heard[-1] < end and _before(over_db, int(heard[-1])).max() > CLIFF_DB:
        end = int(heard[-1])
    return float(frequencies_hz[_shoulder(to_db(np.maximum(power, least)), end)])


def _shoulder(level_db: Double, end: int) -> int:
    """Return the top of the slope that ends at `end`: `end` itself if it is not steep."""
    at, steepest = end, STEEP_DB
    while at > LEAST_BIN:
        slope = float(level_db[int(at * (1.0 - CLIFF_RATIO))] - level_db[at])
        if slope <= max(STEEP_DB, 0.5 * steepest):
            break
        steepest = max(steepest, slope)
        at -= 1
    if at == end:
        return end
    top = _before(level_db, at).max()
    return at + int(np.flatnonzero(level_db[at : end + 1] > top - STEEP_DB)[-1:].sum())


def _before(over_db: Double, end: int) -> Double:
    return over_db[int(end * (1.0 - CLIFF_RATIO)) : end + 1]


def _standard_error(pauses: int, mean: Double, frames: int, bin_hz: float) -> Double:
    """Return the error of the difference of two means of noise; of three frames that overlap, one counts."""
    width = max(1.0, SMOOTH_HZ / bin_hz / 1.5)
    return np.asarray(mean * np.sqrt((3.0 / pauses + 3.0 / max(1, frames)) / width))
