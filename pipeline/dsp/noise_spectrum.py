"""The spectrum of the noise, second by second: learned in real pauses, followed where it rises between them."""

from __future__ import annotations

import numpy as np

from pipeline import kernels
from pipeline.dsp.frames import HOP_S, Bool, Double, Float
from pipeline.dsp.running import running_mean
from pipeline.dsp.voice import VoiceActivity

MIN_PAUSE_S = 0.2
"""Room tone that a spectrum is learned from; with less, the quiet moments of each bin have to do."""

MEMORY_S = 5.0
"""How far away a pause counts 1/e: fans and streets change over seconds."""

PRIOR_S = 1.0
"""The whole recording's pauses count for as much as this much pause nearby."""

SMOOTH_HZ = 60.0
"""Two bins: the noise of few frames is rough, its lines are narrow."""

QUIET_QUANTILE, QUIET_BIAS = 10.0, 3.0
"""Of each bin's power, smoothed over 50 ms: a floor, and how far the mean of noise lies over it (chi-square of some ten
degrees). Where there are no pauses, denoising with it gains 0.30 PESQ at 5 to 20 dB SNR (half of the speakers)."""

_BLOCK, _BINS, _SECONDS = 128, 128, 30

_SECOND = round(1.0 / HOP_S)

_COUNTED = 128
"""Frames of which a byte counts those that are quiet."""

NEAR_S, RISEN_BIAS, RISEN_RATIO, MOST_RISEN_RATIO = 3.0, 2.0, 2.0, 10.0
"""Within 1.5 s of a moment: noise that got louder there, by `RISEN_RATIO` to `MOST_RISEN_RATIO`, is seen in the quiet
moments of each bin. Where noise rises by 9 dB halfway, PESQ gains 0.35 instead of 0.19 at 5 to 20 dB; where it does
not, following costs 0.007 (half of the speakers and noises)."""


def noise_spectra(spectrogram: Float, voice: VoiceActivity, bin_hz: float) -> Float:
    """Return the noise's power spectrum in each second, float32 of shape (seconds, bins).

    Parameters
    ----------
    spectrogram : float32, shape (frames, bins)
    voice : VoiceActivity
    bin_hz : float
        Width of a bin.

    Notes
    -----
    Ours: the mean over pauses, near ones counting more (`MEMORY_S`), drawn towards the mean over all (`PRIOR_S`).
    """
    seconds = 1 + spectrogram.shape[0] // _SECOND
    if voice.pause.sum() * HOP_S >= MIN_PAUSE_S:
        noise = _followed(_local(spectrogram, voice.pause, seconds), spectrogram, voice.empty)
    else:
        noise = np.repeat(QUIET_BIAS * _quiet(spectrogram, voice.empty)[None, :], seconds, axis=0)
    return _over_bins(noise, bin_hz).astype(np.float32)


def _quiet(spectrogram: Float, empty: Bool) -> Double:
    """Return each bin's `QUIET_QUANTILE` over all that was heard."""
    if not kernels.compiled:
        quiet = _smoothed(spectrogram)[~empty]
        return _floor(quiet, len(quiet))
    floor = np.empty(spectrogram.shape[1])
    kernels.compiled.quiet_floor(np.ascontiguousarray(spectrogram), empty, QUIET_QUANTILE / 100.0, floor)
    return floor


def _local(spectrogram: Float, pause: Bool, seconds: int) -> Double:
    power, frames = _sums(spectrogram, pause, seconds)
    prior, everywhere = PRIOR_S / HOP_S, power.sum(axis=0) / frames.sum()
    near = _spread(np.column_stack([power, frames]))
    return np.asarray((near[:, :-1] + prior * everywhere) / (near[:, -1:] + prior))


def _spread(values: Double) -> Double:
    """Return sums over all rows, each weighted with its distance: ``exp(-|distance| / MEMORY_S)``."""
    keep, past, ahead = np.exp(-1.0 / MEMORY_S), values.copy(), values.copy()
    for at in range(1, len(values)):
        past[at] += keep * past[at - 1]
        ahead[-1 - at] += keep * ahead[-at]
    return np.asarray(past + ahead - values)


def _sums(spectrogram: Float, pause: Bool, seconds: int) -> tuple[Double, Double]:
    """Return the sum of each second's pauses, and how many frames these are."""
    power, frames = np.zeros((seconds, spectrogram.shape[1])), np.zeros(seconds)
    if kernels.compiled:
        kernels.compiled.sums_by_second(np.ascontiguousarray(spectrogram), pause, _SECOND, power, frames)
        return power, frames
    second = np.flatnonzero(pause) // _SECOND
    starts = np.flatnonzero(np.diff(second, prepend=-1))
    power[second[starts]] = np.add.reduceat(spectrogram[pause], starts, axis=0, dtype=np.float64)
    return power, np.bincount(second, minlength=seconds).astype(np.float64)


