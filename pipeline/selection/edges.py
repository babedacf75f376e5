"""The ends of a chosen window: what was said first and last in it stays only if it sounds as good as the rest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pipeline.analysis import Analysis
from pipeline.dsp.frames import HOP_S, Bool
from pipeline.selection.cells import Judge, measured_whole
from pipeline.selection.takes import Take
from pipeline.selection.windows import WORSE_COST, Window, pause_cuts

END_S, LEAST_END_S = 10.0, 3.0
"""So much at each end is held against the rest; cells tell where a damage begins to 10 s only."""


def tightened(take: Take, window: Window, spoken: Bool, judge: Judge, least_s: float) -> Window:
    """Return the window without ends that sound worse than its middle, as far as `least_s` of speech are left.

    Parameters
    ----------
    take : Take
    window : Window
    spoken : bool, shape (frames,)
        Of the whole take.
    judge : Judge
    least_s : float
    """
    middle_s = 0.5 * (window.start_s + window.stop_s)
    usual = _cost(take, judge, middle_s - END_S, middle_s + END_S)
    for start_s, stop_s in _ends(window, spoken):
        is_start = start_s == window.start_s
        left_s = (stop_s, window.stop_s) if is_start else (window.start_s, start_s)
        speech_s = _speech_s(spoken, *left_s)
        if speech_s >= least_s and _cost(take, judge, start_s, stop_s) > usual + WORSE_COST:
            window = replace(window, start_s=left_s[0], stop_s=left_s[1], speech_s=speech_s)
    return window


def _ends(window: Window, spoken: Bool) -> Iterator[tuple[float, float]]:
    """Yield the first and the last seconds of a window, up to and from a pause."""
    cuts = pause_cuts(spoken)
    inside = cuts[(cuts > window.start_s + LEAST_END_S) & (cuts <= window.start_s + END_S)]
    if inside.size:
        yield window.start_s, float(inside[-1])
    inside = cuts[(cuts < window.stop_s - LEAST_END_S) & (cuts >= window.stop_s - END_S)]
    if inside.size:
        yield float(inside[0]), window.stop_s


def _speech_s(spoken: Bool, start_s: float, stop_s: float) -> float:
    return float(spoken[round(start_s / HOP_S) : round(stop_s / HOP_S)].sum()) * HOP_S


def _cost(take: Take, judge: Judge, start_s: float, stop_s: float) -> float:
    analysis = Analysis(take.cut(max(0.0, start_s), stop_s).audio)
    return judge.cost(analysis, measured_whole(analysis))
