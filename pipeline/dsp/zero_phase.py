"""A recursive filter there and back, in one go.

Its response is an echo to either side: of each pole, a ringing after each sample and the same before it. So what came
before a block and what comes after it are few numbers each, and a block's output is a product of matrices, as in
`pipeline.dsp.recursive`: half the time of going there and then back.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.dsp.frames import Double, Float
from pipeline.dsp.recursive import BLOCK, Sections, block_parts, block_states

Complex = npt.NDArray[np.complex128]


class BothWays(NamedTuple):
    """What a filter there and back does to a block: each of its `n` poles has two numbers, real and imaginary."""

    response: Float
    """Shape (BLOCK, BLOCK): from a block's samples to its output."""
    onward: Float
    """Shape (BLOCK, 4n): from a block's samples to what rings on after it, then to what rings before it."""
    ringing: Float
    """Shape (4n, BLOCK): from what rings on from before a block, then from after it, to its output."""
    memory: Double
    """Shape (2n, 2n): what a block leaves of what rings on."""


def there_and_back(sections: Sections, wave: Float) -> Float:
    """Return a wave through a filter and through the same backwards: nothing is before it, and nothing after.

    Parameters
    ----------
    sections : tuple
        Second-order sections. Their poles lie within the unit circle, and no two are the same.
    wave : float32, shape (channels, samples)

    Returns
    -------
    float32, shape (channels, samples)
    """
    out = np.empty((len(wave), -(-wave.shape[1] // BLOCK), BLOCK), dtype=np.float32)
    for channel, answers in zip(wave, out, strict=True):
        _channel(_both_ways(sections), channel, answers)
    return out.reshape(len(wave), -1)[:, : wave.shape[1]]


def _channel(both: BothWays, wave: Float, answers: Float) -> None:
    size = len(both.memory)
    echoes = np.empty((len(answers), 2 * size), dtype=np.float32)
    for part, blocks in block_parts(wave):
        np.matmul(blocks, both.onward, out=echoes[part])
    for after in (echoes[:, :size], echoes[::-1, size:]):
        after[:] = block_states(after.astype(np.float64), both.memory, np.zeros(size))
    for part, blocks in block_parts(wave):
        answer = np.matmul(blocks, both.response, out=answers[part])
        answer += echoes[part] @ both.ringing


@lru_cache(maxsize=16)
def _both_ways(sections: Sections) -> BothWays:
    poles, weights = _poles(sections)
    powers = poles ** np.arange(BLOCK + 1)[:, None]
    echo = np.real(powers[:BLOCK] @ weights)  # of one sample, from the next on
    apart = np.abs(np.subtract.outer(np.arange(BLOCK), np.arange(BLOCK)))
    response = np.concatenate([[_at_once(sections, poles, weights)], echo])[apart]
    onward, ringing = _parted(powers[BLOCK - 1 :: -1]), _parted((powers[:BLOCK] * weights).conj()).T
    onward, ringing = np.hstack([onward, onward[::-1]]), np.vstack([ringing, ringing[:, ::-1]])
    kept = np.diag(powers[BLOCK])
    memory = np.block([[kept.real, -kept.imag], [kept.imag, kept.real]])
    return BothWays(response.astype(np.float32), onward.astype(np.float32), ringing.astype(np.float32), memory)


def _poles(sections: Sections) -> tuple[Complex, Complex]:
    """Return the poles of the filter there, and the weight of each in the echo there and back: its residue.

    Of a pair of poles the echoes are conjugate: one stands for both.
    """
    poles = np.concatenate([np.roots(section[3:]) for section in sections]).astype(np.complex128)
    zeros = [np.polyval(section[:3], poles) * np.polyval(section[2::-1], poles) for section in sections]
    others = np.subtract.outer(poles, poles) + np.eye(len(poles))
    back = 1.0 - np.multiply.outer(poles, poles)
    weights = np.prod(zeros, axis=0) / (others.prod(axis=1) * back.prod(axis=1))
    upper = poles.imag >= 0.0
    return poles[upper], np.where(poles.imag > 0.0, 2.0 * weights, weights)[upper]


def _at_once(sections: Sections, poles: Complex, weights: Complex) -> float:
    """Return what a sample gives at its own moment: what of the filter's answer to 1, 1, 1 its echoes leave."""
    settled = np.prod([sum(section[:3]) / sum(section[3:]) for section in sections]) ** 2
    return float(settled - 2.0 * np.real(weights / (1.0 - poles)).sum())


def _parted(values: Complex) -> Double:
    return np.hstack([values.real, values.imag])
