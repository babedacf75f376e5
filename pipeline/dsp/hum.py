"""Mains hum: steady lines at multiples of 50 or 60 Hz."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pipeline import kernels
from pipeline.dsp.decimation import decimated
from pipeline.dsp.frames import Double, Float, cut_frames, to_db
from pipeline.dsp.padding import ROUNDING
from pipeline.dsp.quantiles import quantile

MAINS_HZ = (50.0, 60.0)
HARMONICS = 12
STRONGEST = 3
"""Harmonics of a hum are uneven: the strongest three tell."""

CLEAR_DB = 9.0
"""Over its neighbours: a line of hum. The strongest of twelve chance lines stands at 8."""

WINDOW_S, HOP_S = 1.0, 0.25
"""A second resolves 1 Hz: mains holds its frequency that well, no voice does."""

LEAST_RATE_HZ = 2400
"""Lines up to 720 Hz are looked at; what a short filter lets fold back lies above 1200 Hz."""

QUANTILE = 20.0
"""A line that is there all the time is there in the quietest fifth of the windows; a voice is not."""


def hum_db(mono: Float, sample_rate_hz: int) -> float | None:
    """Return how far mains hum stands over the noise around it.

    Parameters
    ----------
    mono : float32, shape (samples,)
        Without DC.
    sample_rate_hz : int

    Returns
    -------
    float or None
        dB: the mean of the `STRONGEST` of the first harmonics of 50 Hz or of 60 Hz, each its line over the median
        of its neighbours 4 to 12 Hz away; 2 to 8 without hum. None below 2 s and for digital silence.

    Notes
    -----
    Ours, on the 20th percentile over windows of each bin's power. A voice that holds one note all through at a
    multiple of a mains frequency would be taken for hum.
    """
    if mono.size < 2.0 * WINDOW_S * sample_rate_hz:
        return None
    quiet = _quiet_spectrum(mono, sample_rate_hz)
    return None if quiet is None else max(_strongest_db(quiet, mains_hz) for mains_hz in MAINS_HZ)


def hum_lines_hz(mono: Float, sample_rate_hz: int) -> tuple[float, list[int]]:
    """Return the mains frequency whose lines are stronger, and its harmonics that stand out by `CLEAR_DB`."""
    quiet = _quiet_spectrum(mono, sample_rate_hz) if mono.size >= 2.0 * WINDOW_S * sample_rate_hz else None
    if quiet is None:
        return MAINS_HZ[0], []
    mains_hz = max(MAINS_HZ, key=lambda each: _strongest_db(quiet, each))
    lines_db = _lines_db(quiet, mains_hz)
    highest = int(0.45 * sample_rate_hz / mains_hz)
    return mains_hz, [order for order, db in enumerate(lines_db, 1) if db > CLEAR_DB and order <= highest]


def _quiet_spectrum(mono: Float, sample_rate_hz: int) -> Double | None:
    """Return the lower part of the spectrum, 1 Hz a bin, in the quietest fifth of the windows that are not empty."""
    low, rate_hz = _lowered(mono, sample_rate_hz)
    frames = cut_frames(low, rate_hz, WINDOW_S, HOP_S)
    power = _powers_about_mean(frames)
    held = np.flatnonzero(power > ROUNDING * power.max())  # of digital silence a filter leaves next to nothing, or DC
    if held.size == 0:
        return None
    highest = round(HARMONICS * max(MAINS_HZ) * WINDOW_S) + 20
    return quantile(_powers(frames, held, highest), QUANTILE)


def _powers_about_mean(frames: Float) -> Double:
    mean = np.einsum("ij->i", frames) / frames.shape[1]
    return np.asarray(np.einsum("ij,ij->i", frames, frames) / frames.shape[1] - mean**2)


def _powers(frames: Float, held: npt.NDArray[np.intp], highest: int) -> Float:
    """Return the power of some of the frames in the lowest bins, shape (frames, bins)."""
    window = np.hanning(frames.shape[1]).astype(np.float32)
    if kernels.compiled and 210 ** window.size.bit_length() % window.size == 0:  # no prime factor above 7
        hop = frames.strides[0] // frames.itemsize
        wave = np.lib.stride_tricks.as_strided(frames, ((len(frames) - 1) * hop + window.size,), frames.strides[1:])
        powers = np.empty((held.size, highest), dtype=np.float32)
        kernels.compiled.window_powers(wave, held.astype(np.int64) * hop, window, powers)
        return powers
    import scipy.fft

    return np.asarray(np.abs(scipy.fft.rfft(frames[held] * window, axis=1)[:, :highest]) ** 2)


def _lowered(mono: Float, sample_rate_hz: int) -> tuple[Float, int]:
    """Return the wave at the lowest whole divisor of its rate that still holds the lines, and that rate."""
    factor = max(1, sample_rate_hz // LEAST_RATE_HZ)
    while sample_rate_hz % factor:
        factor -= 1
    if factor == 1:
        return mono, sample_rate_hz
    return decimated(mono, factor), sample_rate_hz // factor


def _strongest_db(power: Double, mains_hz: float) -> float:
    return float(np.mean(sorted(_lines_db(power, mains_hz))[-STRONGEST:]))


def _lines_db(power: Double, mains_hz: float) -> list[float]:
    at = np.round(np.arange(1, HARMONICS + 1) * mains_hz * WINDOW_S).astype(np.intp)[:, None]
    line, around = power[at + np.arange(-1, 2)], power[at + np.array([*range(-12, -3), *range(4, 13)])]
    lines_db: list[float] = (to_db(line.max(axis=1)) - to_db(np.median(around, axis=1))).tolist()
    return lines_db
