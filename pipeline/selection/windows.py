"""Which windows a take offers, and what each may be worth by its cells: from pause to pause, with enough speech."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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

LONGEST = 4.0
"""A window is at most so many times as long as the speech that is wanted: words strewn over an hour are no sample."""

LENGTHS = 5
"""So many lengths of windows are weighed, up to what is wanted, beside the shortest that will do."""

SHORT_COST_PER_S = 0.002
"""Each second of speech that a window lacks. At 0.005, half a minute with faint noise was taken for 20 s more of it
(`tests.evaluation.select`, 33 recordings of half 0: 31 instead of 32 picks clean)."""

STRANGE_COST = 0.5
"""From here on what is strange about a window, on the whole, is another voice."""

OTHER_COST, OTHER_S = 0.8, 6.0
"""So many seconds that cost so much as those of another voice make a window strange, however good the rest: of a window
with the first words of somebody whose recording is better, the score is higher. The edges of cells tell to 10 s where
somebody else begins; a window may touch that."""


JOINED_S, MOST_JOINED = (8.0, 20.0), 6
"""Speech in each of the windows that are joined, and how many at most: phrases, not words."""

NEIGHBOURS_S = 1.0
"""Windows so near to each other are one: nothing is cut out of a breath."""

WORSE_COST = 0.35
"""A window that costs so much more than the best one (three tenths of the score) is only joined where it must be."""


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


class Ground:
    """A take's cells, and what each costs beside the rest of the take: whoever speaks most of it is the speaker."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        levels = [cell.level_dbfs for cell in cells if cell.level_dbfs is not None]
        timbres = [cell.timbre for cell in cells if cell.timbre is not None]
        level = float(np.median(levels)) if levels else 0.0
        timbre = np.median(timbres, axis=0) if timbres else np.zeros(1)
        self.starts_s = np.array([cell.start_s for cell in cells])
        self.stops_s = np.array([cell.stop_s for cell in cells])
        self.levels_dbfs = np.array([np.nan if cell.level_dbfs is None else cell.level_dbfs for cell in cells])
        beside = np.array([_faint(cell, level) + _strange(cell, timbre) for cell in cells])
        self.edges_s = np.unique([*self.starts_s, *self.stops_s])
        self.others = self._between_edges(beside, np.max)
        self.costs = self.others + self._between_edges(np.array([cell.cost for cell in cells]), np.min)

    def window(self, start_s: float, stop_s: float, speech_s: float, seconds: float) -> Window:
        """Return a stretch as a window, weighed by its cells; `seconds` of speech are wanted."""
        first, last = np.searchsorted(self.edges_s, [start_s, stop_s])
        near = slice(max(0, first - 1), last)
        inside_s = np.diff(np.clip(self.edges_s[near.start : last + 1], start_s, stop_s))
        shares, others = inside_s / inside_s.sum(), self.others[near]
        cost = float(np.sqrt(shares @ self.costs[near] ** 2))  # not the mean: one bad phrase is not hidden by good ones
        cost += _level_cost(self._levels_dbfs(start_s, stop_s))
        cost += SHORT_COST_PER_S * max(0.0, seconds - speech_s)
        is_strange = shares @ others > STRANGE_COST or inside_s[others > OTHER_COST].sum() > OTHER_S
        return Window(start_s, stop_s, speech_s, cost, bool(is_strange))

    def _between_edges(self, costs: Double, which: Callable[[Double], float]) -> Double:
        """Return what one edge of a cell to the next costs, of the overlapping cells that hold it.

        The least of the damages, for what is wrong there is heard in each of the cells; but the most of what tells
        another voice, which is not to be missed.
        """
        first = np.searchsorted(self.stops_s, self.edges_s[:-1], "right")
        stop = np.searchsorted(self.starts_s, self.edges_s[:-1], "right")
        return np.array([which(costs[one:other]) for one, other in zip(first, stop, strict=True)])

    def _levels_dbfs(self, start_s: float, stop_s: float) -> Double:
        """Return the levels of the cells that a window reaches into."""
        near = slice(np.searchsorted(self.stops_s, start_s, "right"), np.searchsorted(self.starts_s, stop_s))
        inside_s = np.minimum(stop_s, self.stops_s[near]) - np.maximum(start_s, self.starts_s[near])
        return np.asarray(self.levels_dbfs[near][inside_s > TOUCHED_S])


