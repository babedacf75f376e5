"""Digital silence: zeros that an editor or a container put there. They are no part of the recording."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import numpy.typing as npt

from pipeline.dsp.frames import Bool, Float, mask_of, runs

Number = TypeVar("Number", np.float32, np.float64)

MIN_S = 0.1
"""A wave may be zero for some samples, and a dropout for some packets."""


ROUNDING = 1e-12
"""Running sums over digital silence leave this much of the loudest."""


def find_padding(mono: Float, sample_rate_hz: int) -> Bool:
    """Return which samples lie in `MIN_S` or more of exact zeros, shape (samples,)."""
    seldom = mono[:: max(1, round(MIN_S * sample_rate_hz) // 2)] == 0.0
    if not (seldom[1:] & seldom[:-1]).any():  # so many zeros would hold two neighbours of these
        return np.zeros(mono.shape, dtype=bool)
    zeros = runs(np.asarray(mono == 0.0))
    return mask_of(zeros[zeros[:, 1] - zeros[:, 0] >= MIN_S * sample_rate_hz], mono.size)


def sounding(levels: npt.NDArray[Number]) -> npt.NDArray[Number]:
    """Return the levels that are not of digital silence (amplitude or power; all of them if there is nothing else)."""
    some = levels > ROUNDING * levels.max()
    return levels[some] if some.any() else levels
