"""What is wanted of a wave above a cutoff, which is not kept: frame powers, a thinned wave for pitch, the envelope.

Compiled, the wave goes through all of it part by part: 4 ms for a minute at 44.1 kHz instead of 17, and no copy of it.
"""

from __future__ import annotations

from types import ModuleType

import numpy as np

from pipeline import kernels
from pipeline.dsp.frames import Double, Float
from pipeline.dsp.highpass import above, butterworth
from pipeline.dsp.hop_sums import frame_powers, hop_grid, is_long, powers_of
from pipeline.dsp.periods import Thinned
from pipeline.dsp.pitch import RATE_HZ, thinned, thinning
from pipeline.dsp.recursive import compiled_filter
from pipeline.dsp.speech_level import Envelope, envelope, steps_of

Levels = tuple[Double, Thinned, Envelope]


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
    if kernels.compiled and is_long(mono.size, sample_rate_hz) and sample_rate_hz >= 2.0 * max(RATE_HZ, cutoff_hz):
        return _in_one_pass(kernels.compiled, mono, dc, sample_rate_hz, cutoff_hz)
    wave = above(mono - np.float32(dc), sample_rate_hz, cutoff_hz, overwrite=True)
    return frame_powers(wave, sample_rate_hz), thinned(wave, sample_rate_hz), envelope(wave, sample_rate_hz)


def _in_one_pass(loops: ModuleType, mono: Float, dc: float, sample_rate_hz: int, cutoff_hz: float) -> Levels:
    grid, thin, (step, decay) = hop_grid(mono.size, sample_rate_hz), thinning(sample_rate_hz), steps_of(sample_rate_hz)
    sums, averages = np.zeros((2, grid.bounds.size - 1)), np.empty(-(-mono.size // step))
    out = np.empty(mono.size // thin.factor + 1, dtype=np.float32)
    head, tail = (np.empty(size, dtype=np.float32) for size in (3 * grid.window, mono.size - grid.tail))
    filtered = compiled_filter(butterworth(sample_rate_hz, cutoff_hz)), np.ascontiguousarray(mono)
    results = grid.bounds, sums, thin.taps, out, averages, head, tail
    loops.levels_above(*filtered, *results, dc, thin.factor, thin.delay, step, decay)
    powers = powers_of(grid, sums, head, tail, sample_rate_hz)
    thin_wave = Thinned(out, sample_rate_hz / thin.factor, grid.hop / thin.factor)
    return powers, thin_wave, Envelope(averages, float(sums[1].sum()) / mono.size)
