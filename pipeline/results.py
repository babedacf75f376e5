"""What becomes of a sample: a result whose class is the verdict. Uploading something ungraded is a type error."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.measure import Measurements
from pipeline.records import Status
from pipeline.rubric import Grade
from pipeline.sample import Sample


@dataclass(frozen=True, slots=True)
class Result:
    """A judged sample. Its class is the verdict: `Accepted`, `Review` or `Rejected`.

    Parameters
    ----------
    sample : Sample
        With the wave as it is to be written.
    before, after : Measurements
        Of the wave as decoded and as it is now; `after` is None where nothing was run.
    score_before : float
        0 to 100, of the wave as decoded.
    grade : Grade
        Of the wave as it is now.
    subtype : str
        Of the WAV that the plan writes.
    """

    sample: Sample
    before: Measurements
    after: Measurements | None
    score_before: float
    grade: Grade
    subtype: str


class Accepted(Result):
    """Good enough, perhaps after repair. Only this can be submitted."""


class Review(Result):
    """A person should look."""


class Rejected(Result):
    """Judged, and not good enough."""


VERDICTS: dict[Status, type[Result]] = {
    Status.ACCEPTED: Accepted,
    Status.REVIEW: Review,
    Status.REJECTED: Rejected,
}
"""The class of each status that a judged sample can have."""
