"""Candidates for the best part of a take: windows cut out, joined where there are several, and graded as they are."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline.plan import Plan
from pipeline.records import Status
from pipeline.sample import Sample
from pipeline.selection.parts import Part, assembled
from pipeline.selection.takes import Take
from pipeline.selection.windows import Window

WELL_AHEAD = 5.0
"""Windows are joined, or fewer seconds taken than are wanted, where that gains so many points: the speaker's own pauses
are better than any of ours, and more seconds teach more."""

CELLS_SHARE, CELLS_LEVEL = 0.5, 0.05
"""Of what cells tell, beside the grade of the whole: it hears over a minute what none hears in 20 s, but not where.
Only what is beyond the least by more than so much counts. At 0.2, 2 of 40 picks of `tests.evaluation.select` reached
8 s into a damage that the score of the whole hid; at 0.05 none, at next to the same scores."""

SCORES_LEVEL = 0.004
"""Scores so near to each other (0.4 %) are told apart by what cells tell."""

_ORDER = (Status.ACCEPTED, Status.REVIEW, Status.REJECTED)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One or more windows of a take and their grade as they are; not the sound, of which there would be much."""

    windows: tuple[Window, ...]
    status: Status
    score: float

    @property
    def rank(self) -> tuple[bool, int]:
        """What comes before any score: the take's own voice, then the verdict. Less is better."""
        return any(window.is_strange for window in self.windows), _ORDER.index(self.status)

    @property
    def cost(self) -> float:
        """What cells tell of its worst window."""
        return max(window.cost for window in self.windows)

    def is_well_ahead(self, other: Candidate) -> bool:
        """Whether this is worth what the other has before it: of better rank, or by `WELL_AHEAD`."""
        return self.rank < other.rank or (self.rank == other.rank and self.score >= other.score + WELL_AHEAD)


def best_of(candidates: Sequence[Candidate]) -> Candidate:
    """Return the best by rank, then by the score and what cells tell."""
    first = min(candidate.rank for candidate in candidates)
    level = [candidate for candidate in candidates if candidate.rank == first]
    least = min(candidate.cost for candidate in level)

    def total(candidate: Candidate) -> float:
        beyond = max(0.0, candidate.cost - least - CELLS_LEVEL)
        return CELLS_SHARE * beyond - math.log(max(candidate.score, 0.3) / 100.0)

    good = total(min(level, key=total)) + SCORES_LEVEL
    return min((candidate for candidate in level if total(candidate) <= good), key=lambda candidate: candidate.cost)


def put_together(take: Take, windows: Sequence[Window]) -> tuple[Sample, dict[str, Any]]:
    """Return windows of a take as one sample, and the notes of a step ``select`` on where they lie."""
    cut = [take.cut(window.start_s, window.stop_s) for window in windows]
    parts = [Part(take.path, window.start_s, sample.audio) for window, sample in zip(windows, cut, strict=True)]
    audio, entries, gains_db = assembled(parts)
    notes: dict[str, Any] = {
        "start_s": round(windows[0].start_s, 3),
        "end_s": round(windows[-1].stop_s, 3),
        "map": entries,
        "speech_s": round(sum(window.speech_s for window in windows), 2),
    }
    return replace(cut[0], audio=audio), notes | ({"gains_db": gains_db} if len(parts) > 1 else {})


def graded(take: Take, windows: Sequence[Window], plan: Plan) -> Candidate:
    """Return windows with the grade of what they are together. Raises StepError if a metric fails."""
    sample, _ = put_together(take, windows)
    grade = plan.check(replace(sample, steps=())).grade
    return Candidate(tuple(windows), grade.status, grade.score)


def joined_if_better(take: Take, windows: Sequence[Window], plan: Plan, best: Candidate, least_s: float) -> Candidate:
    """Return the windows joined, where those that fit have so much speech and are well ahead of the best; else that."""
    fitting = _fitting(take, windows)
    if len(fitting) < 2 or sum(window.speech_s for window in fitting) < least_s:
        return best
    several = graded(take, fitting, plan)
    return several if several.is_well_ahead(best) else best


def _fitting(take: Take, windows: Sequence[Window]) -> list[Window]:
    """Return the windows that can be joined without being heard with the one whose noise is in their middle."""
    parts = [Part(take.path, window.start_s, take.cut(window.start_s, window.stop_s).audio) for window in windows]
    if not parts:
        return []
    usual_db = statistics.median(part.analysis.snr_db or 0.0 for part in parts)
    middle = min(parts, key=lambda part: abs((part.analysis.snr_db or 0.0) - usual_db))
    return [window for window, part in zip(windows, parts, strict=True) if part is middle or part.fits(middle)]
