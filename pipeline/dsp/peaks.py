"""Peaks of a curve, as ``scipy.signal.find_peaks`` finds them: importing that takes longer than all else here."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pipeline import kernels
from pipeline.dsp.frames import Double

_NEAR = 64
"""Samples among which higher ground is sought first."""

Index = npt.NDArray[np.intp]


def find_peaks(values: Double, height: float, apart: int, prominence: float = 0.0) -> Index:
    """Return where a curve has peaks.

    Parameters
    ----------
    values : float64, shape (samples,)
    height : float
        A peak reaches this at least.
    apart : int
        Of two that are nearer to each other, the higher one stays; of equals, the later one.
    prominence : float
        A peak stands so far at least over the higher of the two lowest points between it and higher ground.

    Returns
    -------
    int, shape (peaks,)
        The middle of flat peaks. The ends of the curve are no peaks.
    """
    tops = _tops(values)
    tops = _spread_out(values, tops[values[tops] >= height], apart)
    if kernels.compiled:
        over = np.empty(tops.size)
        kernels.compiled.prominences(np.ascontiguousarray(values), tops.astype(np.int64), over)
        return np.asarray(tops[over >= prominence])
    return np.array([top for top in tops if _stands_out(values, int(top), prominence)], dtype=np.intp)


def _tops(values: Double) -> Index:
    """Return the middles of the stretches of one value that lie over both their neighbours."""
    if values.size < 3:
        return np.empty(0, dtype=np.intp)
    starts = np.flatnonzero(np.diff(values, prepend=np.nan) != 0.0)
    level = values[starts]
    over = np.flatnonzero((level[1:-1] > level[:-2]) & (level[1:-1] > level[2:])) + 1
    return np.asarray((starts[over] + starts[over + 1] - 1) // 2)


def _spread_out(values: Double, tops: Index, apart: int) -> Index:
    kept = np.ones(tops.size, dtype=bool)
    first, stop = np.searchsorted(tops, tops - apart, "right"), np.searchsorted(tops, tops + apart, "left")
    for number in np.argsort(values[tops], kind="stable")[::-1].tolist():
        if kept[number]:
            kept[first[number] : number] = kept[number + 1 : stop[number]] = False
    return tops[kept]


def _stands_out(values: Double, top: int, prominence: float) -> bool:
    left, right = values[top::-1], values[top:]
    return bool(values[top] - max(_lowest(left), _lowest(right)) >= prominence)


def _lowest(side: Double) -> float:
    """Return the lowest value before one higher than the first, which mostly is near."""
    near = side[:_NEAR]
    higher = int(np.argmax(near > side[0])) or int(np.argmax(side > side[0])) or side.size
    return float(side[:higher].min())
