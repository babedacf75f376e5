"""The noise under speech that does not pause: its bands fall quiet one after another, seldom all at once."""

from __future__ import annotations

import numpy as np

from pipeline.dsp.frames import HOP_S, Bool, Double, Float
from pipeline.dsp.quantiles import quantile
from pipeline.dsp.running import running_mean
from pipeline.dsp.voice import VoiceActivity

NEAR_S, NEAR_PAUSE_S = 10.0, 0.05
"""Less pause than this within such a distance says little of the noise under a word: other parts of the take may be of
another room, or hold near-silence."""

SMOOTH_FRAMES = 5
"""50 ms: a band's closures last as long, and noise wavers less."""

QUANTILES, RATIO, ROUNDS = (2.0, 5.0), 1.7, 20
"""The floor of a band starts at the second quantile and becomes the mean of what lies under so many times the floor,
but no less than the first: two frames of near-silence are no floor. Steady noise alone has its own mean (0.05 dB less);
under speech a ratio of 1.5 reads 0.5 dB less, one of 1.8 0.3 dB more."""

STRETCH_S = 5.0
"""The floor is the median of those of such stretches, so that a few seconds of near-silence do not lower it."""


def far_from_pauses(voice: VoiceActivity) -> Bool:
    """Return the frames of sound that have less than `NEAR_PAUSE_S` of real pause within `NEAR_S`."""
    reach = round(NEAR_S / HOP_S)
    before = np.concatenate([[0], np.cumsum(np.pad(voice.pause, reach + 1))])
    near = before[2 * reach + 2 : -1] - before[1 : -2 * reach - 2]
    return np.asarray((near < round(NEAR_PAUSE_S / HOP_S)) & ~voice.empty)


def floor_power(bands: Float | Double, frames: Bool) -> float:
    """Return the power of the noise that is always there.

    Parameters
    ----------
    bands : float, shape (frames, bands)
        Power; one band of all sound will do, and reads a few decibels more.
    frames : bool, shape (frames,)
        Those that count; some at least.

    Notes
    -----
    Ours, after minimum statistics (Martin 2001): each band has its own quiet moments, and a floor of its own. Speech
    whose pauses were cut out, in steady and recorded noise, has the SNR that it has with them within 2.9 dB (root mean
    square, half of the speakers and noises); by the 5th percentile of all sound within 8.8 dB. It reads 1 to 2 dB low
    where it is clean, and like all floors too high in noise that comes and goes.
    """
    smooth = running_mean(bands, SMOOTH_FRAMES)[frames]
    return float(np.median([_steady_power(part) for part in np.array_split(smooth, stretches(len(smooth)))]))


def stretches(frames: int) -> int:
    """Return how many stretches of `STRETCH_S` so many frames are, one at the least."""
    return max(1, round(frames * HOP_S / STRETCH_S))


def _steady_power(bands: Double) -> float:
    """Return the sum over bands of the mean of what does not rise over the floor."""
    least, floor = (quantile(bands, percent) for percent in QUANTILES)
    for _ in range(ROUNDS):
        low = bands <= RATIO * floor
        floor = np.maximum(least, (bands * low).sum(axis=0) / low.sum(axis=0))
    return float(floor.sum())
