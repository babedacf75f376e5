"""Pitch: the fundamental frequency of the voice, frame by frame."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from pipeline import kernels
from pipeline.dsp.decimation import Thinning, filtered_by, in_groups
from pipeline.dsp.frames import HOP_S, Bool, Float

LOW_HZ, HIGH_HZ = 60.0, 500.0
"""From the lowest male voices to excited speech of women and children."""

RATE_HZ = 4000.0
"""The wave is smoothed to about 1 kHz and thinned to this rate: the first harmonics carry the pitch."""

FRAME_S = 0.048
"""Three periods of the lowest pitch but one: Boersma's rule for a Hann window."""

VOICED = 0.5
"""Least autocorrelation of a voiced frame (Praat: 0.45; a little more against noise)."""

OCTAVE_COST = 0.05
"""Taken from the strength of a candidate for every octave it lies lower, so that of two equal periods the
shorter wins. Boersma has 0.01; over half of the shared speakers gross errors against pYIN are 1.26 % with that,
1.10 % with 0.05 and 1.26 % with 0.08."""

FLOOR, CEILING = 0.65, 2.2
"""Second pass: from so much of the lower quartile of the first to so much of the upper one."""

_SMALLEST = 20
_BLOCK = 512
"""Frames transformed at once: keeps the working set in the cache, and small for long takes."""


@dataclass(frozen=True, slots=True)
class Pitch:
    """`hz` and `strength` (autocorrelation at that period, 0 to 1) a frame; both 0 where there is no voice."""

    hz: Float
    strength: Float

    @property
    def voiced(self) -> Bool:
        """The frames that have a pitch, shape (frames,)."""
        return np.asarray(self.hz > 0.0)


class Thinned(NamedTuple):
    """A wave that holds little more than the first harmonics of a voice."""

    wave: Float
    rate_hz: float
    hop: float
    """Samples from frame to frame of the shared grid."""


def track_pitch(thin: Thinned, speech: Bool) -> Pitch:
    """Return the pitch of every frame of speech.

    Parameters
    ----------
    thin : Thinned
        Of a wave without DC and rumble.
    speech : bool, shape (frames,)
        Where a voice is; elsewhere there is no pitch.

    Returns
    -------
    Pitch
        Each of shape (frames,), on the shared grid; `LOW_HZ` to `HIGH_HZ`, 0 where unvoiced.

    Notes
    -----
    Boersma (IFA Proceedings 17, 1993): the autocorrelation of a windowed frame over that of the window peaks at
    the period. Instead of his path search there are two passes after De Looze and Hirst (Speech Prosody 2008):
    the first over all pitches gives the speaker's quartiles, the second looks only where they allow; then a
    median over 50 ms. Fewer than 20 voiced frames go through the first pass only.

    Against pYIN (librosa), over frames that both call voiced: gross errors (over 20 %) 1.1 % on the half of the
    speakers it was tuned on and 0.7 % on the other; medians within 5 % in 29 of 29 and 21 of 22 clips. Noise 10 dB
    down moves the median by 1 to 3 % (8 % at most in 95 of 100), and 0.3 to 1.3 % of frames by over 20 %.
    """
    correlation, lag_rate_hz = _correlation(thin, speech)
    score = _scores(correlation)
    hz, strength = _best(correlation, score, lag_rate_hz, LOW_HZ, HIGH_HZ)
    sure = hz[strength > VOICED]
    if sure.size >= _SMALLEST:
        lower, upper = np.percentile(sure, [25, 75])
        low_hz, high_hz = max(LOW_HZ, FLOOR * lower), min(HIGH_HZ, CEILING * upper)
        hz, strength = _best(correlation, score, lag_rate_hz, low_hz, high_hz)
    return _smoothed(hz, strength, speech)


@lru_cache(maxsize=8)
def _kernel(sample_rate_hz: int, factor: int) -> Float:
    """Return a Hann kernel of sum 1 and about 1 ms (6 dB down at 1 kHz, nothing left at 2 kHz) in rows of `factor`."""
    rows = max(1, round(sample_rate_hz / 1000.0 / factor))
    hann = np.hanning(rows * factor + 2)[1:-1]
    return np.asarray((hann / hann.sum()).reshape(rows, factor), dtype=np.float32)


