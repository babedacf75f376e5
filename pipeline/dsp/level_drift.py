"""The level of the voice from one breath group to the next: what is typical, and how much it wanders."""

from __future__ import annotations

import numpy as np

from pipeline.dsp.frames import HOP_S, Bool, Double, from_db, runs, to_db

WINDOW_S, STEP_S = 1.5, 0.25
"""Voiced time of a window and of the step between windows: about 3 s of speech, a breath group. Over shorter ones
the words themselves differ; 1 s gives natural reading 4.2 dB (median), 1.5 s 3.4 dB, 2 s 2.7 dB."""

FAR_DB = 8.0
"""No breath group of 102 natural recordings is so far over the median; the highest are at 6.2 and 7.0."""

LEAST_OVER_NOISE = 0.01
"""Of the noise power, what is left at least when the noise is taken off."""


def level_drift_db(frame_power: Double, noise_power: float, voiced: Bool) -> float | None:
    """Return the spread of the level of voiced sound: from the 10th to the 90th percentile of its windows.

    Or how far their mean power lies over their median, if that is more: a few seconds far louder than all the rest.

    Parameters
    ----------
    frame_power : float64, shape (frames,)
        Mean square of each frame.
    noise_power : float
        Taken off each frame.
    voiced : bool, shape (frames,)
        Only these count: pauses, consonants and how many there are of them do not.

    Returns
    -------
    float or None
        dB, 0 or more; None under two windows' worth of voiced sound.

    Notes
    -----
    Ours, because loudness range (EBU Tech 3342) counts pauses and consonants. A voice of constant level has under
    1 dB, two halves 10 dB apart have 10, a fade by 12 dB has 7 to 9 (80 % of it, less the window).
    """
    levels_db = _levels_db(frame_power, noise_power, voiced)
    if levels_db is None:
        return None
    low_db, middle_db, high_db = np.percentile(levels_db, [10, 50, 90])
    mean_db = float(to_db(np.mean(from_db(levels_db))))
    return max(float(high_db - low_db), mean_db - float(middle_db))


def far_louder(frame_power: Double, speech: Bool) -> Bool:
    """Return the frames, and what lies between them, whose breath group is `FAR_DB` over the usual one.

    Parameters
    ----------
    frame_power : float64, shape (frames,)
    speech : bool, shape (frames,)

    Returns
    -------
    bool, shape (frames,)
        None of them where the voice is as even as voices are, and where less than a window of it would be left.
    """
    window, step = round(WINDOW_S / HOP_S), round(STEP_S / HOP_S)
    louder = np.zeros(frame_power.shape, dtype=np.bool_)
    levels_db = _levels_db(frame_power, 0.0, speech)
    if levels_db is None:
        return louder
    at = np.flatnonzero(speech)
    for first, stop in runs(levels_db > np.median(levels_db) + FAR_DB):
        begin = at[first * step] if first else 0
        end = at[(stop - 1) * step + window - 1] + 1 if stop < levels_db.size else louder.size
        louder[begin:end] = True
    return louder if np.sum(speech & ~louder) >= window else np.zeros_like(louder)


def _levels_db(frame_power: Double, noise_power: float, voiced: Bool) -> Double | None:
    window, step = round(WINDOW_S / HOP_S), round(STEP_S / HOP_S)
    power = np.maximum(frame_power[voiced] - noise_power, LEAST_OVER_NOISE * noise_power)
    if power.size < 2 * window:
        return None
    return to_db(np.lib.stride_tricks.sliding_window_view(power, window)[::step].mean(axis=1))
