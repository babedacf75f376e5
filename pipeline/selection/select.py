"""From a long take to its best part: many windows are weighed by their cells, a few graded in full, one is cut out."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from pipeline.codec import read
from pipeline.codec.recording import opened
from pipeline.plan import Plan, Selection
from pipeline.records import Step
from pipeline.sample import Sample
from pipeline.selection.candidates import put_together
from pipeline.selection.cells import Judge, cut_cells
from pipeline.selection.refining import refined
from pipeline.selection.search import best_window
from pipeline.selection.takes import HeldTake, Progress, Take
from pipeline.selection.windows import Ground, find_windows

HELD_S = 300.0
"""Shorter files are decoded at once: 60 MB at 48000 Hz."""

LITTLE_S = 5.0
"""Of a take that is too long to be held and has less speech than wanted, windows with so much are looked at."""


def select(sample: Sample, plan: Plan, selection: Selection | None = None) -> Sample:
    """Return the best part of a sample in memory; see `select_from`."""
    return select_from(HeldTake(sample), plan, selection)


def select_from(take: Take, plan: Plan, selection: Selection | None = None, tell: Progress | None = None) -> Sample:
    """Return the best window of a take, or the few joined at pauses; all of it where it holds less speech than that.

    The trail gets a step ``select``; its notes say ``start_s`` and ``end_s`` in source time, ``map`` (a list of
    ``[output_start_s, source_path, source_start_s, length_s]``), the ``score`` of the part as it is, and how many
    windows were weighed and graded.

    Parameters
    ----------
    take : Take
    plan : Plan
        Its metrics and rubric judge; its stages are not run.
    selection : Selection, optional
    tell : Progress, optional

    Raises
    ------
    StepError
        If a metric fails.
    """
    wanted, started, plan = selection or Selection(), time.perf_counter(), _lean(plan)
    judge = Judge.of(plan.metrics, plan.rubric)
    cells, spoken = cut_cells(take, judge, tell)
    ground = Ground(cells)
    windows = find_windows(ground, spoken, wanted.seconds, wanted.least_s)
    if not windows and take.duration_s > HELD_S:
        windows = find_windows(ground, spoken, wanted.seconds, LITTLE_S)
    if not windows:
        return _whole(take, wanted)
    best, count = best_window(take, windows, plan)
    best, more = refined(take, best, ground, spoken, plan, wanted)
    sample, notes = put_together(take, best.windows)
    several = f", {len(best.windows)} of them joined" if len(best.windows) > 1 else ""
    step = Step(
        name="select",
        params=_params(wanted),
        notes={"weighed": len(windows), "graded": count + more, **notes, "score": best.score},
        why=f"the best of {len(windows)} windows from pause to pause{several}",
        elapsed_s=round(time.perf_counter() - started, 4),
    )
    return sample.after(step)


def read_best(path: str | Path, plan: Plan, selection: Selection | None = None, tell: Progress | None = None) -> Sample:
    """Decode a file: all of it, or of one longer than the plan's selection says the best part, in bounded memory.

    Parameters
    ----------
    path : path
    plan : Plan
    selection : Selection, optional
        In place of the plan's.
    tell : Progress, optional

    Raises
    ------
    DecodeError, StepError
        As `pipeline.codec.read` and `select_from`.
    """
    wanted = selection or plan.selection
    if wanted is None:
        return read(path)
    with opened(path, max(HELD_S, wanted.longer_than_s)) as found:
        if isinstance(found, Sample):
            return found if found.audio.duration_s <= wanted.longer_than_s else select(found, plan, wanted)
        return select_from(found, plan, wanted, tell)


def _lean(plan: Plan) -> Plan:
    """Return the plan with the metrics alone that change a score or a verdict."""
    names = plan.rubric.deciding()
    return replace(plan, metrics=tuple(metric for metric in plan.metrics if metric.name in names))


def _params(wanted: Selection) -> dict[str, float]:
    return {"seconds": wanted.seconds, "least_s": wanted.least_s}


def _whole(take: Take, wanted: Selection) -> Sample:
    """Return the take as it is, or the beginning of one that is too long to be held and in which nobody speaks."""
    why = f"there is less than {wanted.least_s:g} s of speech to choose from"
    step = Step(name="select", params=_params(wanted), notes={"weighed": 0, "graded": 0}, kept=False, why=why)
    return take.cut(0.0, min(take.duration_s, HELD_S)).after(step)
