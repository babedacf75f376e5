"""Which windows a take offers, and what each may be worth by its cells: from pause to pause, with enough speech."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.dsp.frames import HOP_S, Bool, Double, runs
from pipeline.selection.cells import Cell

PAUSE_S = 0.25
"""Least pause that a cut lies in: shorter ones are between words of one phrase, or within one."""

LEVEL_DB, LEVEL_COST_PER_DB = 6.0, 0.05
"""Cells of a window whose levels lie farther apart cost so much for each decibel: a speaker who turned away."""

FAINT_DB, FAINT_COST_PER_DB = 12.0, 0.03
"""A cell so far under the take's typical level is of somebody far off; each decibel more."""

STRANGE_DB, STRANGE_COST_PER_DB = 1.8, 0.5
"""A cell whose mean cepstrum lies farther from the take's typical one (root mean square over the coefficients) holds
another voice, microphone or room. In three recordings of `tests.evaluation.select` (half 0) the speaker's own clean,
noisy and clipped cells lie at 0.2 to 1.9, another speaker's at 3.6 to 7.4; the same voice in echo reaches 7.5."""

TOUCHED_S = 1.0
"""A window that reaches so far into a cell is held against its level."""

LENGTHS = 5
"""So many lengths of windows are weighed, from the least to what is wanted."""

SHORT_COST_PER_S = 0.005
"""Each second of speech that a window lacks."""

STRANGE_COST = 0.5
"""From here on what is strange about a window is another voice."""


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a take, and what its cells let expect of it: less is better.

    `is_strange` where it stands out from the take as another voice does.
    """

    start_s: float
    stop_s: float
    speech_s: float
    cost: float
    is_strange: bool


def find_windows(cells: Sequence[Cell], spoken: Bool, seconds: float, least_s: float) -> list[Window]:
    """Return every window that begins and ends in a pause and has from `least_s` to `seconds` of speech, best first.

    Parameters
    ----------
    cells : sequence of Cell
    spoken : bool, shape (frames,)
    seconds, least_s : float
        Of speech.
    """
    beside, cuts = _beside_the_take(cells), _cuts(spoken)
    speech_s = np.concatenate([[0.0], np.cumsum(spoken) * HOP_S])
    said = speech_s[np.minimum(np.round(cuts / HOP_S).astype(int), spoken.size)]
    windows = [
        _window(cells, beside, float(cuts[first]), float(cuts[last]), float(said[last] - said[first]), seconds)
        for first, last in _spans(said, seconds, least_s)
    ]
    return sorted(windows, key=lambda window: window.cost)


def _spans(said: Double, seconds: float, least_s: float) -> Iterator[tuple[int, int]]:
    """Yield first and last cut of windows of several lengths: a clean stretch may hold less than is wanted."""
    for length_s in np.linspace(least_s, seconds, LENGTHS):
        last = np.searchsorted(said, said + length_s, side="right") - 1
        long_enough = np.flatnonzero(said[last] - said >= min(least_s, 0.9 * length_s))
        yield from ((int(first), int(last[first])) for first in long_enough)


def _cuts(spoken: Bool) -> Double:
    """Return the middles of the pauses, and the ends, in seconds."""
    pauses = [(start, stop) for start, stop in runs(~spoken) if (stop - start) * HOP_S >= PAUSE_S]
    middles = [0.5 * (start + stop) * HOP_S for start, stop in pauses]
    return np.unique(np.array([0.0, *middles, spoken.size * HOP_S]))


def _window(  # noqa: PLR0913, PLR0917 - the loop's own variables
    cells: Sequence[Cell],
    beside: Sequence[float],
    start_s: float,
    stop_s: float,
    speech_s: float,
    seconds: float,
) -> Window:
    inside_s = np.array([max(0.0, min(stop_s, cell.stop_s) - max(start_s, cell.start_s)) for cell in cells])
    shares = inside_s / inside_s.sum()
    costs = np.array([cell.cost for cell in cells]) + np.array(beside)
    cost = float(np.sqrt(shares @ costs**2))  # not the mean: one bad phrase is not hidden by good ones
    cost += _level_cost([cell for cell, length_s in zip(cells, inside_s, strict=True) if length_s > TOUCHED_S])
    cost += SHORT_COST_PER_S * max(0.0, seconds - speech_s)
    return Window(start_s, stop_s, speech_s, cost, float(shares @ np.array(beside)) > STRANGE_COST)


def _level_cost(cells: Sequence[Cell]) -> float:
    levels = [cell.level_dbfs for cell in cells if cell.level_dbfs is not None]
    return LEVEL_COST_PER_DB * max(0.0, max(levels) - min(levels) - LEVEL_DB) if levels else 0.0


def _beside_the_take(cells: Sequence[Cell]) -> list[float]:
    """Return what each cell costs beside the rest of the take: whoever speaks most of it is the speaker."""
    levels = [cell.level_dbfs for cell in cells if cell.level_dbfs is not None]
    timbres = [cell.timbre for cell in cells if cell.timbre is not None]
    level = float(np.median(levels)) if levels else 0.0
    timbre = np.median(timbres, axis=0) if timbres else np.zeros(1)
    return [_faint(cell, level) + _strange(cell, timbre) for cell in cells]


def _faint(cell: Cell, level_dbfs: float) -> float:
    under_db = 0.0 if cell.level_dbfs is None else level_dbfs - cell.level_dbfs
    return FAINT_COST_PER_DB * max(0.0, under_db - FAINT_DB)


def _strange(cell: Cell, timbre: Double) -> float:
    if cell.timbre is None:
        return 0.0
    apart_db = float(np.sqrt(np.mean((cell.timbre - timbre) ** 2)))
    return STRANGE_COST_PER_DB * max(0.0, apart_db - STRANGE_DB)
