"""Packets that a decoder repeated in the place of lost ones."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from pipeline import kernels
from pipeline.dsp.frames import Bool, Float, runs
from pipeline.dsp.padding import sounding

LAGS_S = (0.010, 0.020)
"""Packets of calls hold so much."""

STRIDE = 8
"""Every so many samples one is compared: a copy is a copy at each of them."""

WINDOW_S = 0.005
EXACT_RATIO = 1e-4
"""Power of the difference over the power of the wave within 5 ms: 40 dB. Vowels repeat to 20 or 25 dB at the best."""

LOUD_RATIO = 1e-2
"""Under the loud windows (95th percentile) by more than 20 dB, silence equals silence."""

MIN_S, MAX_S = 0.008, 0.12
"""Concealment fades out within some 100 ms; what repeats for longer is a tone."""


def find_repeats(mono: Float, sample_rate_hz: int, dc: float = 0.0) -> npt.NDArray[np.intp]:
    """Return where the wave is its own last 10 or 20 ms again, as it was or weaker, in samples, shape (places, 2).

    Parameters
    ----------
    mono : float32, shape (samples,)
    sample_rate_hz : int
    dc : float
        Of the wave.

    Notes
    -----
    Ours. The best gain between the wave and itself earlier is found in each window (least squares); what it leaves
    is next to nothing in a repeat and never in a voice.
    """
    width = max(8, round(WINDOW_S * sample_rate_hz / STRIDE))
    least = max(1, math.ceil(MIN_S * sample_rate_hz / STRIDE) - width)
    found = [np.empty((0, 2), dtype=np.intp)]
    for lag in (round(lag_s * sample_rate_hz) for lag_s in LAGS_S):
        if mono.size > 4 * lag:
            same = runs(_same(mono, lag, width, least, np.float32(dc)))
            long = same[same[:, 1] - same[:, 0] >= least] + (-(width // 2), width // 2)
            found.append(lag + long * STRIDE)
    return _joined(np.concatenate(found), mono.size, MAX_S * sample_rate_hz)


def _change(mono: Float) -> Float:
    """Return every `STRIDE`-th change from sample to sample: mains hum repeats after 20 ms, but hardly changes."""
    return np.asarray(mono[1::STRIDE] - mono[:-1:STRIDE])


def _changes(mono: Float, lag: int, dc: np.float32) -> tuple[Float, Float]:
    """Return the changes from some samples on, and the same number of those before."""
    centred = mono - dc
    now = _change(centred[lag:])
    return now, _change(centred)[: now.size]


def _same(mono: Float, lag: int, width: int, least: int, dc: np.float32) -> Bool:
    """Return about which changes a loud window is the one earlier; runs of fewer than `least` may be left out."""
    candidates = _candidates(mono, lag, width, least, dc).tolist()
    if not candidates:
        return np.zeros(0, dtype=bool)
    now, then = _changes(mono, lag, dc)
    same = np.zeros(now.shape, dtype=bool)
    around = _around(now, width)
    power = _products(around, around, width)[: -(-now.size // width)] / np.float32(width)
    loud = LOUD_RATIO * float(np.percentile(sounding(power), 95))
    for start, stop in candidates:
        first = max(0, start - width)
        there = slice(first, stop + width)
        same[max(0, start) : stop] = _is_same(now[there], then[there], width, loud)[
            max(0, start) - first : stop - first
        ]
    return same


def _is_same(now: Float, then: Float, width: int, loud: float) -> Bool:
    from scipy.ndimage import uniform_filter1d

    own, old, both = (uniform_filter1d(one * two, width) for one, two in ((now, now), (then, then), (now, then)))
    near = (both > 0.0) & (own > loud)
    both *= both
    old *= own
    return np.asarray(near & (old - both < EXACT_RATIO * old))


def _candidates(mono: Float, lag: int, width: int, least: int, dc: np.float32) -> npt.NDArray[np.intp]:
    """Return the stretches in which runs of `least` windows may lie: a close look everywhere takes five times as long.

    Half a window leaves no more than all of it, whatever the gain. The windows of a run hold some halves whole, one
    after the other, and each of these leaves next to nothing of the power of the windows it lies in.
    """
    half = width // 2
    halves = runs(_near_enough(mono, lag, width, dc))
    enough = halves[halves[:, 1] - halves[:, 0] >= (least + width - half) // half]
    return np.asarray(enough * half + (-half, half - width + 1))


def _near_enough(mono: Float, lag: int, width: int, dc: np.float32) -> Bool:
    """Return which halves of windows leave next to nothing."""
    half = width // 2
    if kernels.compiled:
        count = (-(-(mono.size - lag - 1) // STRIDE) + half + 2 * width) // half
        near = np.empty(count, dtype=bool)
        kernels.compiled.repeated_halves(np.ascontiguousarray(mono), lag, STRIDE, -half, half, near)
        return near
    now, then = (_around(wave, width) for wave in _changes(mono, lag, dc))
    own, old, both = (_products(one, two, half) for one, two in ((now, now), (then, then), (now, then)))
    most = 1.1 * EXACT_RATIO * np.convolve(own, np.ones(5, dtype=np.float32), mode="same")  # 0.1 for rounding
    return np.asarray(own * old - both * both <= most * old)


def _around(wave: Float, width: int) -> Float:
    """Return a wave with windows beyond its ends."""
    return np.pad(wave, (width // 2, 2 * width), mode="symmetric")


def _products(one: Float, two: Float, size: int) -> Float:
    """Return the sums of products over stretches of a size."""
    count = one.size // size
    stretches = (wave[: count * size].reshape(count, size) for wave in (one, two))
    return np.asarray(np.einsum("ij,ij->i", *stretches))


def _joined(places: npt.NDArray[np.intp], samples: int, most: float) -> npt.NDArray[np.intp]:
    """Return the places in order; those that overlap, found at two lags or packet after packet, as one."""
    if not len(places):
        return places
    inside = np.zeros(samples, dtype=bool)
    for start, stop in places:
        inside[max(0, start) : stop] = True
    joined = runs(inside)
    return joined[joined[:, 1] - joined[:, 0] <= most]
