"""More than one speaker: where the voice becomes another one."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from pipeline.dsp.frames import HOP_S, Bool, Double, Float, to_db
from pipeline.dsp.peaks import find_peaks
from pipeline.dsp.spectra import band_power
from pipeline.dsp.voice import VoiceActivity, widened

Index = npt.NDArray[np.intp]

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

LIMIT_S = 9.0
"""Least distance of two voices times the seconds in a window: the distance that chance and different words leave
falls as the window grows. Over the quiet recordings of single speakers it was chosen on it stays under 8.7."""

CONFIRMED, LONGEST_S = 1.8, 20.0
"""Least distance of all the speech up to the changes before and after, or 20 s of it: a passage spoken otherwise, or
six decibels of treble, has less."""


def speaker_changes(spectrogram: Float, voice: VoiceActivity, pitched: Bool, sample_rate_hz: int) -> Index | None:
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

    Limits chosen on one half of the speakers: two false alarms in 35 recordings, both noisy. On the other half none
    of 23 recordings of one speaker, of 3 to 200 s, has a change; one had before changes were confirmed, so that this
    figure is not quite of unseen data. There 8 s of one and 8 s of another are told apart in 79 % (same sex) and 87 %
    (other sex) of 120 pairs, each in its own recording; 6 s of another in between is found in 56 and 73 %. A level or
    a filter that changes halfway makes none; white noise that starts 20 dB down in 15 %, 10 dB down in 80 %.
    """
    least, size = round(SHORTEST_S / STEP_S), round(STEP_S / HOP_S)
    spoken = voice.speech & near_voiced(pitched)
    at = np.flatnonzero(spoken)
    count = at.size // size
    if count < 2 * least or sample_rate_hz < 2.0 * HIGH_HZ:
        return None
    cepstra = _cepstra(spectrogram, voice, spoken, sample_rate_hz)[: count * size]
    sums, squares = _running(cepstra.reshape(count, size, COEFFICIENTS))
    middle = np.arange(least, count - least + 1)
    width = np.minimum(np.minimum(middle, count - middle), round(WINDOW_S / STEP_S))
    evidence_s = _distance(sums, squares, middle - width, middle, middle + width) * width * STEP_S
    changes = _confirmed(middle[_peaks(evidence_s)], sums, squares)
    return np.asarray(at[np.minimum(changes * size, at.size - 1)], dtype=np.intp)


def mean_cepstrum(spectrogram: Float, voice: VoiceActivity, pitched: Bool, sample_rate_hz: int) -> Double | None:
    """Return the mean cepstrum of the speech: what a voice, a microphone and a room sound like together.

    Parameters as `speaker_changes`.

    Returns
    -------
    float64, shape (COEFFICIENTS,), or None
        None under 2.5 s of speech and for sample rates under 7600 Hz.
    """
    spoken = voice.speech & near_voiced(pitched)
    if spoken.sum() * HOP_S < SHORTEST_S or sample_rate_hz < 2.0 * HIGH_HZ:
        return None
    return np.asarray(_cepstra(spectrogram, voice, spoken, sample_rate_hz).mean(axis=0))


def near_voiced(pitched: Bool) -> Bool:
    """Return the frames within `NEAR_VOICED_S` of voiced ones."""
    return widened(pitched, NEAR_VOICED_S)


def _cepstra(spectrogram: Float, voice: VoiceActivity, spoken: Bool, sample_rate_hz: int) -> Double:
    """Return the cepstra of the frames of speech, noise taken off, shape (frames, COEFFICIENTS)."""
    power = band_power(spectrogram, sample_rate_hz, LOW_HZ, HIGH_HZ, BANDS).astype(np.float64)
    noise = power[voice.pause].mean(axis=0) if voice.pause.any() else 0.0
    clear = np.maximum(power[spoken] - noise, 0.0)
    return np.asarray(to_db(clear + FLOOR * clear.mean(axis=0)) @ cosines(power.shape[1], COEFFICIENTS))


@lru_cache(maxsize=4)
def cosines(bands: int, coefficients: int) -> Double:
    """Return the cosine transform from bands to cepstral coefficients 1 and up, shape (bands, coefficients)."""
    at = (np.arange(bands) + 0.5) / bands
    return np.asarray(np.sqrt(2.0 / bands) * np.cos(np.pi * np.outer(at, np.arange(1, coefficients + 1))))


def _running(cepstra: Double) -> tuple[Double, Double]:
    """Return running means per frame of the cepstra and of their products, from no block to all of them."""
    size = cepstra.shape[1]
    sums = np.cumsum(cepstra.sum(axis=1), axis=0) / size
    squares = np.cumsum(cepstra.transpose(0, 2, 1) @ cepstra, axis=0) / size
    return np.pad(sums, ((1, 0), (0, 0))), np.pad(squares, ((1, 0), (0, 0), (0, 0)))


def _distance(sums: Double, squares: Double, start: Index, middle: Index, stop: Index) -> Double:
    """Return the squared distance of the means before and after `middle` in units of the spread within."""
    left, right = (middle - start)[:, None], (stop - middle)[:, None]
    before, after = (sums[middle] - sums[start]) / left, (sums[stop] - sums[middle]) / right
    within = 0.5 * (squares[middle] - squares[start]) / left[:, :, None]
    within += 0.5 * (squares[stop] - squares[middle]) / right[:, :, None]
    for mean in (before, after):
        within -= 0.5 * mean[:, :, None] * mean[:, None, :]
    apart = (after - before)[:, :, None]
    steady = within + 1e-3 * np.eye(COEFFICIENTS)
    return np.asarray((apart * np.linalg.solve(steady, apart)).sum(axis=(1, 2)))


def _confirmed(changes: Index, sums: Double, squares: Double) -> Index:
    """Return the changes that still stand when all that lies between them is compared, the weakest dropped first."""
    most, end = round(LONGEST_S / STEP_S), sums.shape[0] - 1
    while changes.size:
        start = np.maximum(np.concatenate([[0], changes[:-1]]), changes - most)
        stop = np.minimum(np.concatenate([changes[1:], [end]]), changes + most)
        distance = _distance(sums, squares, start, changes, stop)
        if distance.min() > CONFIRMED:
            break
        changes = np.delete(changes, distance.argmin())
    return changes


def _peaks(evidence_s: Double) -> Index:
    padded = np.pad(evidence_s, 1)  # a peak at an end is a peak
    return find_peaks(padded, LIMIT_S, round(APART_S / STEP_S)) - 1