def _followed(noise: Double, spectrogram: Float, empty: Bool) -> Double:
    """Return the noise, raised where the quiet moments nearby lie clearly above what was learned."""
    if kernels.compiled:  # for `NEAR_S` of three: a second, the one before and the one after
        rule = QUIET_QUANTILE / 100.0, RISEN_BIAS, RISEN_RATIO, MOST_RISEN_RATIO, _SECOND
        kernels.compiled.follow_noise(np.ascontiguousarray(spectrogram), empty, rule, noise)
        return noise
    half, second = round(NEAR_S / 2.0 / HOP_S), _SECOND
    for first in range(0, len(noise), _SECONDS):
        begin = max(0, first * second + second // 2 - half)
        smooth = _smoothed(spectrogram, begin, (first + _SECONDS) * second + half)
        smooth[empty[begin : begin + len(smooth)]] = np.inf  # above everything, and never quiet
        for at, learned in enumerate(noise[first : first + _SECONDS], first):
            near = slice(max(0, at * second + second // 2 - half), at * second + second // 2 + half)
            heard = int((~empty[near]).sum())
            if heard >= half:
                noise[at] = _raised(learned, smooth[near.start - begin : near.stop - begin], heard)
    return noise


def _raised(learned: Double, near: Float, heard: int) -> Double:
    """Return the noise of a second: most bins have so many frames below what was learned that none need be sorted."""
    below = near <= (RISEN_RATIO / RISEN_BIAS * learned).astype(np.float32)
    parts = (below[start : start + _COUNTED].view(np.uint8) for start in range(0, len(below), _COUNTED))
    counts = np.stack([np.add.reduce(part, axis=0, dtype=np.uint8) for part in parts]).sum(axis=0)
    few = np.flatnonzero(counts < int(_rank(heard)) + 2)
    risen = np.minimum(RISEN_BIAS * _floor(near[:, few], heard), MOST_RISEN_RATIO * learned[few])
    raised = learned.copy()
    raised[few] = np.where(risen > RISEN_RATIO * learned[few], risen, learned[few])
    return raised


def _smoothed(spectrogram: Float, first: int = 0, end: int | None = None) -> Float:
    """Return means over five frames and three bins, the ends mirrored; block by block, which stays in the cache."""
    last = len(spectrogram) - 1
    end = last + 1 if end is None else min(end, last + 1)
    out = np.empty((end - first, spectrogram.shape[1]), dtype=np.float32)
    for start in range(first, end, _BLOCK):
        stop = min(start + _BLOCK, end)
        pairs = np.add(*(_mirrored(spectrogram, start + at, stop + 3 + at) for at in (-2, -1)))
        summed = pairs[:-3] + pairs[2:-1]
        summed += _mirrored(spectrogram, start + 2, stop + 2)
        _over_three_bins(summed, out[start - first : stop - first])
    return out


def _mirrored(spectrogram: Float, start: int, stop: int) -> Float:
    """Return some frames, those beyond the ends mirrored: a view where there are none."""
    last = len(spectrogram) - 1
    if start >= 0 and stop <= last + 1:
        return spectrogram[start:stop]
    at = np.arange(start, stop)
    return np.asarray(
        spectrogram[np.clip(np.where(at < 0, -1 - at, np.where(at > last, 2 * last + 1 - at, at)), 0, last)]
    )


def _over_three_bins(summed: Float, out: Float) -> None:
    """Write what becomes of sums over five frames: means over three bins of them."""
    summed *= np.float32(1.0 / 15.0)
    np.add(summed[:, :-1], summed[:, 1:], out=out[:, :-1])
    out[:, 1:-1] += summed[:, :-2]
    out[:, -1] = summed[:, -2] + 2.0 * summed[:, -1]
    out[:, 0] += summed[:, 0]


def _rank(heard: int) -> float:
    return QUIET_QUANTILE / 100.0 * (heard - 1)


def _floor(power: Float, heard: int) -> Double:
    """Return each bin's `QUIET_QUANTILE` of the frames heard, as `numpy.percentile` gives it, in a third of its time.

    What was not heard is infinite.
    """
    at, floors = _rank(heard), [np.empty(0)]
    for start in range(0, power.shape[1], _BINS):
        ordered = np.sort(np.ascontiguousarray(power[:, start : start + _BINS].T), axis=1)
        low, high = ordered[:, int(at)].astype(np.float64), ordered[:, min(int(at) + 1, heard - 1)]
        floors.append(low + (high - low) * (at - int(at)))
    return np.concatenate(floors)


def _over_bins(noise: Double, bin_hz: float) -> Double:
    return np.ascontiguousarray(running_mean(noise.T, max(1, round(SMOOTH_HZ / bin_hz))).T)
