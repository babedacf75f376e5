"""Short frames of a wave: the grid that every frame-wise measure shares.

A frame is `WINDOW_S` long and a new one starts every `HOP_S`; frame ``k`` is centred at ``k * HOP_S``,
with the wave reflected at its ends, so frame and time never need a correction.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline import kernels

Float = npt.NDArray[np.float32]
Double = npt.NDArray[np.float64]
Bool = npt.NDArray[np.bool_]

HOP_S = 0.010
"""Step between frames. 10 ms is the usual step of speech analysis."""

WINDOW_S = 0.032
"""Length of a frame: long enough to resolve the harmonics of a low voice, shorter than a stop closure."""

_ROW = 1024

SILENCE_DB = -200.0
"""What a power of zero is called in dB, so that no logarithm of zero is taken."""


def hop_length(sample_rate_hz: int, hop_s: float = HOP_S) -> int:
    """Return the samples from one frame to the next: the nearest whole number, 220 for 10 ms at 22.05 kHz."""
    return max(1, round(hop_s * sample_rate_hz))


def window_length(sample_rate_hz: int, window_s: float = WINDOW_S) -> int:
    """Return the samples of a frame."""
    return max(2, round(window_s * sample_rate_hz))


def to_db(power: npt.ArrayLike) -> Double:
    """Return power in dB re full scale (mean square of 1.0 is 0 dB), `SILENCE_DB` at the least."""
    least = 10.0 ** (SILENCE_DB / 10.0)
    return np.asarray(10.0 * np.log10(np.maximum(np.asarray(power, dtype=np.float64), least)))


def from_db(level_db: npt.ArrayLike) -> Double:
    """Return the power of a level in dB."""
    return np.asarray(10.0 ** (np.asarray(level_db, dtype=np.float64) / 10.0))


def cut_frames(mono: Float, sample_rate_hz: int, window_s: float = WINDOW_S, hop_s: float = HOP_S) -> Float:
    """Return frames of a wave as a read-only view.

    Parameters
    ----------
    mono : float32, shape (samples,)
    sample_rate_hz : int
    window_s, hop_s : float
        Length and step of the frames.

    Returns
    -------
    float32, shape (frames, window)
        ``1 + samples // hop`` frames, centred on multiples of the hop.
    """
    window, hop = window_length(sample_rate_hz, window_s), hop_length(sample_rate_hz, hop_s)
    count = 1 + mono.size // hop
    mode: Any = "reflect" if mono.size > window else "constant"
    padded = np.pad(mono, (window // 2, window), mode=mode)
    return np.lib.stride_tricks.sliding_window_view(padded, window)[::hop][:count]


def frame_blocks(mono: Float, sample_rate_hz: int, block: int, hop_s: float = HOP_S) -> Iterator[Float]:
    """Yield the frames of `cut_frames`, so many at a time: only the ends of the wave are copied."""
    window, hop = window_length(sample_rate_hz), hop_length(sample_rate_hz, hop_s)
    count, before = 1 + mono.size // hop, -(-(window // 2) // hop)
    within = np.empty((0, window), dtype=np.float32)  # the frames from the first one that lies within the wave
    if mono.size >= before * hop - window // 2 + window:
        within = np.lib.stride_tricks.sliding_window_view(mono[before * hop - window // 2 :], window)[::hop]
    for first in range(0, count, block):
        end = min(first + block, count)
        if first >= before and end <= before + len(within):
            yield within[first - before : end - before]
        else:
            yield frame_stretch(mono, sample_rate_hz, first, end, hop_s)


def frame_stretch(mono: Float, sample_rate_hz: int, first: int, end: int, hop_s: float = HOP_S) -> Float:
    """Return the frames of `cut_frames` from one up to another, as a view where they lie within the wave."""
    window, hop = window_length(sample_rate_hz), hop_length(sample_rate_hz, hop_s)
    start = first * hop - window // 2
    stop = (end - 1) * hop - window // 2 + window
    return np.lib.stride_tricks.sliding_window_view(_reflected(mono, start, stop, window), window)[::hop]


def _reflected(mono: Float, start: int, stop: int, window: int) -> Float:
    """Return a stretch that may lie beyond the ends: reflected there, or zeros beyond a wave shorter than a frame."""
    if start >= 0 and stop <= mono.size:
        return mono[start:stop]
    at = np.arange(start, stop)
    if mono.size <= window:
        return np.pad(mono, (window, 2 * window))[start + window : stop + window]
    at = np.abs(at)
    return mono[np.where(at < mono.size, at, 2 * (mono.size - 1) - at)]


def row_sums(rows: Float) -> Double:
    """Return the sum of each row, taken in float32."""
    return np.asarray(np.einsum("ij->i", rows), dtype=np.float64)


def row_energies(rows: Float) -> Double:
    """Return the sum of squares of each row, taken in float32."""
    return np.asarray(np.einsum("ij,ij->i", rows, rows), dtype=np.float64)


def frame_power(frames: Float) -> Double:
    """Return the mean square about the mean of each frame: power without DC, shape (frames,).

    Summed in float32, which is a fifth of the time, and right to a millionth over the thousands of samples of a frame.
    """
    mean, square = row_sums(frames) / frames.shape[1], row_energies(frames) / frames.shape[1]
    return np.asarray(np.maximum(square - mean**2, 0.0))


def energy(wave: Float) -> float:
    """Return the sum of squares of a wave: in float32 within a thousand samples, in float64 over those."""
    whole = wave.size // _ROW * _ROW
    rows, rest = wave[:whole].reshape(-1, _ROW), wave[whole:]
    return float(row_energies(rows).sum() + np.square(rest, dtype=np.float64).sum())


def mean(wave: Float) -> float:
    """Return the mean of a wave, in float64; 0 of nothing."""
    if wave.size == 0:
        return 0.0
    if kernels.compiled:
        return float(kernels.compiled.sum_and_square(np.ascontiguousarray(wave))[0]) / wave.size
    return float(wave.mean(dtype=np.float64))


def means(wave: Float) -> Float:
    """Return the mean of each channel, float32 of shape (channels, 1): the DC, which filters and cuts stumble over."""
    return np.array([[mean(channel)] for channel in wave], dtype=np.float32)


def runs(mask: Bool) -> npt.NDArray[np.intp]:
    """Return the runs of True in `mask` as ``[start, stop)`` pairs, shape (runs, 2)."""
    if mask.size == 0:
        return np.empty((0, 2), dtype=np.intp)
    first, last = ([0] if mask[0] else []), ([mask.size] if mask[-1] else [])
    inner = np.flatnonzero(mask[1:] != mask[:-1]) + 1
    return np.concatenate([first, inner, last]).astype(np.intp).reshape(-1, 2)


def runs_of(places: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Return the runs of neighbouring places, which need no order, as ``[start, stop)`` pairs, shape (runs, 2)."""
    at = np.sort(places)
    first = np.flatnonzero(np.diff(at, prepend=-2) > 1)
    last = np.append(first[1:], at.size)[: first.size] - 1
    return np.stack([at[first], at[last] + 1], axis=1)


def over(flags: Bool, count: int) -> Bool:
    """Return the flags of so many steps over the same time, shape (count,)."""
    return np.asarray(flags[np.arange(count) * flags.size // count])


def mask_of(pairs: npt.NDArray[np.intp], size: int) -> Bool:
    """Return the mask of so many flags that is True within ``[start, stop)`` pairs, which may overlap and stick out."""
    mask = np.zeros(size, dtype=bool)
    for start, stop in np.clip(pairs, 0, size).tolist():
        mask[start:stop] = True
    return mask