def thinning(sample_rate_hz: int) -> Thinning:
    """Return what `thinned` does, for the compiled loop: not for rates of which there is nothing to be thinned."""
    factor = int(sample_rate_hz / RATE_HZ)
    kernel = _kernel(sample_rate_hz, factor)
    return Thinning(in_groups(kernel.ravel()), factor, kernel.size // 2)


def thinned(mono: Float, sample_rate_hz: int) -> Thinned:
    """Return the wave smoothed and thinned to about `RATE_HZ`, without delay."""
    factor = max(1, int(sample_rate_hz / RATE_HZ))
    rate_hz, hop = sample_rate_hz / factor, max(1, round(HOP_S * sample_rate_hz)) / factor
    if factor == 1:
        return Thinned(mono, rate_hz, hop)
    kernel = _kernel(sample_rate_hz, factor)
    if kernels.compiled:
        out = np.empty(mono.size // factor + 1, dtype=np.float32)
        return Thinned(filtered_by(kernels.compiled, thinning(sample_rate_hz), mono, out), rate_hz, hop)
    rows, delay = kernel.shape[0], kernel.size // 2
    count = mono.size // factor + rows
    blocks = np.pad(mono, (delay, count * factor - delay - mono.size)).reshape(count, factor)
    parts = blocks @ kernel.T
    thin = sum((parts[row : count - rows + 1 + row, row] for row in range(rows)), np.zeros(1, np.float32))
    return Thinned(np.asarray(thin), rate_hz, hop)


@lru_cache(maxsize=8)
def _to_lags(length: int, transform: int, lags: int) -> tuple[Float, Float]:
    """Return a Hann window, and what makes of a frame's power spectrum its autocorrelation over that of the window.

    Two lags to a sample, the first few only: as one product of matrices they take a third of the time of the transform
    back.
    """
    from scipy.fft import irfft, rfft

    window = np.hanning(length + 2)[1:-1]
    own = irfft(np.abs(rfft(window, transform)) ** 2, 2 * transform)[:lags]
    cosines = np.cos(np.pi * np.outer(np.arange(transform // 2 + 1), np.arange(lags)) / transform)
    cosines[1:] *= 2.0  # each but the first has a mirror image
    return window.astype(np.float32), (cosines / (2 * transform) * (own[0] / own)).astype(np.float32)


def _correlation(thin: Thinned, speech: Bool) -> tuple[Float, float]:
    """Return the corrected autocorrelation of the frames of speech, a row each, and the rate of its lags."""
    from scipy.fft import next_fast_len, rfft

    rate_hz = thin.rate_hz
    length = round(FRAME_S * rate_hz)
    starts = np.round(np.flatnonzero(speech) * thin.hop).astype(np.intp)
    padded = np.pad(thin.wave, (length // 2, length))
    frames = np.lib.stride_tricks.sliding_window_view(padded, length)
    lags = int(2.0 * rate_hz / LOW_HZ) + 3
    transform = next_fast_len(length + lags // 2 + 1, real=True)
    window, to_lags = _to_lags(length, transform, lags)
    result = np.empty((starts.size, lags), dtype=np.float32)
    for first in range(0, starts.size, _BLOCK):
        block = frames[np.minimum(starts[first : first + _BLOCK], padded.size - length)]
        block -= block.mean(axis=1, keepdims=True)
        block *= window
        spectrum = rfft(block, transform, axis=1)
        raw = np.matmul(spectrum.real**2 + spectrum.imag**2, to_lags, out=result[first : first + _BLOCK])
        raw /= np.maximum(raw[:, :1], np.float32(1e-30))
    return result, 2.0 * rate_hz


def _scores(correlation: Float) -> Float:
    """Return how good a candidate each lag but the first and the last is: 0 where there is no peak, less for poor ones.

    A voiced frame has a peak over `VOICED`, which is more than any cost.
    """
    lags = np.arange(1, correlation.shape[1] - 1)
    cost = (OCTAVE_COST * np.log2(lags)).astype(np.float32)
    rises = correlation[:, 1:] >= correlation[:, :-1]
    return (correlation[:, 1:-1] - cost) * (rises[:, :-1] > rises[:, 1:])


def _best(correlation: Float, score: Float, lag_rate_hz: float, low_hz: float, high_hz: float) -> tuple[Float, Float]:
    """Return frequency and height of the best peak of each row, 0 where there is none in the range."""
    first = max(1, int(lag_rate_hz / high_hz))
    last = min(correlation.shape[1] - 1, int(lag_rate_hz / low_hz) + 2)
    at, row = first + score[:, first - 1 : last - 1].argmax(axis=1), np.arange(len(score))
    left, top, right = (correlation[row, at + beside] for beside in (-1, 0, 1))
    bend = np.maximum(2.0 * top - left - right, 1e-9)
    shift = np.clip(0.5 * (right - left) / bend, -0.5, 0.5)
    peak = score[row, at - 1] > 0.0
    hz = np.where(peak, lag_rate_hz / (at + shift), 0.0)
    return hz.astype(np.float32), np.where(peak, np.clip(top, 0.0, 1.0), 0.0).astype(np.float32)


def _smoothed(hz: Float, strength: Float, speech: Bool) -> Pitch:
    """Return the track on the grid of all frames, its lone jumps replaced by the median of five frames."""
    from scipy.ndimage import median_filter

    track, sure = np.zeros((2, speech.size), dtype=np.float32)
    sure[speech] = np.where(strength > VOICED, strength, 0.0)
    track[speech] = hz
    smooth = median_filter(np.where(sure > 0.0, track, 0.0), 5)
    voiced = (sure > 0.0) & (smooth > 0.0)
    return Pitch(np.where(voiced, smooth, 0.0).astype(np.float32), np.where(voiced, sure, 0.0).astype(np.float32))
