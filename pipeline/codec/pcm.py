"""From float to the numbers that a PCM file can hold, and back."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pipeline.audio import Audio
from pipeline.dsp.frames import Float
from pipeline.errors import EncodeError

BITS = {"PCM_16": 16, "PCM_24": 24}
"""Of the two kinds of WAV that are written."""

_SEED = 20240229
_BLOCK = 1 << 18


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
    full = full_scale(subtype)
    steps = to_steps(audio, subtype)
    wave = np.empty(steps.shape, dtype=np.float32)
    for start in range(0, audio.frames, _BLOCK):
        block = steps[:, start : start + _BLOCK].astype(np.float32)  # exact: at most 24 bits
        np.multiply(block, np.float32(1.0 / full), out=wave[:, start : start + _BLOCK])
    wave.flags.writeable = False
    return audio.with_wave(wave)


def to_steps(audio: Audio, subtype: str) -> npt.NDArray[np.int32]:
    """Return the audio as PCM numbers, dithered as `quantise` says, shape (channels, frames)."""
    full = full_scale(subtype)
    noise = np.random.PCG64(_SEED)
    steps = np.empty(audio.wave.shape, dtype=np.int32)
    for start in range(0, audio.frames, _BLOCK):
        block = audio.wave[:, start : start + _BLOCK] * np.float32(full)  # exact: a power of two
        steps[:, start : start + _BLOCK] = np.clip(_dithered(block, noise), -full, full - 1.0)
    return steps


def _dithered(block: Float, noise: np.random.PCG64) -> npt.NDArray[np.floating]:
    rounded = np.rint(block)
    if np.array_equal(block, rounded):
        noise.advance(2 * block.size)  # what comes after is dithered alike, whether this was or not
        return rounded
    rng = np.random.Generator(noise)
    triangular = rng.random(block.shape) - rng.random(block.shape)
    return np.where(block == rounded, rounded, np.rint(block + triangular))


def clipped_count(audio: Audio) -> int:
    """Return how many samples lie beyond full scale, and so are clipped when written as PCM."""
    return int(np.count_nonzero(np.abs(audio.wave) > 1.0))


def full_scale(subtype: str) -> float:
    """Return the number of steps from zero to full scale. Raises EncodeError for a kind that is not written."""
    if subtype not in BITS:
        raise EncodeError(f"A WAV is written as {' or '.join(BITS)}, not as {subtype}.")
    return 2.0 ** (BITS[subtype] - 1)
