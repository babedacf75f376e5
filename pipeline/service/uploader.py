"""An upload: samples one after the other, each voice sent at most once, stopped where going on cannot help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.records import Record
from pipeline.service.api import Api
from pipeline.service.ledger import Ledger
from pipeline.service.pace import Pace
from pipeline.service.planning import good_enough, plan_uploads
from pipeline.service.receipts import Event, OnEvent, UploadReport
from pipeline.service.upload_run import UploadRun
from pipeline.service.voice import Voice


def upload(  # noqa: PLR0913 - all but five are keywords with defaults
    out: Path,
    records: Sequence[Record],
    choose: Mapping[str, Voice],
    api: Api,
    ledger: Ledger,
    *,
    on_event: OnEvent | None = None,
    include_review: bool = False,
    pace: Pace | None = None,
) -> UploadReport:
    """Submit every accepted sample that has a voice.

    Parameters
    ----------
    out : Path
        The folder of the clips.
    records : sequence of Record
    choose : mapping
        The voice of each record's path; see `Manifest.match` and `voices_without_manifest`.
    api : Api
    ledger : Ledger
        What it knows is not sent again.
    on_event : callable, optional
        Told of what happens.
    include_review : bool
        Submit the samples for review too.
    pace : Pace, optional

    Raises
    ------
    SubmitError
        If the ledger cannot be written: then nothing more was sent.
    """
    chosen = good_enough(records, include_review)
    planned = plan_uploads(out, chosen, choose, api, ledger)
    run = UploadRun(api, ledger, pace or Pace(), on_event or _ignore)
    receipts = [run.receipt_of(entry) for entry in planned]
    without_voice = tuple(record.path for record in chosen if record.path not in choose)
    return UploadReport(tuple(receipts), run.stopped, without_voice)


def _ignore(event: Event) -> None:
    """Tell nobody."""
