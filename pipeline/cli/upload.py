"""``voiceprep upload``."""

from __future__ import annotations

import typer

from pipeline.cli import options as opt
from pipeline.cli.output import consoles, print_json
from pipeline.cli.submission import Submission, rehearse, submit


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
    from pipeline.engine.journal import read_records
    from pipeline.report.page import REPORT, write_report
    from pipeline.service import Pace, Timeouts
    from pipeline.service.groups import assembled_from

    records = read_records(out)
    submission = Submission(
        manifest=manifest,
        gender=gender,
        age=age,
        language=language,
        consent=consent,
        enhance=enhance,
        include_review=include_review,
        api_url=api_url,
        allow_same_audio=allow_same_audio,
        trust_list=trust_list,
        pace=Pace(between_s, concurrency, settle_s),
        timeouts=Timeouts(read_s=timeout_s),
        proxy=proxy,
    )
    members = [path for paths in assembled_from(records).values() for path in paths]
    submission.validate([record.path for record in records], members)
    console, errors = consoles()
    if dry_run:
        rehearse(submission, out, records, console, as_json)
        raise typer.Exit(0)
    report = submit(submission, out, records, errors if as_json else console)
    if (out / REPORT).is_file():
        write_report(out)  # it shows what became of the voices
    if as_json:
        print_json(report.to_dict())
    raise typer.Exit(report.exit_code)
