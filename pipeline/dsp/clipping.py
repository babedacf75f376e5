"""Clipping: tops that were cut flat, at whatever level they are now."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline import kernels
from pipeline.dsp.ceilings import NONE, Ceiling, crowded_bands, find_ceiling
from pipeline.dsp.frames import Bool, Double, Float
from pipeline.dsp.loud_blocks import BLOCK, LOUD, STRETCH, LoudBlocks, Places, loud_blocks


@dataclass(frozen=True, slots=True)
class View:
    """One way to look at a wave: which high-pass is undone, on which sides, and how sure a ceiling must be."""

    highpass_hz: float
    sides: tuple[int, ...]
    """1 for tops, -1 for bottoms, 0 for both as one: what was cut alike on both sides is twice as plain."""
    evidence: float
    """Standard deviations that a ceiling must stand out by."""


VIEWS = (View(0.0, (1, -1, 0), 2.1), View(30.0, (0,), 3.6), View(85.0, (0,), 3.6))
"""As it is; and with what second order at 20 Hz and at 60 Hz does to a voice undone: it tilts the tops, and every top
another way. Looking thrice, on waves bent by our own hand, asks for more: tops of one side alone are flat by chance.
The evidence was chosen on 59 natural recordings as they were, coded, filtered, resampled and limited: half a per cent
of 1239 waves pass, of other speakers one in 756."""

MOST_CEILINGS = 6
"""Two sides, and gains that were changed between; so that no wave keeps us for long."""

SOME_BLOCKS = 200
"""Loud blocks on which each view is tried."""

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
    """
    found = np.zeros(mono.shape, dtype=bool)
    found[clipped_at(mono, sample_rate_hz)] = True
    return found


def clipped_at(mono: Float, sample_rate_hz: int) -> Places:
    """Return where the samples are that lie on a clipped plateau, ceiling by ceiling: see `clipped`."""
    blocks = loud_blocks(mono, sample_rate_hz)
    step = _rounding(blocks.spread(20))
    view = _plainest(blocks.thinned(SOME_BLOCKS), step)
    return _on_ceilings(*blocks.before_highpass(view.highpass_hz), view, step)


def _plainest(blocks: LoudBlocks, step: float) -> View:
    """Return the view in which a ceiling is plainest: the wave as it is, unless a high-pass undone shows one better."""
    undone = {view: _plainness(blocks, view, step) for view in VIEWS[1:]}
    best = max(undone, key=lambda view: undone[view])
    return best if undone[best] > 0.0 and undone[best] > _plainness(blocks, VIEWS[0], step) else VIEWS[0]


def _plainness(blocks: LoudBlocks, view: View, step: float) -> float:
    """Return how many samples lie on the likeliest ceiling, times how likely it is."""
    wave, at = blocks.before_highpass(view.highpass_hz)
    best, side = _likeliest(wave, at, view, step)
    sure = best.evidence >= view.evidence
    return best.evidence * np.count_nonzero(_level(wave, side) >= best.low) if sure else 0.0


def _on_ceilings(wave: Float, at: Places, view: View, step: float) -> Places:
    """Return where the wave lies on a ceiling, one ceiling after the other."""
    found = [at[:0]]
    for _ in range(MOST_CEILINGS):
        best, side = _likeliest(wave, at, view, step)
        if best.evidence < view.evidence:
            break
        level = _level(wave, side)
        on = (level >= best.low) & (level <= best.high * best.high / best.low)
        found.append(at[on])
        at, wave = at[~on], wave[~on]
    return np.concatenate(found)


def _likeliest(wave: Float, at: Places, view: View, step: float) -> tuple[Ceiling, int]:
    """Return the likeliest ceiling of any side, and the side."""
    ceilings = {side: _of_side(wave, at, side, step, view.evidence) for side in view.sides}
    best = max(view.sides, key=lambda side: ceilings[side].evidence)
    return ceilings[best], best


def _level(wave: Float, side: int) -> Double:
    """Return how far every sample lies out on a side."""
    return np.multiply(side, wave, dtype=np.float64) if side else np.abs(wave, dtype=np.float64)


def _of_side(wave: Float, at: Places, side: int, step: float, least: float) -> Ceiling:
    if kernels.compiled:
        of = kernels.compiled.likeliest_ceiling(wave, at, side, step, least, ENOUGH, STRETCH * BLOCK)
        return Ceiling(*of)
    level = _level(wave, side)
    loud = level > LOUD * level.max(initial=0.0)
    count = int(np.count_nonzero(loud))
    if count > ENOUGH:
        loud &= at // (STRETCH * BLOCK) % (1 + count // ENOUGH) == 0
    level = level[loud]
    bands = crowded_bands(level, least)
    return find_ceiling(bands, level, at[loud], step) if bands else NONE


def _rounding(samples: Float) -> float:
    """Return the step that the file was rounded to: the least change between samples; of float hardly any."""
    change = np.abs(np.diff(samples, axis=1))
    return float(change[change > 3e-7].min(initial=1.0))
