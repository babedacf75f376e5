"""How many of the sounds of speech occur."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from pipeline.dsp.frames import HOP_S, Double, Float, to_db
from pipeline.dsp.running import running_mean
from pipeline.dsp.spectra import band_power
from pipeline.dsp.voice import VoiceActivity

LOW_HZ, HIGH_HZ, BANDS = 100.0, 3800.0, 12
"""What a telephone passes, so that the bandwidth changes nothing; bands too wide to resolve harmonics, so that the
pitch changes little: a held vowel has 0.02, one whose pitch swings by 30 % has 0.15."""

FLOOR = 0.1
"""Added to every band, of its own mean over the speech: what lies lower than 10 dB under the mean counts as silent,
so that noise 20 dB down is hardly seen (it moves the measure by 0.02, standard deviation)."""

SHAPES, STEP_DB = 4, 1.5
"""The shape of the spectrum is told by its first four cosines, each below, near or above its median: 81 states.
A held vowel stays within 1 dB of it, speech spreads over 3 dB (standard deviation)."""

NEEDED_S = 0.05
"""A state counts in full from so much time on: a short sound, or one frame's whim five times."""


def phonetic_diversity(spectrogram: Float, voice: VoiceActivity, sample_rate_hz: int) -> float | None:
    """Return the share of spectral states that the speech visits.

    Parameters
    ----------
    spectrogram : float32, shape (frames, bins)
    voice : VoiceActivity
    sample_rate_hz : int

    Returns
    -------
    float or None
        0 to 1: a held vowel 0.02, one word again and again 0.2, counting to ten 0.4; read text 0.4 after 5 s, 0.6 after
        15 s and 0.8 after a minute. None without speech, and for sample rates too low to show it.

    Notes
    -----
    Ours. Vector quantisation of cepstra (Davis and Mermelstein, IEEE TASSP 28(4), 1980) with a code book made by
    rule rather than trained: every combination of low, middle and high in each of the first four coefficients. Each
    band is divided by its own mean, so gain and a microphone's colour drop out; noise is taken off. On speakers it was
    not chosen on, colour, noise 20 dB down and a rate of 8 kHz move it by 0.01 to 0.02 (standard deviation).
    """
    if not voice.speech.any() or sample_rate_hz < 2.0 * HIGH_HZ:
        return None
    power = band_power(spectrogram, sample_rate_hz, LOW_HZ, HIGH_HZ, BANDS).astype(np.float64)
    if power.shape[1] < BANDS:
        return None
    noise = power[voice.pause].mean(axis=0) if voice.pause.any() else 0.0
    power = np.maximum(running_mean(power, 3)[voice.speech] - noise, 0.0)
    mean = np.maximum(power.mean(axis=0), 1e-30)
    shape_db = to_db(power / mean + FLOOR) @ _cosines(BANDS)
    return _coverage(shape_db - np.median(shape_db, axis=0))


def _coverage(shape_db: Double) -> float:
    """Return the share of the states that are visited for `NEEDED_S` or more, less visited ones in part."""
    level = (shape_db > STEP_DB).astype(np.intp) - (shape_db < -STEP_DB) + 1
    visits = np.bincount(level @ 3 ** np.arange(SHAPES), minlength=3**SHAPES)
    return float(np.minimum(visits * HOP_S / NEEDED_S, 1.0).mean())


@lru_cache(maxsize=2)
def _cosines(bands: int) -> Double:
    """Return the first `SHAPES` cosines over the bands, scaled to give their amplitude; shape (bands, SHAPES)."""
    at = (np.arange(bands) + 0.5) / bands
    return np.asarray(2.0 / bands * np.cos(np.pi * np.outer(at, np.arange(1, SHAPES + 1))))
