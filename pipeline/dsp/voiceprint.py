"""What a voice sounds like in one clip, as numbers that clips can be compared by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.dsp.frames import Double, Float, to_db
from pipeline.dsp.pitch import Pitch
from pipeline.dsp.speakers import FLOOR, cosines, near_voiced
from pipeline.dsp.spectra import band_power
from pipeline.dsp.voice import VoiceActivity

LOW_HZ, HIGH_HZ, BANDS = 100.0, 7600.0, 26
"""All that wide-band speech has. Up to 3800 Hz only (20 bands, 12 cepstra), every tenth intruder is missed."""

COEFFICIENTS = 20
"""Cepstral coefficients 1 to 20, their means and spreads: the fine ones hold much of a speaker, room and microphone."""

LEAST_FRAMES, LEAST_PAUSE = 80, 6
"""Of voiced speech; of pause, for the noise to be known."""

SPREAD_UNIT, PITCH_UNIT, REFERENCE_HZ = 4.0, 20.0, 150.0
"""Factors that bring spreads (in natural logarithms) and pitch (in octaves) to the size of cepstra in dB."""

LEAST_SPREAD_DB = 0.1


@dataclass(frozen=True, slots=True)
class Voiceprint:
    """Means and spreads of cepstra, and the pitch.

    Parameters
    ----------
    values : float64, shape (2 * COEFFICIENTS + 1,)
    frames : int
        Of speech that it was made from: the more, the surer.
    """

    values: Double
    frames: int


def voiceprint(spectrogram: Float, voice: VoiceActivity, pitch: Pitch, sample_rate_hz: int) -> Voiceprint | None:
    """Return the voiceprint of the speech in a clip.

    Parameters
    ----------
    spectrogram : float32, shape (frames, bins)
    voice : VoiceActivity
    pitch : Pitch
    sample_rate_hz : int

    Returns
    -------
    Voiceprint or None
        None under 0.8 s of voiced speech, and for sample rates under 15200 Hz.

    Notes
    -----
    Ours, of the statistics that speaker recognition used before neural networks (Reynolds 1995): no level, no words,
    but voice, room and microphone together. How far two of one voice lie apart is not here, but in
    `pipeline.selection.likeness`.
    """
    spoken = voice.speech & near_voiced(pitch.voiced)
    if spoken.sum() < LEAST_FRAMES or sample_rate_hz < 2.0 * HIGH_HZ:
        return None
    power = band_power(spectrogram, sample_rate_hz, LOW_HZ, HIGH_HZ, BANDS).astype(np.float64)
    noise = power[voice.pause].mean(axis=0) if voice.pause.sum() >= LEAST_PAUSE else 0.0
    clear = np.maximum(power[spoken] - noise, 0.0)
    cepstra = to_db(clear + FLOOR * clear.mean(axis=0)) @ cosines(power.shape[1], COEFFICIENTS)
    spreads = SPREAD_UNIT * np.log(cepstra.std(axis=0) + LEAST_SPREAD_DB)
    height = PITCH_UNIT * np.log2(np.median(pitch.hz[pitch.voiced]) / REFERENCE_HZ)
    return Voiceprint(np.concatenate([cepstra.mean(axis=0), spreads, [height]]), int(spoken.sum()))
