"""``voiceprep upload`` and ``voiceprep sandbox``, and the uploading half of ``run``."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli import options as opt
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

    def validate(self, names: Sequence[str]) -> None:
        """Check the manifest against the samples' names. Raises UsageError with every mistake: nothing was sent."""
        from pipeline.service import Defaults, read_manifest, voices_without_manifest

        said = Defaults(self.gender, self.age, self.language, self.consent, self.enhance.value)
        if self.manifest is None:
            self.voices = voices_without_manifest(names, said)
            return
        manifest = read_manifest(self.manifest, said)
        mistakes = manifest.check_files(names)
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
    from pipeline.report.uploads import show_event, show_finishing, show_not_good_enough, show_uploads
    from pipeline.service import LEDGER, Ledger, stopped_by_signals, upload
    from pipeline.service.crash import reached

    with (
        submission.api() as api,
        Ledger.open(out / LEDGER) as ledger,
        stopped_by_signals(lambda: show_finishing(console)) as stop,
    ):
        report = upload(
            out,
            records,
            submission.voices,
            api,
            ledger,
            on_event=lambda event: show_event(console, event),
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


def upload(
    out: opt.OutFolder,
    manifest: opt.Manifest = None,
    gender: opt.Gender = None,
    age: opt.Age = None,
    language: opt.Language = None,
    consent: opt.Consent = None,
    enhance: opt.EnhanceWish = opt.Enhance.AUTO,
    include_review: opt.IncludeReview = False,
    allow_same_audio: opt.AllowSameAudio = False,
    trust_list: opt.TrustList = False,
    concurrency: opt.Concurrency = 1,
    between_s: opt.BetweenS = 1.0,
    settle_s: opt.SettleS = 120.0,
    timeout_s: opt.TimeoutS = 120.0,
    proxy: opt.Proxy = None,
    api_url: opt.ApiUrl = None,
    dry_run: opt.DryRun = False,
    as_json: opt.AsJson = False,
) -> None:
    """Submit what an earlier run accepted, each voice once. Exit 4 if the account or the network stops it."""
    from pipeline.cli.prepare import consoles
    from pipeline.engine.journal import read_records
    from pipeline.service import Pace, Timeouts

    records = read_records(out)
    submission = Submission(
        manifest,
        gender,
        age,
        language,
        consent,
        enhance,
        include_review,
        api_url,
        allow_same_audio,
        trust_list,
        Pace(between_s, concurrency, settle_s),
        Timeouts(read_s=timeout_s),
        proxy,
    )
    submission.validate([record.path for record in records])
    console, errors = consoles()
    if dry_run:
        rehearse(submission, out, records, console, as_json)
        raise typer.Exit(0)
    report = submit(submission, out, records, errors if as_json else console)
    if as_json:
        print_json(report.to_dict())
    raise typer.Exit(report.exit_code)


def sandbox(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes any free one.")] = 8750,
    voices_limit: Annotated[int | None, typer.Option("--voices-limit", min=0, help="Voices the account holds.")] = None,
    fault: Annotated[list[str] | None, typer.Option("--fault", help="What goes wrong. See --faults.")] = None,
    faults: Annotated[bool, typer.Option("--faults", help="List the faults and stop.")] = False,
) -> None:
    """Stand in for the service on 127.0.0.1, to rehearse uploads. No account is needed and nothing leaves."""
    from pipeline.sandbox import FAULTS, serve

    if faults:
        for name, known in FAULTS.items():
            typer.echo(f"{name:<19}{known.description}")
        raise typer.Exit(0)
    serve(port, voices_limit, fault or [], on_ready=_say_how_to_rehearse)


def _say_how_to_rehearse(base_url: str) -> None:
    typer.echo(f"The sandbox answers at {base_url} until Ctrl-C; its voices are gone then. In another terminal:\n")
    typer.echo(f"  export CAMB_API_URL={base_url} CAMB_API_KEY=rehearsal")
    typer.echo("  voiceprep upload OUT --manifest FILE\n")
    sys.stdout.flush()


def print_json(document: object) -> None:
    """Print one JSON document on standard output."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
