"""How much of each bin is voice: the log-spectral amplitude estimator."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from pipeline.dsp.frames import HOP_S, Float

SMOOTHING = 0.98
"""Of the prior SNR from frame to frame (10 ms): less lets noise twinkle, more blurs onsets. At 5 dB SNR 0.985 costs
0.004 STOI, 0.97 costs 0.016 PESQ (half of the speakers and noises). Raising the noise by 1.3 gains nothing and costs
0.004 STOI."""

LEAST_PRIOR = 10.0**-2.5
MOST_POSTERIOR, LEAST_ARGUMENT = 1e4, 1e-3
LEAST_NOISE = np.float32(1e-20)

_SHIFT = 23 - 10
"""Bits of a float32's mantissa that the table leaves out: ten remain, steps of a thousandth."""


def log_mmse_gains(spectrogram: Float, noise: Float, floor_gain: float) -> Iterator[Float]:
    """Yield the gain of each bin, `floor_gain` to 1, float32 of shape (frames, bins): a second's frames at a time.

    Parameters
    ----------
    spectrogram : float32, shape (frames, bins)
        Power.
    noise : float32, shape (seconds, bins)
        Power of the noise in each second.
    floor_gain : float
        What noise alone keeps: a room that is quite dead is heard as a fault, and hides less of what remains.

    Notes
    -----
    Ephraim and Malah (IEEE ASSP 33(2), 1985, eq. 20), with their decision-directed prior SNR. The range of the gain is
    mapped to `floor_gain` to 1 rather than cut off there: gains 0.01 to 0.03 PESQ.
    """
    kept = np.full(spectrogram.shape[1], SMOOTHING, dtype=np.float32)
    frames = round(1.0 / HOP_S)
    for second, start in enumerate(range(0, len(spectrogram), frames)):
        block = spectrogram[start : start + frames]
        posterior, gains = block / (noise[second] + LEAST_NOISE), np.empty_like(block)
        np.minimum(posterior, np.float32(MOST_POSTERIOR), out=posterior)
        kept = _estimate(posterior, kept, gains)
        gains *= np.float32(1.0 - floor_gain)
        gains += np.float32(floor_gain)
        yield gains


def _estimate(posterior: Float, kept: Float, gains: Float) -> Float:
    """Write the gains of some frames, one after the other; return what the prior SNR keeps of the last.

    In place, in float32 and by table: a tenth of the time of the equations as they stand, at -80 dB of difference.
    """
    fresh = np.maximum(posterior - np.float32(1.0), np.float32(0.0))
    fresh *= np.float32(1.0 - SMOOTHING)
    smoothing = posterior * np.float32(SMOOTHING)
    kept, share, over = kept.copy(), np.empty_like(kept), np.empty_like(kept)
    for now, new, hold, gain in zip(posterior, fresh, smoothing, gains, strict=True):
        np.add(kept, new, out=share)
        np.maximum(share, np.float32(LEAST_PRIOR), out=share)
        np.add(share, np.float32(1.0), out=over)
        share /= over
        np.multiply(share, now, out=over)
        _half_exp1(over, out=gain)
        np.multiply(gain, share, out=gain)
        np.minimum(gain, np.float32(1.0), out=gain)
        np.multiply(gain, gain, out=kept)
        kept *= hold
    return kept


def _half_exp1(values: Float, out: Float) -> None:
    """Write ``exp(E1(v) / 2)`` of every value, from a table by the bits of the float: exponent and high mantissa."""
    np.maximum(values, np.float32(LEAST_ARGUMENT), out=values)
    _table().take(values.view(np.int32) >> _SHIFT, out=out, mode="clip")


@lru_cache(maxsize=1)
def _table() -> Float:
    """Return ``exp(E1(v) / 2)`` at the middle of each step of the float, by the bits of the step.

    What lies before `LEAST_ARGUMENT` is never read: left empty, it takes no memory but its addresses.
    """
    from scipy.special import exp1

    ends = np.array([LEAST_ARGUMENT, MOST_POSTERIOR], dtype=np.float32).view(np.int32) >> _SHIFT
    edges = (np.arange(ends[0], ends[1] + 2, dtype=np.int32) << _SHIFT).view(np.float32).astype(np.float64)
    middles = np.exp(0.5 * exp1(np.sqrt(edges[:-1] * edges[1:])))
    return np.concatenate([np.zeros(ends[0]), middles]).astype(np.float32)
