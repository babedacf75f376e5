"""Images: the mirrored copies that a poor resampler leaves above the real band."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline import kernels
from pipeline.dsp.frames import Bool, Double, Float
from pipeline.dsp.outline import Outline
from pipeline.dsp.spectra import smoothed
from pipeline.dsp.voice import MIN_PAUSE, VoiceActivity

RATES_HZ = (8000.0, 11025.0, 12000.0, 16000.0, 22050.0, 24000.0, 32000.0)
"""Sample rates that speech is brought up from."""

ALIKE = 0.35
"""Correlation from which a band is the mirror of another. 0.27 at the most in natural
recordings of even speakers, 0.42 to 1 in clean copies."""

NEAR_RATIO = 0.06, 0.5
"""The copy is looked at from so far above half the old rate to so far above it: nearer, any filter's slope
overlaps itself; farther, linear interpolation has pressed it down."""

_FRAMES = 300


@dataclass(frozen=True, slots=True)
class Images:
    """Mirrored copies: half the old rate, above which they lie, and their power over that of the voice below."""

    edge_hz: float
    power_ratio: float


def find_images(spectrogram: Float, outline: Outline, voice: VoiceActivity, frequencies_hz: Double) -> Images | None:
    """Return what sound that was brought up to its rate without a filter has above its real band.

    Parameters
    ----------
    spectrogram : float32, shape (frames, bins)
    outline : Outline
        Of the spectrogram.
    voice : VoiceActivity
    frequencies_hz : float64, shape (bins,)

    Returns
    -------
    Images or None
        None where no copy is seen, and without speech.

    Notes
    -----
    Ours, from the sampling theorem: repeating samples or drawing lines between them leaves at ``rate - f`` what was at
    ``f``. Bands of a voice rise and fall together, and each has its own colour; so level in dB is taken less its mean
    over each frame and over each bin. What is left is as random as the waves are: uncorrelated between two bands
    of natural sound, the same in a copy. Cells that do not stand over the pauses say nothing and are levelled.
    """
    noise = np.zeros(frequencies_hz.shape)
    if voice.pause.sum() >= MIN_PAUSE:
        noise = smoothed(outline.pause, frequencies_hz)
    edge_hz = _edge_hz(spectrogram, outline.low + outline.rest, voice.speech, noise, frequencies_hz)
    if edge_hz is None:
        return None
    power = np.maximum(outline.speech - noise, 0.0)
    above = frequencies_hz > edge_hz
    return Images(edge_hz, float(power[above].sum() / max(float(power[~above].sum()), 1e-20)))


def _edge_hz(
    spectrogram: Float, frame_power: Double, speech: Bool, noise: Double, frequencies_hz: Double
) -> float | None:
    loudest = np.flatnonzero(speech)
    if loudest.size > _FRAMES:
        loudest = loudest[np.argpartition(frame_power[loudest], -_FRAMES)[-_FRAMES:]]
    level = np.log(spectrogram[np.sort(loudest)] + (2.0 * noise + 1e-20).astype(np.float32)).T.copy()  # bins in rows
    for rate in RATES_HZ:
        if rate < 1.9 * frequencies_hz[-1] and _mirrored(level, rate / 2.0 / frequencies_hz[1]) > ALIKE:
            return rate / 2.0
    return None


def _mirrored(level: Float, edge: float) -> float:
    """Return the correlation of what is above `edge` (in bins) with what is mirrored below; a bin is a row."""
    above = np.arange(int(edge * (1.0 + NEAR_RATIO[0])) + 1, min(len(level) - 1, int(edge * (1.0 + NEAR_RATIO[1]))))
    if above.size < 10 or level.shape[1] < 10:
        return 0.0
    if kernels.compiled:
        return float(kernels.compiled.mirrored(level, len(level), edge, int(above[0]), int(above[-1]) + 1))
    at = 2.0 * edge - above
    low = at.astype(np.intp)
    part = (at - low).astype(np.float32)[:, None]
    below = (1.0 - part) * level[low] + part * level[low + 1]
    one, two = _own(level[above[0] : above[-1] + 1]), _own(below)
    return float(np.vdot(one, two)) / max(float(np.sqrt(np.vdot(one, one) * np.vdot(two, two))), 1e-9)


def _own(level: Float) -> Float:
    """Return what is left without the mean of each frame and of each bin."""
    less = level - level.mean(axis=0)
    return np.asarray(less - less.mean(axis=1, keepdims=True))
