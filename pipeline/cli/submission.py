"""The uploading half of ``run`` and ``upload``: what the command line says of it, rehearsed or done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli import options as opt
from pipeline.cli.output import print_json
from pipeline.errors import ManifestError

if TYPE_CHECKING:
    from rich.console import Console

    from pipeline.records import Record
    from pipeline.service import Api, Pace, Timeouts, UploadReport, Voice


@dataclass
class Submission:
    """What the command line says of an upload; `voices` is there once it was validated."""

    manifest: Path | None
    gender: str | None
    age: int | None
    language: str | None
    consent: str | None
    enhance: opt.Enhance
    include_review: bool
    api_url: str | None
    allow_same_audio: bool = False
    trust_list: bool = False
    pace: Pace | None = None
    timeouts: Timeouts | None = None
    proxy: str | None = None
    voices: Mapping[str, Voice] = field(default_factory=dict)

    def validate(self, names: Sequence[str], members: Sequence[str] = ()) -> None:
        """Check the manifest against the samples' names and what they are assembled from.

        Raises UsageError with every mistake: nothing was sent.
        """
        from pipeline.service import Defaults, read_manifest, voices_without_manifest

        said = Defaults(self.gender, self.age, self.language, self.consent, self.enhance.value)
        if self.manifest is None:
            self.voices = voices_without_manifest(names, said)
            return
        manifest = read_manifest(self.manifest, said)
        mistakes = manifest.check_files([*names, *members])
        if mistakes:
            raise ManifestError(self.manifest.name, mistakes)
        self.voices = manifest.match(names)

    def api(self) -> Api:
        """Return the client. Raises UsageError if there is no key, or the address may not be used."""
        from pipeline.service import Api

        return Api(base_url=self.api_url, timeouts=self.timeouts, proxy=self.proxy)


def submit(submission: Submission, out: Path, records: Sequence[Record], console: Console) -> UploadReport:
    """Submit what was accepted, tell how it goes, and note the receipts in the records."""
    from pipeline.engine.journal import note_uploads
    from pipeline.report.uploads import show_finishing, show_not_good_enough, show_uploads, telling
    from pipeline.service import LEDGER, Ledger, stopped_by_signals, upload
    from pipeline.service.crash import reached

    with (
        submission.api() as api,
        Ledger.open(out / LEDGER) as ledger,
        telling(console) as tell,
        stopped_by_signals(lambda: show_finishing(console)) as stop,
    ):
        report = upload(
            out,
            records,
            submission.voices,
            api,
            ledger,
            on_event=tell,
            include_review=submission.include_review,
            allow_same_audio=submission.allow_same_audio,
            trust_list=submission.trust_list,
            pace=submission.pace,
            stop=stop,
        )
    reached("recording")
    note_uploads(out, {receipt.path: receipt.to_dict() for receipt in report.receipts})
    show_uploads(console, report)
    if not report.stopped:
        show_not_good_enough(console, [record for record in records if record.path in submission.voices], report)
    return report


def rehearse(submission: Submission, out: Path, records: Sequence[Record], console: Console, as_json: bool) -> None:
    """Show what `submit` would do, by the same list and decisions; nothing is sent or written."""
    from pipeline.report.uploads import show_planned
    from pipeline.service import LEDGER, Ledger, Pace, Stop, account_line, good_enough, open_session, plan_uploads

    chosen = good_enough(records, submission.include_review)
    with submission.api() as api, Ledger.look(out / LEDGER) as ledger:
        session = open_session(api, ledger, Pace(), Stop(), lambda event: None, submission.trust_list)
        planned = plan_uploads(out, chosen, submission.voices, api, session, submission.allow_same_audio)
        account = account_line(planned, session)
    if as_json:
        print_json({"account": account, "would_send": [entry.to_dict() for entry in planned]})
    else:
        show_planned(console, account, planned)
