"""Running means, and flags that reach further: along the frames, reflected at the ends."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pipeline import kernels
from pipeline.dsp.frames import Bool, Double, mask_of, runs


def running_mean(values: npt.ArrayLike, size: int) -> Double:
    """Return means over `size` rows around each row, as ``scipy.ndimage.uniform_filter1d`` along the first axis."""
    values = np.ascontiguousarray(values, dtype=np.float64)
    if kernels.compiled and values.size:
        means = np.empty_like(values)
        kernels.compiled.running_means(values, len(values), size, means)
        return means
    from scipy.ndimage import uniform_filter1d

    return np.asarray(uniform_filter1d(values, size, axis=0))


def widened_frames(mask: Bool, before: int, after: int) -> Bool:
    """Return the frames of a mask, so many before each run of them, and so many after."""
    if kernels.compiled:
        wide = np.empty(mask.shape, dtype=bool)
        kernels.compiled.widened(np.ascontiguousarray(mask), before, after, wide)
        return wide
    return mask_of(runs(mask) + np.array([-before, after]), mask.size)
