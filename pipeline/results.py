"""What becomes of a sample: a result whose class is the verdict. Uploading something ungraded is a type error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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

    Examples
    --------
    >>> from pipeline import load_profile, read
    >>> result = load_profile().run(read("samples/mia/greeting.ogg"))
    >>> type(result).__name__, sorted(result.to_dict())[:4]
    ('Review', ['after', 'before', 'findings', 'parts'])
    """

    sample: Sample
    before: Measurements
    after: Measurements | None
    score_before: float
    grade: Grade
    subtype: str

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types, under the names that records have."""
        return {
            "path": self.sample.path,
            "status": self.grade.status.value,
            "score": {"before": self.score_before, "after": self.grade.score if self.after else None},
            "parts": dict(self.grade.parts),
            "before": dict(self.before.values),
            "after": dict(self.after.values) if self.after else None,
            "findings": [finding.model_dump(mode="json") for finding in self.grade.findings],
            "steps": [step.model_dump(mode="json") for step in self.sample.steps],
        }

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the verdict, the picture, the findings."""
        from pipeline.report.notebook import result_html

        return result_html(self)


class Accepted(Result):
    """Good enough, perhaps after repair. Only this can be submitted.

    Examples
    --------
    >>> from pipeline import load_profile, read
    >>> isinstance(load_profile().run(read("samples/mia/harbour.flac")), Accepted)
    True
    """


class Review(Result):
    """A person should look.

    Examples
    --------
    >>> from pipeline import load_profile, read
    >>> isinstance(load_profile().run(read("samples/mia/greeting.ogg")), Review)
    True
    """


class Rejected(Result):
    """Judged, and not good enough.

    Examples
    --------
    >>> from pipeline import load_profile, read
    >>> isinstance(load_profile().run(read("samples/mia/hello.wav")), Rejected)
    True
    """


VERDICTS: dict[Status, type[Result]] = {
    Status.ACCEPTED: Accepted,
    Status.REVIEW: Review,
    Status.REJECTED: Rejected,
}
"""The class of each status that a judged sample can have."""
