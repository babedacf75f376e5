"""The loud stretches of a wave, as they are and as they were before a high-pass."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from pipeline.dsp.flat_tops import MIN_TOPS
from pipeline.dsp.frames import Double, Float
from pipeline.dsp.recursive import one_pole

BLOCK = 512
"""Samples of which the loudest is looked at first, so that quiet stretches cost nothing."""

STRETCH = 32
"""Blocks that stay together when a wave is thinned: a third of a second at 48 kHz, so that few tops are torn."""

LOUD = 0.4
"""Share of a side's loudest level from which on ceilings are looked for: behind a codec the loudest hiss may stand
40 % above the ceiling of the vowels."""

LEAST = 1e-4
"""Share of full scale: what never gets louder is three steps of a 16-bit file, and has no tops."""

LEAK_HZ = 8.0
"""What lies below is not brought back: it would be drift. An octave under the lowest high-pass of a recorder."""


@dataclass(frozen=True)
class LoudBlocks:
    """Blocks that hold something loud.

    Attributes
    ----------
    samples : float32, shape (blocks, BLOCK)
        Without the wave's DC.
    start : float64, shape (blocks,)
        Leaky sum of all that came before each block.
    index : int, shape (blocks,)
        Which blocks of the wave they are.
    sample_rate_hz : int
    """

    samples: Float
    start: Double
    index: npt.NDArray[np.intp]
    sample_rate_hz: int

    def thinned(self, most: int) -> LoudBlocks:
        """Return about `most` blocks at the most, in stretches of `STRETCH` from all over the wave."""
        if len(self.index) < most:
            return self
        some = self.index // STRETCH % (1 + len(self.index) // most) == 0
        return LoudBlocks(self.samples[some], self.start[some], self.index[some], self.sample_rate_hz)

    def before_highpass(self, cutoff_hz: float) -> tuple[Double, npt.NDArray[np.intp]]:
        """Return the samples that were loud for their side before a high-pass of first order, and where they are.

        Such a high-pass takes away its cutoff times the integral of what it leaves: that is added again, down to
        `LEAK_HZ`. With a cutoff of 0, the samples as they are.
        """
        wave = self.samples
        if cutoff_hz:
            wave = wave + np.float32(2.0 * np.pi * cutoff_hz / self.sample_rate_hz) * self._summed
        tops, bottoms = _extremes(wave)
        above, below = LOUD * _loudest(tops), -LOUD * _loudest(-bottoms)
        loud = np.flatnonzero((wave > above) | (wave < below))
        left_out = (self.index - np.arange(len(self.index))) * BLOCK  # samples, up to each block
        return wave.ravel()[loud].astype(np.float64), loud + left_out[loud // BLOCK]

    @cached_property
    def _summed(self) -> Float:
        """The leaky sum up to each sample, shape (blocks, BLOCK)."""
        kept = _kept(self.sample_rate_hz)[1:]
        summed = np.cumsum(self.samples / kept, axis=1)
        summed += self.start[:, None]
        return np.multiply(summed, kept, dtype=np.float32, casting="same_kind")


def loud_blocks(mono: Float, sample_rate_hz: int) -> LoudBlocks:
    """Return the blocks of a wave that hold something loud for their side; none for silence and for a few blocks."""
    whole = mono[: mono.size // BLOCK * BLOCK].reshape(-1, BLOCK)
    kept = _kept(sample_rate_hz)
    each, sums = (whole @ np.stack([kept[BLOCK - 1 :: -1], np.ones(BLOCK)], 1).astype(np.float32)).T.astype(np.float64)
    mean = float(sums.sum() + mono[whole.size :].sum(dtype=np.float64)) / max(1, mono.size)
    each -= mean * kept[:BLOCK].sum()
    top, bottom = _extremes(whole)
    top, bottom = top - mean, mean - bottom
    loud = np.flatnonzero((top > LOUD * _loudest(top)) | (bottom > LOUD * _loudest(bottom)))
    start = np.concatenate([[0.0], one_pole(float(kept[BLOCK]), each)[:-1]]) if each.size else each
    return LoudBlocks(whole[loud] - np.float32(mean), start[loud], loud, sample_rate_hz)


def _extremes(blocks: Float) -> tuple[Float, Float]:
    """Return the highest and the lowest sample of each block: half the time of ``max(axis=1)``."""
    starts = np.arange(0, blocks.size, BLOCK)
    wave = blocks.reshape(-1)
    return np.maximum.reduceat(wave, starts), np.minimum.reduceat(wave, starts)


@lru_cache(maxsize=8)
def _kept(sample_rate_hz: int) -> Double:
    """Return what the leaky sum keeps of a sample after 0 to `BLOCK` samples."""
    return np.asarray(np.exp(-2.0 * np.pi * LEAK_HZ / sample_rate_hz * np.arange(BLOCK + 1)))


def _loudest(tops: npt.NDArray[np.floating]) -> float:
    """Return the level that the loudest `MIN_TOPS` blocks reach: one click is not the wave's level."""
    return max(float(np.partition(tops, -MIN_TOPS)[-MIN_TOPS]), LEAST) if tops.size >= MIN_TOPS else np.inf
