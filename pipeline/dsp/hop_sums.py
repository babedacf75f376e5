"""Powers of overlapping frames: what lies within one hop is summed once, not for each frame that holds it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline import kernels
from pipeline.dsp.frames import (
    WINDOW_S,
    Double,
    Float,
    frame_power,
    frame_stretch,
    hop_length,
    row_energies,
    row_sums,
    window_length,
)

LEAST_FRAMES = 20
"""Of a wave of which sums are taken by the compiled loops: the frames of a shorter one reach over its ends."""


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


def frame_powers(mono: Float, sample_rate_hz: int, dc: float = 0.0) -> Double:
    """Return the `frame_power` of every frame of a wave, shape (frames,).

    Parameters
    ----------
    mono : float32, shape (samples,)
    sample_rate_hz : int
    dc : float
        Of the wave, known beforehand: frames are measured about their own means, but the nearer those are to 0 the
        better they come off in float32.
    """
    if kernels.compiled and is_long(mono.size, sample_rate_hz):
        grid = hop_grid(mono.size, sample_rate_hz)
        sums = np.zeros((2, grid.bounds.size - 1))
        kernels.compiled.stretch_sums(np.ascontiguousarray(mono), grid.bounds, sums)
        head, tail = (end - np.float32(dc) for end in (mono[: 3 * grid.window], mono[grid.tail :]))
        return powers_of(grid, sums, head, tail, sample_rate_hz)
    return _frame_powers_numpy(mono - np.float32(dc) if dc else mono, sample_rate_hz)


def is_long(size: int, sample_rate_hz: int) -> bool:
    """Return whether a wave has enough frames to take sums for `powers_of`."""
    return size > LEAST_FRAMES * WINDOW_S * sample_rate_hz


def hop_grid(size: int, sample_rate_hz: int) -> HopGrid:
    """Return where the sums of a wave are taken."""
    window, hop = window_length(sample_rate_hz), hop_length(sample_rate_hz)
    first, (whole, rest) = -(-(window // 2) // hop), divmod(window, hop)
    start = first * hop - window // 2
    hops = (size - start) // hop
    starts = start + hop * np.arange(hops + 1, dtype=np.int64)
    bounds = np.concatenate([[0], np.stack([starts, starts + rest], axis=1).ravel()[:-1], [size]])
    return HopGrid(bounds, window, hop, first, whole, hops)


def powers_of(grid: HopGrid, sums: Double, head: Float, tail: Float, sample_rate_hz: int) -> Double:
    """Return the `frame_power` of each frame: of those within the wave by its sums, of the others by its ends.

    Parameters
    ----------
    grid : HopGrid
    sums : float64, shape (2, stretches)
        Sums and sums of squares of the stretches between the bounds of the grid.
    head, tail : float32
        Three windows of the wave from its beginning, and all from ``grid.tail`` on.
    sample_rate_hz : int
    """
    mean, square = (_over_frames(row[1:-1:2], row[2:-1:2], grid.whole) / grid.window for row in sums)
    before = frame_power(frame_stretch(head, sample_rate_hz, 0, grid.first))
    after = frame_stretch(tail, sample_rate_hz, grid.first + grid.beside, 1 + tail.size // grid.hop)
    return np.concatenate([before, np.maximum(square - mean**2, 0.0), frame_power(after)])


def _frame_powers_numpy(mono: Float, sample_rate_hz: int) -> Double:
    window, hop = window_length(sample_rate_hz), hop_length(sample_rate_hz)
    count, first, (whole, rest) = 1 + mono.size // hop, -(-(window // 2) // hop), divmod(window, hop)
    within = mono[first * hop - window // 2 :]
    hops = within[: within.size // hop * hop].reshape(-1, hop)
    if len(hops) <= whole:
        return frame_power(frame_stretch(mono, sample_rate_hz, 0, count))
    mean = _over_frames(row_sums(hops[:, :rest]), row_sums(hops[:, rest:]), whole) / window
    square = _over_frames(row_energies(hops[:, :rest]), row_energies(hops[:, rest:]), whole) / window
    before = frame_power(frame_stretch(mono, sample_rate_hz, 0, first))
    after = frame_power(frame_stretch(mono, sample_rate_hz, first + mean.size, count))
    return np.concatenate([before, np.maximum(square - mean**2, 0.0), after])


def _over_frames(heads: Double, tails: Double, whole: int) -> Double:
    """Return sums over frames that reach over so many whole hops and the head of the next."""
    hops, count = heads + tails, heads.size - whole
    return np.asarray(sum((hops[at : at + count] for at in range(whole)), heads[whole:]))
