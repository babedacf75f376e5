"""From a long take to its best window: many are weighed by their cells, a few graded in full, one is cut out."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import replace

from pipeline.audio import Audio
from pipeline.dsp.downmix import to_mono
from pipeline.plan import Plan, Selection
from pipeline.records import Status, Step
from pipeline.sample import Sample
from pipeline.selection.cells import cut_cells
from pipeline.selection.windows import Window, find_windows

CANDIDATES, APART_S = 8, 5.0
"""So many of the best windows are graded in full, each beginning so far from the others."""

_ORDER = (Status.ACCEPTED, Status.REVIEW, Status.REJECTED)


def select(sample: Sample, plan: Plan, selection: Selection | None = None) -> Sample:
    """Return the best window of a sample, cut in pauses; the whole sample where it holds less speech than that.

    The trail gets a step ``select``; its notes say ``start_s`` and ``end_s`` in source time, ``map`` (a list of
    ``[output_start_s, source_path, source_start_s, length_s]``), the ``score`` of the window as it is, and how many
    windows were weighed and graded.

    Parameters
    ----------
    sample : Sample
    plan : Plan
        Its metrics and rubric judge; its stages are not run.
    selection : Selection, optional

    Raises
    ------
    StepError
        If a metric fails.
    """
    wanted, started = selection or Selection(), time.perf_counter()
    mono = sample.audio.with_wave(to_mono(sample.audio.wave, sample.audio.sample_rate_hz)[0])
    cells, spoken = cut_cells(mono, plan.metrics, plan.rubric)
    windows = find_windows(cells, spoken, wanted.seconds, wanted.least_s)
    tried = _apart(windows)
    graded = [(_score(sample, mono, window, plan), window) for window in tried]
    notes: dict[str, object] = {"weighed": len(windows), "graded": len(graded)}
    params = {"seconds": wanted.seconds, "least_s": wanted.least_s}
    if not graded:
        why = f"there is less than {wanted.least_s:g} s of speech to choose from"
        return sample.after(Step(name="select", params=params, notes=notes, kept=False, why=why))
    (_, score), best = min(graded, key=_order)
    notes |= _place(sample.path, best) | {"score": score}
    elapsed_s = round(time.perf_counter() - started, 4)
    why = f"the best of {len(windows)} windows from pause to pause"
    step = Step(name="select", params=params, notes=notes, why=why, elapsed_s=elapsed_s)
    return sample.after(step, _cut(mono, best))


def _apart(windows: Sequence[Window]) -> list[Window]:
    """Return the best windows that do not begin next to a better one."""
    chosen: list[Window] = []
    for window in windows:
        if all(abs(window.start_s - other.start_s) >= APART_S for other in chosen):
            chosen.append(window)
        if len(chosen) == CANDIDATES:
            break
    return chosen


def _score(sample: Sample, mono: Audio, window: Window, plan: Plan) -> tuple[Status, float]:
    """Return how a window does as it is."""
    grade = plan.check(replace(sample, audio=_cut(mono, window), steps=())).grade
    return grade.status, grade.score


def _order(pair: tuple[tuple[Status, float], Window]) -> tuple[bool, int, float]:
    """Return what windows are ordered by: the take's own voice, the verdict, then the score and what cells tell."""
    (status, score), window = pair
    return window.is_strange, _ORDER.index(status), window.cost - math.log(max(score, 0.3) / 100.0)


def _cut(mono: Audio, window: Window) -> Audio:
    rate = mono.sample_rate_hz
    return mono.with_wave(mono.wave[:, round(window.start_s * rate) : round(window.stop_s * rate)])


def _place(path: str, window: Window) -> dict[str, object]:
    start_s, length_s = round(window.start_s, 3), round(window.stop_s - window.start_s, 3)
    return {
        "start_s": start_s,
        "end_s": round(window.stop_s, 3),
        "map": [[0.0, path, start_s, length_s]],
        "speech_s": round(window.speech_s, 2),
    }
