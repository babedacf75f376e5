"""From the best window to what is better still: without ends that sound worse, a little shorter, or several joined."""

from __future__ import annotations

from pipeline.dsp.frames import Bool
from pipeline.plan import Plan, Selection
from pipeline.records import Status
from pipeline.selection.candidates import Candidate, graded, joined_if_better
from pipeline.selection.cells import Judge
from pipeline.selection.edges import tightened
from pipeline.selection.search import best_window
from pipeline.selection.takes import Take
from pipeline.selection.windows import Ground, find_windows, windows_to_join

GOOD_SCORE = 90.0
"""From here on nothing is sought beyond the best window; under it, or if it is not accepted, shorter ones are tried and
joined ones."""

NEARLY = 0.9
"""Where the best window is not good, those with so much of the least speech that is wanted are looked at too: a clean
minute with 28 s of speech is better than one that reaches into a clipped one for the last two."""


def refined(  # noqa: PLR0913, PLR0917 - the take and all that is known of it
    take: Take, best: Candidate, ground: Ground, spoken: Bool, plan: Plan, wanted: Selection
) -> tuple[Candidate, int]:
    """Return the best window without ends that sound worse, and how many more the search for others has graded.

    Where it is not good, what is well ahead of it: a window with a little less speech, or several joined.

    Parameters
    ----------
    take : Take
    best : Candidate
        Of a single window.
    ground : Ground
    spoken : bool, shape (frames,)
    plan : Plan
    wanted : Selection

    Raises
    ------
    StepError
        If a metric fails.
    """
    best, count = _tight(take, best, spoken, plan, wanted.least_s), 0
    nearly_s = NEARLY * wanted.least_s
    shorter = [] if _is_good(best) else find_windows(ground, spoken, wanted.least_s, nearly_s)
    if shorter:
        other, count = best_window(take, shorter, plan)
        other = _tight(take, other, spoken, plan, nearly_s)
        best = other if other.is_well_ahead(best) else best
    if not _is_good(best):
        several = windows_to_join(ground, spoken, wanted.seconds, wanted.least_s)
        best = joined_if_better(take, several, plan, best, nearly_s)
    return best, count


def _is_good(best: Candidate) -> bool:
    return best.score >= GOOD_SCORE and best.status is Status.ACCEPTED


def _tight(take: Take, best: Candidate, spoken: Bool, plan: Plan, least_s: float) -> Candidate:
    """Return a window without ends that sound worse, as far as so much speech is left."""
    tight = tightened(take, best.windows[0], spoken, Judge.of(plan.metrics, plan.rubric), least_s)
    return best if tight == best.windows[0] else graded(take, (tight,), plan)
