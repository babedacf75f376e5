"""Audible noise: how far the voice stands over it in every band of the ear, not in the loudest alone."""

from __future__ import annotations

import numpy as np

from pipeline.dsp.frames import Bool, Float, to_db
from pipeline.dsp.quantiles import quantile
from pipeline.dsp.voice import VoiceActivity

FLOOR_QUANTILE = 10.0
"""Of a band's frames: the floor of most noises, without a need for pauses."""

MOST_DB = 40.0
"""What stands further over the noise is heard no better."""

DEPTH_DB = 60.0
"""Bands this far under the strongest hold no voice: what is in them is a filter's or a format's remains."""

SHARE = 0.3
"""Of the bands in the sum with the plain SNR. On noises of all colours the rank correlation with wide-band PESQ is
0.879 with the plain SNR, 0.897 with this share and 0.888 with half (half of the speakers and noises); on the other half
0.859, 0.878 and 0.862."""


def audible_snr_db(
    snr_db: float, bands: Float, voice: VoiceActivity, left_out: Bool | None = None, parts: int = 1
) -> float:
    """Return the SNR weighted with how it is spread over the bands, in dB.

    Parameters
    ----------
    snr_db : float
        Active speech level over the noise, all bands in one.
    bands : float32, shape (frames, bands)
        Power, from `pipeline.dsp.spectra.band_power`.
    voice : VoiceActivity
        With some speech.
    left_out : bool, shape (frames,), optional
        Frames that are no part of the voice's level.
    parts : int
        The floor of a band is the median of those of so many stretches: more than one where the noise between the
        sounds of speech is all there is (`pipeline.dsp.floor`).

    Notes
    -----
    Ours, after the frequency-weighted segmental SNR (Hu and Loizou 2008), which needs the clean voice: here the mean
    over mel bands of the voice's level over the band's floor, 0 to `MOST_DB` each.
    """
    heard = np.array_split(bands[~voice.empty], parts)
    floor_db = to_db(np.median([quantile(part, FLOOR_QUANTILE) for part in heard], axis=0))
    spoken = voice.speech if left_out is None else voice.speech & ~left_out
    spoken_db = to_db(np.mean(bands[spoken], axis=0, dtype=np.float64))
    held = spoken_db > spoken_db.max() - DEPTH_DB
    bands_db = float(np.mean(np.clip(spoken_db - floor_db, 0.0, MOST_DB)[held]))
    return (1.0 - SHARE) * snr_db + SHARE * bands_db