def find_windows(ground: Ground, spoken: Bool, seconds: float, least_s: float) -> list[Window]:
    """Return every window that begins and ends in a pause and has from `least_s` to `seconds` of speech, best first.

    Parameters
    ----------
    ground : Ground
    spoken : bool, shape (frames,)
    seconds, least_s : float
        Of speech.
    """
    cuts = pause_cuts(spoken)
    speech_s = np.concatenate([[0.0], np.cumsum(spoken) * HOP_S])
    said = speech_s[np.minimum(np.round(cuts / HOP_S).astype(int), spoken.size)]
    windows = [
        ground.window(float(cuts[first]), float(cuts[last]), float(said[last] - said[first]), seconds)
        for first, last in _spans(said, seconds, least_s)
        if cuts[last] - cuts[first] <= LONGEST * seconds
    ]
    return sorted(windows, key=lambda window: window.cost)


def _spans(said: Double, seconds: float, least_s: float) -> Iterator[tuple[int, int]]:
    """Yield first and last cut of windows of several lengths, and the shortest: a clean stretch may hold no more."""
    longest = [
        np.searchsorted(said, said + length_s, side="right") - 1
        for length_s in np.linspace(min(1.15 * least_s, seconds), seconds, LENGTHS)
    ]
    shortest = np.minimum(np.searchsorted(said, said + least_s), said.size - 1)
    for last in (shortest, *longest):
        speech_s = said[last] - said
        fitting = np.flatnonzero((speech_s >= least_s) & (speech_s <= seconds))
        yield from ((int(first), int(last[first])) for first in fitting)


def pause_cuts(spoken: Bool, hop_s: float = HOP_S) -> Double:
    """Return the middles of the pauses, and the ends, in seconds."""
    pauses = [(start, stop) for start, stop in runs(~spoken) if (stop - start) * hop_s >= PAUSE_S]
    middles = [0.5 * (start + stop) * hop_s for start, stop in pauses]
    return np.unique(np.array([0.0, *middles, spoken.size * hop_s]))


def _level_cost(levels_dbfs: Double) -> float:
    known = levels_dbfs[~np.isnan(levels_dbfs)]
    return LEVEL_COST_PER_DB * max(0.0, float(np.ptp(known)) - LEVEL_DB) if known.size else 0.0


def _faint(cell: Cell, level_dbfs: float) -> float:
    under_db = 0.0 if cell.level_dbfs is None else level_dbfs - cell.level_dbfs
    return FAINT_COST_PER_DB * max(0.0, under_db - FAINT_DB)


def _strange(cell: Cell, timbre: Double) -> float:
    if cell.timbre is None:
        return 0.0
    apart_db = float(np.sqrt(np.mean((cell.timbre - timbre) ** 2)))
    return STRANGE_COST_PER_DB * max(0.0, apart_db - STRANGE_DB)


def windows_to_join(ground: Ground, spoken: Bool, seconds: float, least_s: float) -> list[Window]:
    """Return the best short windows that together hold from `least_s` to `seconds` of speech, in order of time.

    Parameters as `find_windows`. Nothing is returned where there is not enough that is the take's own voice.
    """
    chosen: list[Window] = []
    for window in find_windows(ground, spoken, JOINED_S[1], JOINED_S[0]):
        said_s = sum(other.speech_s for other in chosen)
        worse = bool(chosen) and window.cost > chosen[0].cost + WORSE_COST
        if len(chosen) == MOST_JOINED or said_s + JOINED_S[0] > seconds or (said_s >= least_s and worse):
            break
        if not window.is_strange and said_s + window.speech_s <= seconds and not _touches(window, chosen):
            chosen.append(window)
    if sum(window.speech_s for window in chosen) < least_s:
        return []
    return _merged(sorted(chosen, key=lambda window: window.start_s))


def _merged(windows: Sequence[Window]) -> list[Window]:
    """Return windows in order of time, those that follow one another with one pause between as one."""
    merged: list[Window] = []
    for window in windows:
        if merged and window.start_s - merged[-1].stop_s < NEIGHBOURS_S:
            before = merged.pop()
            window = Window(  # noqa: PLW2901 - the two as one
                before.start_s,
                window.stop_s,
                before.speech_s + window.speech_s,
                max(before.cost, window.cost),
                before.is_strange or window.is_strange,
            )
        merged.append(window)
    return merged


def _touches(window: Window, others: Sequence[Window]) -> bool:
    return any(window.start_s < other.stop_s and other.start_s < window.stop_s for other in others)
