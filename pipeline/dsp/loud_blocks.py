"""The loud stretches of a wave, as they are and as they were before a high-pass."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from pipeline import kernels
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


Index = npt.NDArray[np.intp]
Places = npt.NDArray[np.int32]


@dataclass(frozen=True)
class LoudBlocks:
    """Blocks that hold something loud.

    Attributes
    ----------
    wave : float32, shape (samples,)
    mean : float
        Of the wave.
    start : float64, shape (blocks,)
        Leaky sum of all that came before each block, without the mean.
    index : int, shape (blocks,)
        Which blocks of the wave they are.
    sample_rate_hz : int
    """

    wave: Float
    mean: float
    start: Double
    index: Index
    sample_rate_hz: int

    def thinned(self, most: int) -> LoudBlocks:
        """Return about `most` blocks at the most, in stretches of `STRETCH` from all over the wave."""
        if len(self.index) < most:
            return self
        some = self.index // STRETCH % (1 + len(self.index) // most) == 0
        return replace(self, start=self.start[some], index=self.index[some])

    def spread(self, most: int) -> Float:
        """Return some `most` of the blocks, without the mean, shape (blocks, BLOCK)."""
        return self._centred(self.index[:: 1 + len(self.index) // most])

    def before_highpass(self, cutoff_hz: float) -> tuple[Float, Places]:
        """Return the samples that were loud for their side before a high-pass of first order, and where they are.

        Such a high-pass takes away its cutoff times the integral of what it leaves: that is added again, down to
        `LEAK_HZ`. With a cutoff of 0, the samples as they are.
        """
        factor = 2.0 * np.pi * cutoff_hz / self.sample_rate_hz
        if kernels.compiled:
            most, kept = len(self.index) * BLOCK, _kept(self.sample_rate_hz)
            samples, at = np.empty(most, dtype=np.float32), np.empty(most, dtype=np.int32)
            of = (np.ascontiguousarray(self.wave), self.index, self.start, kept, self.mean, factor)
            count = kernels.compiled.loud_samples(*of, samples, at)
            return samples[:count], at[:count]
        wave = (self._samples + factor * self._summed).astype(np.float32) if factor else self._samples
        tops, bottoms = _extremes(wave)
        above, below = LOUD * _loudest(tops), -LOUD * _loudest(-bottoms)
        loud = np.flatnonzero((wave > above) | (wave < below))
        left_out = (self.index - np.arange(len(self.index))) * BLOCK  # samples, up to each block
        return wave.ravel()[loud], (loud + left_out[loud // BLOCK]).astype(np.int32)

    @cached_property
    def _samples(self) -> Float:
        return self._centred(self.index)

    @cached_property
    def _summed(self) -> Double:
        """The leaky sum up to each sample, shape (blocks, BLOCK)."""
        kept = _kept(self.sample_rate_hz)[1:]
        summed = np.cumsum(self._samples / kept, axis=1)
        summed += self.start[:, None]
        summed *= kept
        return summed

    def _centred(self, index: Index) -> Float:
        return np.asarray(_in_blocks(self.wave)[index] - np.float32(self.mean))


def loud_blocks(mono: Float, sample_rate_hz: int) -> LoudBlocks:
    """Return the blocks of a wave that hold something loud for their side; none for silence and for a few blocks."""
    kept = _kept(sample_rate_hz)
    top, bottom, start, mean = _levels(mono, kept)
    top, bottom = top - np.float32(mean), np.float32(mean) - bottom
    loud = np.flatnonzero((top > LOUD * _loudest(top)) | (bottom > LOUD * _loudest(bottom)))
    return LoudBlocks(mono, mean, start[loud], loud, sample_rate_hz)


def _levels(mono: Float, kept: Double) -> tuple[Float, Float, Double, float]:
    """Return the highest and lowest sample of each block, the leaky sum of all before it, and the mean of the wave."""
    if kernels.compiled:
        blocks = mono.size // BLOCK
        top, bottom, start = np.empty(blocks, np.float32), np.empty(blocks, np.float32), np.empty(blocks)
        return top, bottom, start, kernels.compiled.block_levels(np.ascontiguousarray(mono), kept, top, bottom, start)
    whole = _in_blocks(mono)
    exact = whole.astype(np.float64)
    mean = float(exact.sum() + mono[whole.size :].sum(dtype=np.float64)) / max(1, mono.size)
    each = exact @ np.ascontiguousarray(kept[BLOCK - 1 :: -1]) - mean * kept[:BLOCK].sum()
    start = np.concatenate([[0.0], one_pole(float(kept[BLOCK]), each)[:-1]]) if each.size else each
    return *_extremes(whole), start, mean


def _in_blocks(mono: Float) -> Float:
    return mono[: mono.size // BLOCK * BLOCK].reshape(-1, BLOCK)


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
