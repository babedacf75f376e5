"""From float to the numbers that a PCM file can hold, and back."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline import kernels
from pipeline.audio import Audio
from pipeline.dsp.frames import Float
from pipeline.errors import EncodeError

BITS = {"PCM_16": 16, "PCM_24": 24}
"""Of the two kinds of WAV that are written."""

_SEED = 20240229
_HALF = (1 << 64) - 1
_BLOCK = 1 << 16
"""Samples worked on at once: they stay in the cache."""


def quantise(audio: Audio, subtype: str = "PCM_16") -> Audio:
    """Return the audio as a PCM file of this kind will hold it.

    Parameters
    ----------
    audio : Audio
    subtype : str
        ``PCM_16`` or ``PCM_24``.

    Returns
    -------
    Audio
        Every value a multiple of one step; what lay beyond the range is clipped to it (`clipped_count` tells).

    Raises
    ------
    EncodeError
        If the kind is another.

    Notes
    -----
    Triangular dither of two steps peak to peak, from a fixed seed, is added where bits are lost: the error is then
    white, of power ``step**2 / 4``, and no longer follows the voice. A value that is on the grid already is left
    alone, so digital silence and 16-bit recordings pass unchanged, and doing it twice is doing it once. Source:
    Lipshitz, Wannamaker, Vanderkooy, "Quantization and Dither: A Theoretical Survey", JAES 40(5), 1992.
    """
    if kernels.compiled and audio.channels == 1:
        return _quantised(audio, full_scale(subtype), kernels.compiled)
    return held(audio, to_steps(audio, subtype), subtype)


def _quantised(audio: Audio, full: float, compiled: Any) -> Audio:
    """Do the same in one pass over the wave."""
    if compiled.on_grid(audio.wave, full):
        return audio
    wave = np.empty(audio.wave.shape, dtype=np.float32)
    compiled.quantise(audio.wave, full, _generator(), wave)
    return audio.with_own_wave(wave)


_STATE = 0x9E6F4E8E13BFE567CBC193044F358EA8
_INCREMENT = 0xAAD027CC32B9077F66B6BFEE6E82EBA1
"""What numpy's generator begins with for `_SEED`: told here, it need not be imported."""


def _generator() -> npt.NDArray[np.uint64]:
    """Return the generator of the dither: its state and its increment, the lower halves first."""
    return np.array([half for number in (_STATE, _INCREMENT) for half in (number & _HALF, number >> 64)], np.uint64)


def held(audio: Audio, steps: npt.NDArray[np.int32], subtype: str) -> Audio:
    """Return the audio as a file of these PCM numbers holds it: the wave is read-only."""
    wave, step = np.empty(steps.shape, dtype=np.float32), np.float32(1.0 / full_scale(subtype))
    np.multiply(steps, step, out=wave, dtype=np.float32, casting="unsafe")  # exact: at most 24 bits
    wave.flags.writeable = False
    return audio.with_wave(wave)


def to_steps(audio: Audio, subtype: str) -> npt.NDArray[np.int32]:
    """Return the audio as PCM numbers, dithered as `quantise` says, shape (channels, frames)."""
    full = full_scale(subtype)
    noise = np.random.PCG64(_SEED)
    steps = np.empty(audio.wave.shape, dtype=np.int32)
    for start in range(0, audio.frames, _BLOCK):
        block = audio.wave[:, start : start + _BLOCK] * np.float32(full)  # exact: a power of two
        dithered = _dithered(block, noise)
        steps[:, start : start + _BLOCK] = np.clip(dithered, -full, full - 1.0, out=dithered)
    return steps


def _dithered(block: Float, noise: np.random.PCG64) -> npt.NDArray[np.floating]:
    rounded = np.rint(block)
    lost, draws = block != rounded, -(-block.size // 2)
    if not lost.any():
        noise.advance(draws)  # what comes after is dithered alike, whether this was or not
        return rounded
    dither = _triangular(noise.random_raw(draws), block.shape)
    dither *= lost
    dithered = np.add(block, dither, dtype=np.float64)
    return np.rint(dithered, out=dithered)


def _triangular(drawn: npt.NDArray[np.uint64], shape: tuple[int, ...]) -> Float:
    """Return dither of -1 to 1 step: the differences of numbers of 16 bits, four of which are one number drawn."""
    size = math.prod(shape)
    numbers = drawn.astype("<u8", copy=False).view("<u2")
    dither: Float = np.subtract(numbers[:size], numbers[size : 2 * size], dtype=np.float32).reshape(shape)
    dither *= np.float32(2.0**-16)
    return dither


def clipped_count(audio: Audio) -> int:
    """Return how many samples lie beyond full scale, and so are clipped when written as PCM."""
    return int(np.count_nonzero(np.abs(audio.wave) > 1.0))


def full_scale(subtype: str) -> float:
    """Return the number of steps from zero to full scale. Raises EncodeError for a kind that is not written."""
    if subtype not in BITS:
        raise EncodeError(f"A WAV is written as {' or '.join(BITS)}, not as {subtype}.")
    return 2.0 ** (BITS[subtype] - 1)
