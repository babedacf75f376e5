"""Bandwidth: how far up the voice really reaches, whatever the header says."""

from __future__ import annotations

import numpy as np

from pipeline.dsp.frames import Double, Float, to_db
from pipeline.dsp.voice import VoiceActivity

DEPTH_DB = 60.0
"""Below the strongest band by this much is nothing a clone can learn from."""

OVER_NOISE_DB = 4.0
"""How far a band of the voice must stand over the same band in the pauses to be heard."""

CLIFF_DB, CLIFF_HZ = 12.0, 600.0
"""A voice that ends while it stands this far over the noise, within this width, was cut off; one that sinks
into the noise was not."""

_SMOOTH_HZ = 200.0


def bandwidth_hz(spectrogram: Float, voice: VoiceActivity, frequencies_hz: Double) -> float | None:
    """Return the highest frequency at which the voice is still there.

    Parameters
    ----------
    spectrogram : float32, shape (frames, bins)
    voice : VoiceActivity
    frequencies_hz : float64, shape (bins,)

    Returns
    -------
    float or None
        Hz. None without speech.

    Notes
    -----
    Ours: the 95th percentile over speech frames of each bin (fricatives are rare and carry the top), smoothed
    over 200 Hz; the highest bin within `DEPTH_DB` of the strongest. Where the pauses have sound above the
    voice, the voice's end counts only if it is a cliff: telephone sound under later noise keeps its own
    bandwidth, while a wide voice that noise gradually hides is not called narrow.
    """
    if not voice.speech.any():
        return None
    speech_db = _top_db(spectrogram[voice.speech], frequencies_hz)
    sounds = speech_db > speech_db.max() - DEPTH_DB
    end = int(np.flatnonzero(sounds)[-1])
    if voice.pause.sum() >= 10:
        over_db = speech_db - _top_db(spectrogram[voice.pause], frequencies_hz)
        heard = np.flatnonzero(sounds & (over_db > OVER_NOISE_DB))
        if heard.size and heard[-1] < end and _is_cliff(over_db, int(heard[-1]), frequencies_hz):
            end = int(heard[-1])
    return float(frequencies_hz[end])


def _is_cliff(over_db: Double, end: int, frequencies_hz: Double) -> bool:
    width = round(CLIFF_HZ / float(frequencies_hz[1] - frequencies_hz[0]))
    return float(over_db[max(0, end - width) : end + 1].max()) > CLIFF_DB


def _top_db(frames: Float, frequencies_hz: Double) -> Double:
    from scipy.ndimage import uniform_filter1d

    width = max(1, round(_SMOOTH_HZ / float(frequencies_hz[1] - frequencies_hz[0])))
    return to_db(uniform_filter1d(np.percentile(frames, 95, axis=0).astype(np.float64), width))
