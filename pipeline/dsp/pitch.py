"""Pitch: the fundamental frequency of the voice, frame by frame."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from pipeline import kernels
from pipeline.dsp.decimation import Thinning, filtered_by, in_groups
from pipeline.dsp.frames import Bool, Float, hop_length
from pipeline.dsp.periods import HIGH_HZ, LOW_HZ, Thinned, period_search

RATE_HZ = 4000.0
"""The wave is smoothed to about 1 kHz and thinned to this rate: the first harmonics carry the pitch."""

VOICED = 0.5
"""Least autocorrelation of a voiced frame (Praat: 0.45; a little more against noise)."""

FLOOR, CEILING = 0.65, 2.2
"""Second pass: from so much of the lower quartile of the first to so much of the upper one."""

_SMALLEST = 20


@dataclass(frozen=True, slots=True)
class Pitch:
    """`hz` and `strength` (autocorrelation at that period, 0 to 1) a frame; both 0 where there is no voice."""

    hz: Float
    strength: Float

    @property
    def voiced(self) -> Bool:
        """The frames that have a pitch, shape (frames,)."""
        return np.asarray(self.hz > 0.0)


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
    search = period_search(thin, speech)
    hz, strength = search(LOW_HZ, HIGH_HZ)
    sure = hz[strength > VOICED]
    if sure.size >= _SMALLEST:
        lower, upper = np.percentile(sure, [25, 75])
        low_hz, high_hz = max(LOW_HZ, FLOOR * lower), min(HIGH_HZ, CEILING * upper)
        hz, strength = search(low_hz, high_hz)
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
    rate_hz, hop = sample_rate_hz / factor, hop_length(sample_rate_hz) / factor
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


def _smoothed(hz: Float, strength: Float, speech: Bool) -> Pitch:
    """Return the track on the grid of all frames, its lone jumps replaced by the median of five frames."""
    track, sure = np.zeros((2, speech.size), dtype=np.float32)
    sure[speech] = np.where(strength > VOICED, strength, 0.0)
    track[speech] = hz
    smooth = _median_of_five(np.where(sure > 0.0, track, 0.0))
    voiced = (sure > 0.0) & (smooth > 0.0)
    return Pitch(np.where(voiced, smooth, 0.0).astype(np.float32), np.where(voiced, sure, 0.0).astype(np.float32))


def _median_of_five(track: Float) -> Float:
    """Return the median around each value, mirrored at the ends."""
    padded = np.pad(track, 2, mode="symmetric")
    one, two, middle, four, five = (padded[at : at + track.size] for at in range(5))
    least = np.maximum(np.minimum(one, two), np.minimum(four, five))
    most = np.minimum(np.maximum(one, two), np.maximum(four, five))
    # Of the four others two are no more than `most`, two no less than `least`: theirs with the middle is the median.
    return np.maximum(np.minimum(least, most), np.minimum(np.maximum(least, most), middle))
