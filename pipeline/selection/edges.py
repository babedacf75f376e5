"""The ends of a chosen window: what was said first and last in it stays only if it sounds as the rest does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pipeline.analysis import Analysis
from pipeline.dsp.frames import HOP_S, Bool
from pipeline.dsp.voiceprint import Voiceprint
from pipeline.selection.cells import Judge, measured_whole
from pipeline.selection.likeness import UNLIKE, pair_unlikeness
from pipeline.selection.takes import Take
from pipeline.selection.windows import WORSE_COST, Window, pause_cuts

END_S, LEAST_END_S = 10.0, 3.0
"""So much at each end is held against the rest; cells tell where a damage begins to 10 s only."""

LEVEL_DB = 10.0
"""Ends whose level lies so far from that of the middle are of a speaker who had turned away, or not yet sat down."""


@dataclass(frozen=True, slots=True)
class _Heard:
    """What a stretch costs, how loud its speech is, and whose it is."""

    cost: float
    level_dbfs: float
    voiceprint: Voiceprint | None


def tightened(take: Take, window: Window, spoken: Bool, judge: Judge, least_s: float) -> Window:
    """Return the window without ends that sound worse than its middle, far louder or softer, or as another voice.

    As far as `least_s` of speech are left.

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
    usual = _heard(take, judge, middle_s - END_S, middle_s + END_S)
    for start_s, stop_s in _ends(window, spoken):
        is_start = start_s == window.start_s
        left_s = (stop_s, window.stop_s) if is_start else (window.start_s, start_s)
        speech_s = _speech_s(spoken, *left_s)
        if speech_s >= least_s and _stands_out(_heard(take, judge, start_s, stop_s), usual):
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


def _heard(take: Take, judge: Judge, start_s: float, stop_s: float) -> _Heard:
    analysis = Analysis(take.cut(max(0.0, start_s), stop_s).audio)
    return _Heard(
        judge.cost(analysis, measured_whole(analysis)), analysis.speech_level_dbfs or 0.0, analysis.voiceprint
    )


def _stands_out(end: _Heard, usual: _Heard) -> bool:
    is_other = (
        end.voiceprint is not None
        and usual.voiceprint is not None
        and pair_unlikeness(end.voiceprint, usual.voiceprint) >= UNLIKE
    )
    return is_other or end.cost > usual.cost + WORSE_COST or abs(end.level_dbfs - usual.level_dbfs) > LEVEL_DB
