"""What is written about a sample: findings, trail and the record of `records.jsonl`.

Everything here is plain data that prints, compares, pickles and turns into JSON.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Span = tuple[float, float]
"""Start and end in seconds."""

METRIC_NAMES = (
    "duration_s",
    "speech_s",
    "speech_ratio",
    "snr_db",
    "noise_floor_dbfs",
    "clipped_ratio",
    "loudness_lufs",
    "loudness_range_lu",
    "true_peak_dbtp",
    "speech_level_dbfs",
    "level_drift_db",
    "bandwidth_hz",
    "reverb_c50_db",
    "hum_db",
    "dropout_count",
    "dc_offset_ratio",
    "pace_variation_ratio",
    "pitch_median_hz",
    "phonetic_diversity_ratio",
    "speaker_changes",
)
"""Every metric a record speaks of, in this order. One that has no number is null, with a finding that says why."""

MetricValues = dict[str, float | None]


class Status(StrEnum):
    """The verdict on a sample. Unscored is never accepted.

    Examples
    --------
    >>> Status("review") is Status.REVIEW, [str(status) for status in Status]
    (True, ['accepted', 'review', 'rejected', 'failed'])
    """

    ACCEPTED = "accepted"
    REVIEW = "review"
    REJECTED = "rejected"
    FAILED = "failed"


class Severity(StrEnum):
    """How much a finding weighs, heaviest first.

    Examples
    --------
    >>> [str(severity) for severity in Severity]
    ['reject', 'review', 'fixed', 'note']
    """

    REJECT = "reject"
    REVIEW = "review"
    FIXED = "fixed"
    NOTE = "note"


class _Plain(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Finding(_Plain):
    """One thing seen in one sample.

    Examples
    --------
    >>> Finding(code="own", severity=Severity.NOTE, message="Something was heard.", at_s=((1.0, 1.5),)).at_s
    ((1.0, 1.5),)
    """

    code: str
    severity: Severity
    at_s: tuple[Span, ...] = ()
    message: str
    remedy: str = ""


class Source(_Plain):
    """The file as it came."""

    container: str
    codec: str
    sample_rate_hz: int
    channels: int
    duration_s: float
    bytes: int


class Step(_Plain):
    """What one step did. `kept` is false where it had nothing to do or was undone; `why` says which."""

    name: str
    params: dict[str, Any] = Field(default_factory=dict)
    notes: dict[str, Any] = Field(default_factory=dict)
    kept: bool = True
    why: str = ""
    elapsed_s: float = 0.0


class Score(_Plain):
    """0 to 100; null where there was nothing to score."""

    before: float | None = None
    after: float | None = None


class Output(_Plain):
    """The clip that was written; `path` is relative to OUT."""

    path: str
    sha256: str
    sample_rate_hz: int
    channels: int
    subtype: str
    duration_s: float


class Failure(_Plain):
    """Why a sample could not be judged."""

    step: str
    kind: str
    message: str


class Record(_Plain):
    """One line of `records.jsonl`: all there is to know of one source.

    `path` is relative to the INPUT it was found under, with forward slashes.

    Examples
    --------
    >>> record = Record(path="mia/take1.mp3", status=Status.REVIEW)
    >>> record.to_dict()["output"] is None, Record.model_validate_json(record.to_json()) == record
    (True, True)
    """

    schema_: Literal[1] = Field(default=1, alias="schema")
    path: str
    sha256: str | None = None
    status: Status
    source: Source | None = None
    before: MetricValues | None = None
    after: MetricValues | None = None
    score: Score = Score()
    parts: dict[str, float] = Field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    steps: tuple[Step, ...] = ()
    output: Output | None = None
    upload: dict[str, Any] | None = None
    error: Failure | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types, every key of the contract present."""
        return self.model_dump(mode="json", by_alias=True)

    def to_json(self) -> str:
        """Return one line of JSON."""
        return self.model_dump_json(by_alias=True)

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the verdict and the findings."""
        from pipeline.report.notebook import records_html

        return records_html([self])
