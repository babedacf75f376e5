"""Clipping: tops that were cut flat, at whatever level they are now."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.dsp.ceilings import NONE, Ceiling, crowded_bands, find_ceiling
from pipeline.dsp.frames import Bool, Double, Float
from pipeline.dsp.loud_blocks import BLOCK, LOUD, STRETCH, LoudBlocks, loud_blocks


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
    blocks = loud_blocks(mono, sample_rate_hz)
    step = _rounding(blocks.samples)
    view = _plainest(blocks.thinned(SOME_BLOCKS), step)
    found = np.zeros(mono.shape, dtype=bool)
    found[_on_ceilings(*blocks.before_highpass(view.highpass_hz), view, step)] = True
    return found


def _plainest(blocks: LoudBlocks, step: float) -> View:
    """Return the view in which a ceiling is plainest: the wave as it is, unless a high-pass undone shows one better."""
    undone = {view: _plainness(blocks, view, step) for view in VIEWS[1:]}
    best = max(undone, key=lambda view: undone[view])
    return best if undone[best] > 0.0 and undone[best] > _plainness(blocks, VIEWS[0], step) else VIEWS[0]


def _plainness(blocks: LoudBlocks, view: View, step: float) -> float:
    """Return how many samples lie on the likeliest ceiling, times how likely it is."""
    best, level = _likeliest(*blocks.before_highpass(view.highpass_hz), view, step)
    return best.evidence * np.count_nonzero(level >= best.low) if best.evidence >= view.evidence else 0.0


def _on_ceilings(wave: Double, at: npt.NDArray[np.intp], view: View, step: float) -> npt.NDArray[np.intp]:
    """Return where the wave lies on a ceiling, one ceiling after the other."""
    found = [at[:0]]
    for _ in range(MOST_CEILINGS):
        best, level = _likeliest(wave, at, view, step)
        if best.evidence < view.evidence:
            break
        on = (level >= best.low) & (level <= best.high * best.high / best.low)
        found.append(at[on])
        at, wave = at[~on], wave[~on]
    return np.concatenate(found)


def _likeliest(wave: Double, at: npt.NDArray[np.intp], view: View, step: float) -> tuple[Ceiling, Double]:
    """Return the likeliest ceiling of any side, and the level of every sample on that side."""
    levels = {side: side * wave if side else np.abs(wave) for side in view.sides}
    ceilings = {side: _of_side(level, at, step, view.evidence) for side, level in levels.items()}
    best = max(view.sides, key=lambda side: ceilings[side].evidence)
    return ceilings[best], levels[best]


def _of_side(level: Double, at: npt.NDArray[np.intp], step: float, least: float) -> Ceiling:
    loud = level > LOUD * level.max(initial=0.0)
    count = int(np.count_nonzero(loud))
    if count > ENOUGH:
        loud &= at // (STRETCH * BLOCK) % (1 + count // ENOUGH) == 0
    level = level[loud]
    bands = crowded_bands(level, least)
    return find_ceiling(bands, level, at[loud], step) if bands else NONE


def _rounding(samples: Float) -> float:
    """Return the step that the file was rounded to: the least change between samples; of float hardly any."""
    change = np.abs(np.diff(samples[:: 1 + len(samples) // 20], axis=1))
    return float(change[change > 3e-7].min(initial=1.0))
