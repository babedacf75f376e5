"""What lies below the voice, taken off: DC, rumble, steps on the floor."""

from __future__ import annotations

import math

import numpy as np

from pipeline import kernels
from pipeline.dsp.frames import Float, means
from pipeline.dsp.recursive import Sections, recursive, there_and_then_back
from pipeline.dsp.zero_phase import there_and_back

ORDER = 4

EDGE = 15
"""Samples by which a wave is continued at its ends before it is filtered there and back, as scipy does."""


FORGOTTEN_PERIODS = 6.0
"""Of the cutoff: what the filter remembers of a sample by then, there or back, is -125 dB of it."""


def butterworth(sample_rate_hz: int, cutoff_hz: float) -> Sections:
    """Return the Butterworth filter: the analogue one by the bilinear transform, bent to be right at the cutoff."""
    bent = math.tan(math.pi * cutoff_hz / sample_rate_hz)
    return tuple(_section(bent, math.pi * (2 * pair + 1) / (2 * ORDER)) for pair in range(ORDER // 2))


def _section(bent: float, angle: float) -> tuple[float, ...]:
    """Return the section of the poles at an angle from the negative axis."""
    damping = 2.0 * bent * math.cos(angle)
    scale = 1.0 / (1.0 + damping + bent * bent)
    return scale, -2.0 * scale, scale, 1.0, 2.0 * (bent * bent - 1.0) * scale, (1.0 - damping + bent * bent) * scale


def above(mono: Float, sample_rate_hz: int, cutoff_hz: float, *, overwrite: bool = False) -> Float:
    """Return what lies above `cutoff_hz`, for measuring: a causal Butterworth filter of order 4.

    Parameters
    ----------
    mono : float32, shape (samples,)
        Without DC, so that the filter has no step to answer.
    sample_rate_hz : int
        Where half of it is not above the cutoff, the wave comes back as it is.
    overwrite : bool
        Write into the wave.
    """
    if sample_rate_hz <= 2.0 * cutoff_hz:
        return mono
    return recursive(butterworth(sample_rate_hz, cutoff_hz), mono, overwrite=overwrite)


def without_rumble(wave: Float, sample_rate_hz: int, cutoff_hz: float) -> Float:
    """Return the wave without what lies below `cutoff_hz`, without delay: the same filter there and back.

    Parameters
    ----------
    wave : float32, shape (channels, samples)
    """
    sections, ends = butterworth(sample_rate_hz, cutoff_hz), round(FORGOTTEN_PERIODS * sample_rate_hz / cutoff_hz)
    if kernels.compiled:
        return _settled(sections, wave)
    centred = wave - means(wave)
    if wave.shape[1] <= 4 * ends:
        return _settled(sections, centred)
    through = there_and_back(sections, centred)
    through[:, :ends] = _settled(sections, centred[:, : 2 * ends])[:, :ends]
    through[:, -ends:] = _settled(sections, centred[:, -2 * ends :])[:, -ends:]
    return through


def _settled(sections: Sections, wave: Float) -> Float:
    """Return the wave through the filter there and then back, continued at its ends so that neither is a step."""
    edge = min(EDGE, wave.shape[1] - 1)
    through = np.pad(wave, ((0, 0), (edge, edge)), mode="reflect", reflect_type="odd")
    for channel in through:
        there_and_then_back(sections, channel)
    return through[:, edge : edge + wave.shape[1]]
