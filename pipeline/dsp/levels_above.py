"""What is wanted of a wave above a cutoff, which is not kept: frame powers, a thinned wave for pitch, the envelope.

Compiled, the wave goes through all of it part by part: 4 ms for a minute at 44.1 kHz instead of 17, and no copy of it.
"""

from __future__ import annotations

from types import ModuleType
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline import kernels
from pipeline.dsp.frames import HOP_S, WINDOW_S, Double, Float, frame_power, frame_powers, frame_stretch, over_frames
from pipeline.dsp.highpass import above, butterworth
from pipeline.dsp.periods import Thinned
from pipeline.dsp.pitch import RATE_HZ, thinned, thinning
from pipeline.dsp.recursive import compiled_filter
from pipeline.dsp.speech_level import Envelope, envelope, steps_of

LEAST_FRAMES = 20
"""A shorter wave goes from measure to measure: its frames reach over its ends."""

Levels = tuple[Double, Thinned, Envelope]


class HopGrid(NamedTuple):
    """A wave cut at the hops of its frames from the first that lies within it on, and where frames end between them."""

    bounds: npt.NDArray[np.int64]
    window: int
    hop: int
    first: int
    """How many frames reach over its beginning."""
    whole: int
    """Hops that a frame reaches over, but for a rest."""
    hops: int

    @property
    def beside(self) -> int:
        """Hops that are looked at before the frames that reach over the end: more than a frame."""
        return self.whole + 2

    @property
    def tail(self) -> int:
        """Where those hops begin."""
        return (self.hops - self.whole - self.beside) * self.hop


def levels_above(mono: Float, dc: float, sample_rate_hz: int, cutoff_hz: float) -> Levels:
    """Return frame powers, thinned wave and envelope of what lies above a cutoff.

    Parameters
    ----------
    mono : float32, shape (samples,)
    dc : float
        Is taken off before.
    sample_rate_hz : int
    cutoff_hz : float
        Of the filter of `above`.
    """
    long = mono.size > LEAST_FRAMES * WINDOW_S * sample_rate_hz
    if kernels.compiled and long and sample_rate_hz >= 2.0 * max(RATE_HZ, cutoff_hz):
        return _in_one_pass(kernels.compiled, mono, dc, sample_rate_hz, cutoff_hz)
    wave = above(mono - np.float32(dc), sample_rate_hz, cutoff_hz, overwrite=True)
    return frame_powers(wave, sample_rate_hz), thinned(wave, sample_rate_hz), envelope(wave, sample_rate_hz)


def _in_one_pass(loops: ModuleType, mono: Float, dc: float, sample_rate_hz: int, cutoff_hz: float) -> Levels:
    grid, thin, (step, decay) = _hop_grid(mono.size, sample_rate_hz), thinning(sample_rate_hz), steps_of(sample_rate_hz)
    sums, averages = np.zeros((2, grid.bounds.size - 1)), np.empty(-(-mono.size // step))
    out = np.empty(mono.size // thin.factor + 1, dtype=np.float32)
    head, tail = (np.empty(size, dtype=np.float32) for size in (3 * grid.window, mono.size - grid.tail))
    filtered = compiled_filter(butterworth(sample_rate_hz, cutoff_hz)), np.ascontiguousarray(mono)
    results = grid.bounds, sums, thin.taps, out, averages, head, tail
    loops.levels_above(*filtered, *results, dc, thin.factor, thin.delay, step, decay)
    powers = _frame_powers(grid, sums, head, tail, sample_rate_hz)
    thin_wave = Thinned(out, sample_rate_hz / thin.factor, grid.hop / thin.factor)
    return powers, thin_wave, Envelope(averages, float(sums[1].sum()) / mono.size)


def _hop_grid(size: int, sample_rate_hz: int) -> HopGrid:
    window, hop = max(2, round(WINDOW_S * sample_rate_hz)), max(1, round(HOP_S * sample_rate_hz))
    first, (whole, rest) = -(-(window // 2) // hop), divmod(window, hop)
    start = first * hop - window // 2
    hops = (size - start) // hop
    starts = start + hop * np.arange(hops + 1, dtype=np.int64)
    bounds = np.concatenate([[0], np.stack([starts, starts + rest], axis=1).ravel()[:-1], [size]])
    return HopGrid(bounds, window, hop, first, whole, hops)


def _frame_powers(grid: HopGrid, sums: Double, head: Float, tail: Float, sample_rate_hz: int) -> Double:
    """Return the `frame_power` of each frame: of those within the wave by its sums, of the others by its ends."""
    mean, square = (over_frames(row[1:-1:2], row[2:-1:2], grid.whole) / grid.window for row in sums)
    before = frame_power(frame_stretch(head, sample_rate_hz, 0, grid.first))
    after = frame_stretch(tail, sample_rate_hz, grid.first + grid.beside, 1 + tail.size // grid.hop)
    return np.concatenate([before, np.maximum(square - mean**2, 0.0), frame_power(after)])
