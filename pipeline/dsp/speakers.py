"""More than one speaker: where the voice becomes another one."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from pipeline.dsp.frames import HOP_S, Bool, Double, Float, to_db
from pipeline.dsp.spectra import mel_weights
from pipeline.dsp.voice import VoiceActivity

LOW_HZ, HIGH_HZ, BANDS = 100.0, 3800.0, 20
"""What a telephone passes, in bands that show formants."""

COEFFICIENTS = 12
"""Cepstral coefficients 1 to 12: the usual number; the zeroth is the level and no speaker's."""

FLOOR = 0.01
"""Added to each band, of its mean over the speech, so that near-silence is no feature."""

STEP_S = 0.25
"""Speech a block: changes are sought between blocks."""

WINDOW_S, SHORTEST_S = 4.0, 2.5
"""Speech on either side of a change; at the ends of the clip 2.5 s are enough. Over 5 s single changes are found a
little better, a turn of 5 s between two others much less well."""

NEAR_VOICED_S = 0.04
"""Speech so near to a voiced frame counts: the rest is hiss, which has no speaker, and noise taken for speech."""

APART_S = 2.5
"""Least speech from change to change: the distance has one broad peak for each."""

LIMIT_S = 9.5
"""Least distance of two voices times the seconds in a window: the distance that chance and different words leave
falls as the window grows. Over the 30 quiet recordings of 16 single speakers it was chosen on it stays under 9."""


def speaker_changes(
    spectrogram: Float, voice: VoiceActivity, pitched: Bool, sample_rate_hz: int
) -> npt.NDArray[np.intp] | None:
    """Return the frames at which the voice becomes another one.

    Parameters
    ----------
    spectrogram : float32, shape (frames, bins)
    voice : VoiceActivity
    pitched : bool, shape (frames,)
        Where the voice has a pitch.
    sample_rate_hz : int

    Returns
    -------
    int, shape (changes,), or None
        None under 5 s of speech and for sample rates under 7600 Hz.

    Notes
    -----
    After Chen and Gopalakrishnan (DARPA Broadcast News Workshop 1998): cepstra of neighbouring windows are held
    against each other. Their likelihood ratio also sees a change of the spread, which comes from the words; what
    tells speakers is the distance of the means in units of the spread within the windows (Hotelling's T squared).
    A change of microphone, room or noise within a clip looks the same. Speakers who overlap, or have under 3 s at a
    time, are not found.
    """
    least, size = round(SHORTEST_S / STEP_S), round(STEP_S / HOP_S)
    spoken = voice.speech & _widened(pitched)
    at = np.flatnonzero(spoken)
    count = at.size // size
    if count < 2 * least or sample_rate_hz < 2.0 * HIGH_HZ:
        return None
    cepstra = _cepstra(spectrogram, voice, spoken, sample_rate_hz)[: count * size]
    evidence_s = _evidence_s(cepstra.reshape(count, size, COEFFICIENTS), least, round(WINDOW_S / STEP_S))
    return np.asarray(at[np.minimum((_peaks(evidence_s) + least) * size, at.size - 1)])


def _widened(mask: Bool) -> Bool:
    from scipy.ndimage import binary_dilation

    return np.asarray(binary_dilation(mask, iterations=round(NEAR_VOICED_S / HOP_S)))


def _cepstra(spectrogram: Float, voice: VoiceActivity, spoken: Bool, sample_rate_hz: int) -> Double:
    """Return the cepstra of the frames of speech, noise taken off, shape (frames, COEFFICIENTS)."""
    weights = mel_weights(sample_rate_hz, spectrogram.shape[1], LOW_HZ, HIGH_HZ, BANDS)
    top = int(np.flatnonzero(weights.any(axis=1))[-1]) + 1
    power = (spectrogram[:, :top] @ weights[:top]).astype(np.float64)
    noise = power[voice.pause].mean(axis=0) if voice.pause.any() else 0.0
    clear = np.maximum(power[spoken] - noise, 0.0)
    return np.asarray(to_db(clear + FLOOR * clear.mean(axis=0)) @ _cosines(weights.shape[1]))


@lru_cache(maxsize=4)
def _cosines(bands: int) -> Double:
    at = (np.arange(bands) + 0.5) / bands
    return np.asarray(np.sqrt(2.0 / bands) * np.cos(np.pi * np.outer(at, np.arange(1, COEFFICIENTS + 1))))


def _evidence_s(cepstra: Double, least: int, most: int) -> Double:
    """Return distance times seconds at every block that has `least` blocks on either side."""
    count, size, _ = cepstra.shape
    sums = np.concatenate([np.zeros((1, COEFFICIENTS)), np.cumsum(cepstra.sum(axis=1), axis=0)])
    squares = np.cumsum(cepstra.transpose(0, 2, 1) @ cepstra, axis=0)
    squares = np.concatenate([np.zeros((1, COEFFICIENTS, COEFFICIENTS)), squares])
    middle = np.arange(least, count - least + 1)
    width = np.minimum(np.minimum(middle, count - middle), most)
    frames = (width * size)[:, None]
    before = (sums[middle] - sums[middle - width]) / frames
    after = (sums[middle + width] - sums[middle]) / frames
    within = (squares[middle + width] - squares[middle - width]) / frames[:, :, None]
    for mean in (before, after):
        within -= mean[:, :, None] * mean[:, None, :]
    within = 0.5 * within + 1e-3 * np.eye(COEFFICIENTS)
    apart = (after - before)[:, :, None]
    distance = (apart * np.linalg.solve(within, apart)).sum(axis=(1, 2))
    return np.asarray(distance * width * STEP_S)


def _peaks(evidence_s: Double) -> npt.NDArray[np.intp]:
    from scipy.signal import find_peaks

    padded = np.pad(evidence_s, 1)  # a peak at an end is a peak
    found = find_peaks(padded, height=LIMIT_S, distance=round(APART_S / STEP_S))[0]
    return np.asarray(found - 1, dtype=np.intp)
