"""Clipping: tops that were cut flat, at whatever level they are now."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pipeline.dsp.ceilings import Ceiling, find_ceiling
from pipeline.dsp.frames import Bool, Double, Float
from pipeline.dsp.loud_blocks import BLOCK, LOUD, STRETCH, LoudBlocks, loud_blocks

EVIDENCE = 2.1
"""Standard deviations that a ceiling must stand out by."""

FILTERED_EVIDENCE = 3.0
"""The same where a high-pass was undone first: two more looks, two more chances to be wrong."""

HIGHPASS_HZ = (0.0, 30.0, 85.0)
"""Cutoffs of first order that are undone: none, and about what second order at 20 Hz and at 60 Hz does to a voice,
which stands well above. A high-pass tilts the tops, and every top another way."""

MOST_CEILINGS = 6
"""Two sides, and gains that were changed between; so that no wave keeps us for long."""

SIDES = (1.0, -1.0, 0.0)
"""Tops, bottoms, and both as one: what was cut alike on both sides is twice as plain."""

SOME_BLOCKS = 200
"""Blocks on which a high-pass is tried."""

ENOUGH = 40_000
"""Loud samples among which a ceiling is looked for; of more, every other stretch, every third and so on."""


def clipped(mono: Float, sample_rate_hz: int) -> Bool:
    """Return the samples that lie on a clipped plateau.

    Parameters
    ----------
    mono : float32, shape (samples,)
    sample_rate_hz : int

    Returns
    -------
    bool, shape (samples,)
        All False for silence, for less than some hundred milliseconds, and for files so quiet that rounding alone
        makes their tops flat.

    Notes
    -----
    Ours: clipping takes all tops to one level and leaves them flat. Later gain moves the level; coding, resampling
    and noise let the tops wander a little about it; a high-pass tilts them. So each side is searched for the level
    about which samples crowd, against the levels above and below, and on which tops stay longer than round ones do
    (`find_ceiling`). What lies there is taken away and the rest searched again, for other gains and the other side.
    A high-pass is undone
    first where that shows more, and more plainly.
    """
    blocks = loud_blocks(mono, sample_rate_hz)
    step = _rounding(blocks.samples)
    some = blocks.thinned(SOME_BLOCKS)
    cutoff_hz = max(HIGHPASS_HZ, key=lambda one_hz: _plainness(some, one_hz, step))
    found = np.zeros(mono.shape, dtype=bool)
    found[_on_ceilings(*blocks.before_highpass(cutoff_hz), _least_evidence(cutoff_hz), step)] = True
    return found


def _least_evidence(cutoff_hz: float) -> float:
    return EVIDENCE if cutoff_hz == 0.0 else FILTERED_EVIDENCE


def _plainness(blocks: LoudBlocks, cutoff_hz: float, step: float) -> float:
    """Return how much of the wave how plainly lies on one ceiling, once a high-pass is undone."""
    wave, at = blocks.before_highpass(cutoff_hz)
    best, level = _likeliest(wave, at, step)
    if best.evidence < _least_evidence(cutoff_hz):
        return 0.0
    return best.evidence * float(np.mean(level >= best.low)) * wave.size


def _on_ceilings(wave: Double, at: npt.NDArray[np.intp], evidence: float, step: float) -> npt.NDArray[np.intp]:
    """Return where the wave lies on a ceiling, one ceiling after the other."""
    found = [at[:0]]
    for _ in range(MOST_CEILINGS):
        best, level = _likeliest(wave, at, step)
        if best.evidence < evidence:
            break
        on = (level >= best.low) & (level <= best.high * best.high / best.low)
        found.append(at[on])
        at, wave = at[~on], wave[~on]
    return np.concatenate(found)


def _likeliest(wave: Double, at: npt.NDArray[np.intp], step: float) -> tuple[Ceiling, Double]:
    """Return the likeliest ceiling of any side, and the level of every sample on that side."""
    best, side = max(((_of_side(wave, at, side, step), side) for side in SIDES), key=lambda pair: pair[0].evidence)
    return best, side * wave if side else np.abs(wave)


def _of_side(wave: Double, at: npt.NDArray[np.intp], side: float, step: float) -> Ceiling:
    if wave.size > ENOUGH:
        some = at // (STRETCH * BLOCK) % (1 + wave.size // ENOUGH) == 0
        wave, at = wave[some], at[some]
    level = side * wave if side else np.abs(wave)
    loud = level > LOUD * level.max(initial=0.0)
    return find_ceiling(level[loud], at[loud], step)


def _rounding(samples: Float) -> float:
    """Return the step that the file was rounded to: the least change between samples; of float hardly any."""
    change = np.abs(np.diff(samples[:: 1 + len(samples) // 20], axis=1))
    return float(change[change > 3e-7].min(initial=1.0))
