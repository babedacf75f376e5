"""Loudness as EBU R 128 measures it: pyloudnorm's filters, run once, and gates over 100 ms steps."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from pipeline import kernels
from pipeline.dsp.frames import Double, Float, from_db, to_db
from pipeline.dsp.recursive import Sections, as_sections, compiled_filter, recursive

STEP_S = 0.1
"""Gating blocks start this far apart (75 % overlap of 0.4 s)."""

BLOCK_STEPS, SHORT_TERM_STEPS = 4, 30
"""The gating block of BS.1770-4, 0.4 s, and the short-term block of EBU Tech 3342, 3 s."""

OFFSET_DB = -0.691
"""BS.1770-4 equation 2."""

ABSOLUTE_GATE_LUFS, RELATIVE_GATE_LU, RANGE_GATE_LU = -70.0, -10.0, -20.0


@lru_cache(maxsize=8)
def _k_weighting(sample_rate_hz: int) -> Sections:
    """Return the K-weighting as second-order sections, from pyloudnorm: right at any rate.

    Those of the usual rates are kept in ``k_weighting.json``: to import pyloudnorm takes longer than to grade a take.
    """
    kept = json.loads(files(__package__).joinpath("k_weighting.json").read_text(encoding="utf-8"))
    return as_sections(kept.get(str(sample_rate_hz)) or designed(sample_rate_hz))


def designed(sample_rate_hz: int) -> Sections:
    """Return the K-weighting of a rate as pyloudnorm designs it."""
    from pyloudnorm import Meter  # ~0.5 s with scipy.signal

    return as_sections([[*each.b, *each.a] for each in Meter(sample_rate_hz)._filters.values()])


def step_powers(mono: Float, sample_rate_hz: int) -> Double:
    """Return the mean square of the K-weighted wave in every whole step of 100 ms.

    Parameters
    ----------
    mono : float32, shape (samples,)
    sample_rate_hz : int

    Returns
    -------
    float64, shape (steps,)
        A gain of g multiplies it by g squared.
    """
    bounds = (np.arange(int(mono.size / (STEP_S * sample_rate_hz)) + 1) * STEP_S * sample_rate_hz).astype(int)
    if bounds.size < 2:
        return np.empty(0)
    if kernels.compiled:
        sums = np.zeros((2, bounds.size - 1))
        weighting = compiled_filter(_k_weighting(sample_rate_hz))
        kernels.compiled.step_squares(weighting, np.ascontiguousarray(mono), bounds.astype(np.int64), sums)
        return np.asarray(sums[1] / np.diff(bounds))
    return _step_powers_numpy(mono, sample_rate_hz, bounds)


def _step_powers_numpy(mono: Float, sample_rate_hz: int, bounds: npt.NDArray[np.intp]) -> Double:
    weighted = recursive(_k_weighting(sample_rate_hz), mono)
    steps = [weighted[start:stop] for start, stop in pairwise(bounds.tolist())]
    return np.asarray([float(np.dot(step, step)) / step.size for step in steps])


def integrated_loudness_lufs(powers: Double) -> float | None:
    """Return the gated loudness of one channel (ITU-R BS.1770-4) from its `step_powers`.

    Returns
    -------
    float or None
        LUFS. None below 0.4 s, and where every block is under the absolute gate of -70 LUFS.
    """
    blocks = _above_gate(_block_powers(powers, BLOCK_STEPS), ABSOLUTE_GATE_LUFS)
    if blocks.size == 0:
        return None
    blocks = _above_gate(blocks, _lufs(float(blocks.mean())) + RELATIVE_GATE_LU)
    return _lufs(float(blocks.mean()))


def loudness_range_lu(powers: Double) -> float | None:
    """Return the loudness range of one channel (EBU Tech 3342) from its `step_powers`.

    Returns
    -------
    float or None
        LU, 0 upwards: 10th to 95th percentile of the gated short-term loudness. None below 3 s and for silence.
    """
    blocks = _above_gate(_block_powers(powers, SHORT_TERM_STEPS), ABSOLUTE_GATE_LUFS)
    if blocks.size == 0:
        return None
    blocks = _above_gate(blocks, _lufs(float(blocks.mean())) + RANGE_GATE_LU)
    low, high = np.percentile(to_db(blocks), [10.0, 95.0])
    return float(high - low)


def _block_powers(powers: Double, steps: int) -> Double:
    """Return the mean power of every run of so many steps."""
    if powers.size < steps:
        return np.empty(0)
    return np.asarray(np.lib.stride_tricks.sliding_window_view(powers, steps).mean(axis=1))


def _above_gate(powers: Double, gate_lufs: float) -> Double:
    return powers[powers >= float(from_db(gate_lufs - OFFSET_DB))]


def _lufs(power: float) -> float:
    return OFFSET_DB + float(to_db(power))
