"""Bandwidth: how far up the voice really reaches, whatever the header says."""

from __future__ import annotations

import numpy as np

from pipeline.dsp.frames import Bool, Double, Float, to_db
from pipeline.dsp.images import image_edge_hz
from pipeline.dsp.voice import VoiceActivity

DEPTH_DB = 60.0
"""Below the strongest band by this much is nothing a clone can learn from."""

OVER_NOISE_DB = 4.0
"""How far a band of the voice must stand over the same band in the pauses to be heard."""

CLIFF_DB = 12.0
"""A voice that ends while it stands this far over the noise was cut off; one that sinks into the noise was not."""

CLIFF_RATIO = 0.12
"""Width of such an end, in parts of its frequency: a filter's slope is so many octaves wide, not so many Hz."""

EDGE_DB = 12.0
"""Under the level before the cliff by this much is the edge: halfway down a slope the band is no longer the voice's."""

_SMOOTH_HZ = 200.0
_FRAMES = 600
"""As many frames, evenly spread, give the 95th percentile within 1 dB and cost a tenth of a minute's frames."""


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
    bandwidth, while a wide voice that noise gradually hides is not called narrow. Mirrored copies of the band
    (see `image_edge_hz`) are not the voice. An end that is a cliff is put where the cliff is half as high.
    """
    if not voice.speech.any():
        return None
    speech = _spread(spectrogram, voice.speech)
    bin_hz = float(frequencies_hz[1] - frequencies_hz[0])
    speech_db = _top_db(speech, bin_hz)
    sounds = speech_db > speech_db.max() - DEPTH_DB
    image_hz = image_edge_hz(speech, bin_hz, float(frequencies_hz[-1]))
    if image_hz is not None:
        sounds &= frequencies_hz <= image_hz
    end = int(np.flatnonzero(sounds)[-1])
    over_db = speech_db - (speech_db.max() - DEPTH_DB)
    if voice.pause.sum() >= 10:
        over_db = np.minimum(over_db, speech_db - _top_db(_spread(spectrogram, voice.pause), bin_hz))
        heard = np.flatnonzero(sounds & (over_db > OVER_NOISE_DB))
        if heard.size and heard[-1] < end and _before(over_db, int(heard[-1])).max() > CLIFF_DB:
            end = int(heard[-1])
    return float(frequencies_hz[_edge(over_db, end)])


def _edge(over_db: Double, end: int) -> int:
    """Return where the voice falls off before `end`: `end` itself if it does not fall off."""
    before = _before(over_db, end)
    fall = np.flatnonzero(before > before.max() - EDGE_DB)
    return end - before.size + 1 + int(fall[-1])


def _before(over_db: Double, end: int) -> Double:
    return over_db[int(end * (1.0 - CLIFF_RATIO)) : end + 1]


def _spread(spectrogram: Float, mask: Bool) -> Float:
    at = np.flatnonzero(mask)
    return spectrogram[at[:: max(1, at.size // _FRAMES)]]


def _top_db(frames: Float, bin_hz: float) -> Double:
    from scipy.ndimage import uniform_filter1d

    rank = int(0.95 * (len(frames) - 1))
    top = np.partition(frames, rank, axis=0)[rank].astype(np.float64)
    return to_db(uniform_filter1d(top, max(1, round(_SMOOTH_HZ / bin_hz))))
