"""Clipping: tops that were cut flat, at whatever level they are now."""

from __future__ import annotations

import numpy as np

from pipeline.dsp.frames import Bool, Float, runs

FLATNESS = 2.5 / 32768.0
"""A plateau's samples differ by less than this: the rounding and dither of a 16-bit file."""

MIN_RUN = 3
"""Samples that make a plateau."""

MIN_PLATEAUS = 3
"""One or two flat tops happen to any voice."""

CROWDING = 4.0
"""How much more often the top level is taken than the levels just below. A voice thins out towards its
peaks (below 1), a sine gathers there (2.7), a limiter set to a hard stop piles up (far above)."""


def clipped(mono: Float) -> Bool:
    """Return the samples that lie on a clipped plateau.

    Parameters
    ----------
    mono : float32, shape (samples,)
        With its DC: clipping may be one-sided.

    Returns
    -------
    bool, shape (samples,)

    Notes
    -----
    Ours: clipping takes all tops to one level, and later gain moves the level but leaves the tops on it.
    So each side's highest level is looked at, wherever it is. Not seen: clipping under later filters,
    resampling or lossy coding, which bend the tops.
    """
    return _clipped_side(mono) | _clipped_side(-mono)


def _clipped_side(side: Float) -> Bool:
    top = float(side.max())
    at_top = side > top - FLATNESS
    below = (side > top - 3.0 * FLATNESS) & ~at_top
    plateaus = [(start, stop) for start, stop in runs(at_top) if stop - start >= MIN_RUN]
    found = np.zeros(side.shape, dtype=bool)
    crowded = at_top.sum() > CROWDING * below.sum() / 2.0
    if top > 8.0 * FLATNESS and crowded and len(plateaus) >= MIN_PLATEAUS:
        for start, stop in plateaus:
            found[start:stop] = True
    return found
