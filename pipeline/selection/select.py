"""From a long take to its best part: many windows are weighed by their cells, a few graded in full, one is cut out."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.codec import read
from pipeline.codec.recording import opened
from pipeline.plan import Plan, Selection
from pipeline.records import Status, Step
from pipeline.sample import Sample
from pipeline.selection.cells import Judge, cut_cells
from pipeline.selection.edges import tightened
from pipeline.selection.parts import Part, assembled
from pipeline.selection.takes import HeldTake, Progress, Take
from pipeline.selection.windows import Ground, Window, find_windows, windows_to_join

CANDIDATES, APART_S, NEAREST, NEAR = 12, 4.0, 12, 3.0
"""So many of the best windows are graded in full, each beginning or ending so far from the others; then so many around
the best of them, from which they differ by less than `NEAR` times that, and by a third of it from each other."""

GOOD_SCORE, JOIN_GAIN = 90.0, 5.0
"""From here on nothing is sought beyond the best window; under it, windows are joined where that gains so much."""

HELD_S = 300.0
"""Shorter files are decoded at once: 60 MB at 48000 Hz."""

CELLS_SHARE = 0.5
"""Of what cells tell, beside the grade of the whole: it hears over a minute what none hears in 20 s, but not where."""

_ORDER = (Status.ACCEPTED, Status.REVIEW, Status.REJECTED)


@dataclass(frozen=True)
class Candidate:
    """One or more windows of a take, cut out, joined and graded as they are."""

    windows: tuple[Window, ...]
    sample: Sample
    notes: dict[str, object]
    status: Status
    score: float

    @property
    def order(self) -> tuple[bool, int, float]:
        """What candidates are ordered by: the take's own voice, the verdict, then the score and what cells tell."""
        strange = any(window.is_strange for window in self.windows)
        cost = max(window.cost for window in self.windows)
        return strange, _ORDER.index(self.status), CELLS_SHARE * cost - math.log(max(self.score, 0.3) / 100.0)


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
    wanted, started = selection or Selection(), time.perf_counter()
    judge = Judge.of(plan.metrics, plan.rubric)
    cells, spoken = cut_cells(take, judge, tell)
    ground = Ground(cells)
    windows = find_windows(ground, spoken, wanted.seconds, wanted.least_s)
    graded = [_graded(take, (window,), plan) for window in _apart(windows, APART_S, CANDIDATES)]
    params = {"seconds": wanted.seconds, "least_s": wanted.least_s}
    if not graded:
        why = f"there is less than {wanted.least_s:g} s of speech to choose from"
        notes: dict[str, object] = {"weighed": 0, "graded": 0}
        return take.cut(0.0, take.duration_s).after(
            Step(name="select", params=params, notes=notes, kept=False, why=why)
        )
    best = min(graded, key=lambda candidate: candidate.order)
    near = [window for window in windows if _apart_s(window, best.windows[0]) < APART_S * NEAR]
    graded += [_graded(take, (window,), plan) for window in _apart(near, APART_S / NEAR, NEAREST)]
    best = min(graded, key=lambda candidate: candidate.order)
    tight = tightened(take, best.windows[0], spoken, judge, wanted.least_s)
    if tight != best.windows[0]:
        best = _graded(take, (tight,), plan)
    if best.score < GOOD_SCORE or best.status is not Status.ACCEPTED:
        best = _joined(take, plan, windows_to_join(ground, spoken, wanted.seconds, wanted.least_s), best)
    notes = {"weighed": len(windows), "graded": len(graded), **best.notes}
    why = f"the best of {len(windows)} windows from pause to pause"
    why += f", {len(best.windows)} of them joined" if len(best.windows) > 1 else ""
    elapsed_s = round(time.perf_counter() - started, 4)
    return best.sample.after(Step(name="select", params=params, notes=notes, why=why, elapsed_s=elapsed_s))


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


def _apart(windows: Sequence[Window], apart_s: float, most: int) -> list[Window]:
    """Return the best windows of which each begins or ends so far from the better ones."""
    chosen: list[Window] = []
    for window in windows:
        if all(_apart_s(window, other) >= apart_s for other in chosen):
            chosen.append(window)
        if len(chosen) == most:
            break
    return chosen


def _apart_s(one: Window, other: Window) -> float:
    return max(abs(one.start_s - other.start_s), abs(one.stop_s - other.stop_s))


def _graded(take: Take, windows: Sequence[Window], plan: Plan) -> Candidate:
    cut = [take.cut(window.start_s, window.stop_s) for window in windows]
    parts = [Part(take.path, window.start_s, sample.audio) for window, sample in zip(windows, cut, strict=True)]
    return _candidate(windows, parts, cut[0], plan)


def _candidate(windows: Sequence[Window], parts: Sequence[Part], first: Sample, plan: Plan) -> Candidate:
    audio, entries, gains_db = assembled(parts)
    grade = plan.check(replace(first, audio=audio, steps=())).grade
    notes: dict[str, object] = {
        "start_s": round(windows[0].start_s, 3),
        "end_s": round(windows[-1].stop_s, 3),
        "map": entries,
        "speech_s": round(sum(window.speech_s for window in windows), 2),
        "score": grade.score,
    }
    notes |= {"gains_db": gains_db} if len(parts) > 1 else {}
    return Candidate(tuple(windows), replace(first, audio=audio), notes, grade.status, grade.score)


def _joined(take: Take, plan: Plan, windows: Sequence[Window], best: Candidate) -> Candidate:
    """Return the windows joined where that is so much better than the best single one; else that one."""
    if len(windows) < 2:
        return best
    cut = [take.cut(window.start_s, window.stop_s) for window in windows]
    parts = [Part(take.path, window.start_s, sample.audio) for window, sample in zip(windows, cut, strict=True)]
    middle = min(parts, key=lambda part: abs((part.analysis.snr_db or 0.0) - _median_snr_db(parts)))
    chosen = [number for number, part in enumerate(parts) if part is middle or part.fits(middle)]
    several = _candidate([windows[n] for n in chosen], [parts[n] for n in chosen], cut[chosen[0]], plan)
    ahead = several.order[:2] < best.order[:2]
    level = several.order[:2] == best.order[:2] and several.score >= best.score + JOIN_GAIN
    return several if ahead or level else best


def _median_snr_db(parts: Sequence[Part]) -> float:
    ordered = sorted(part.analysis.snr_db or 0.0 for part in parts)
    return ordered[len(ordered) // 2]
