"""``voiceprep run`` and ``voiceprep check``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli import options as opt
from pipeline.cli.output import consoles, print_json
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from pipeline.audio import Audio
    from pipeline.engine import Report
    from pipeline.engine.pool import OnProgress
    from pipeline.places import Place


def run(
    inputs: opt.Inputs,
    out: opt.Out,
    profile: opt.ProfileName = "clone",
    settings: opt.Settings = None,
    jobs: opt.Jobs = None,
    engine: opt.EngineName = opt.Engine.LOCAL,
    ray_address: opt.RayAddress = None,
    keep_rejected: opt.KeepRejected = False,
    no_report: opt.NoReport = False,
    junit: opt.Junit = None,
    upload: Annotated[bool, typer.Option("--upload", help="Then submit what was accepted.")] = False,
    manifest: opt.Manifest = None,
    gender: opt.Gender = None,
    age: opt.Age = None,
    language: opt.Language = None,
    consent: opt.Consent = None,
    enhance: opt.EnhanceWish = opt.Enhance.AUTO,
    include_review: opt.IncludeReview = False,
    api_url: opt.ApiUrl = None,
    dry_run: opt.DryRun = False,
    as_json: opt.AsJson = False,
    quiet: opt.QuietFlag = False,
) -> None:
    """Prepare, grade and gate recordings. Originals are never touched.

    Writes OUT/clips/ (accepted and for review), OUT/records.jsonl (a line a recording) and OUT/report.html.
    A second run does only what is missing or changed.
    """
    from pipeline import engine as engines
    from pipeline.cli.grouping import together_by_voice
    from pipeline.cli.submission import Submission, submit
    from pipeline.engine.journal import read_records
    from pipeline.places import is_stored, place
    from pipeline.profile import load_profile
    from pipeline.report.live import progress
    from pipeline.sources import find_sources

    if ray_address and engine is not opt.Engine.RAY:
        raise UsageError("--ray-address goes with --engine ray.")
    there = place(out)
    _look_for_folder(junit, there)
    if upload and is_stored(there):
        raise UsageError(f"--upload needs a folder of this machine, not {out}: the ledger is locked while it is used.")
    plan = load_profile(profile, settings or ())
    sources = find_sources(inputs, skip=there)
    group = together_by_voice(manifest)
    names = [work.name for work in (group(sources) if group else sources)]
    submission = None
    if upload:
        submission = Submission(
            manifest=manifest,
            gender=gender,
            age=age,
            language=language,
            consent=consent,
            enhance=enhance,
            include_review=include_review,
            api_url=api_url,
        )
        submission.validate(
            names, [source.name for source in sources]
        )  # everything that can be wrong is said before the first file is read
        submission.api().close()  # so is a missing key
    console, errors = consoles()
    if dry_run:
        pending = engines.pending(plan, inputs, there, keep_rejected=keep_rejected, preview=not no_report, group=group)
        _say_pending(console, pending, as_json)
        raise typer.Exit(0)
    with progress(errors, quiet or as_json) as listener:
        report = engines.run(
            plan,
            inputs,
            there,
            jobs=jobs,
            keep_rejected=keep_rejected,
            preview=not no_report,
            on_record=listener.finished,
            on_sources=listener.started,
            on_progress=listener.progressed if no_report else _meanwhile(listener.progressed),
            group=group,
            engine=engines.Engine(engine.value),
            ray_address=ray_address,
        )
    uploaded = None
    if submission and not is_stored(there):
        uploaded = submit(submission, there, read_records(there), errors if as_json else console)
        report = engines.Report(tuple(read_records(there)[: len(report.records)]), report.reused)
    written = "records.jsonl has all" if no_report else "report.html and records.jsonl have all"
    show(console, report, as_json, quiet, uploaded.to_dict() if uploaded else None, sources[0].file, written)
    finish(console, report, None if no_report else there, junit, as_json or quiet, uploaded=uploaded is not None)
    failed = report.counts()["failed"] > 0
    raise typer.Exit(max(1 if failed else 0, uploaded.exit_code if uploaded else 0))


def _look_for_folder(junit: Path | None, out: Place | None = None) -> None:
    """Refuse a file of verdicts whose folder is not there before any work is done; OUT is made by the run."""
    if junit and not junit.parent.is_dir() and (out is None or junit.parent.absolute() != out.absolute()):
        raise UsageError(f"There is no folder {junit.parent} for --junit: make it first, or name another file.")


def _meanwhile(progressed: OnProgress) -> OnProgress:
    """Return the listener, which makes ready for the page too: with the first file in hand, there is time."""

    def told(name: str, step: str, done: float, total: float) -> None:
        from pipeline.report.page import get_ready

        progressed(name, step, done, total)
        get_ready()

    return told


def check(
    inputs: opt.Inputs,
    profile: opt.ProfileName = "clone",
    settings: opt.Settings = None,
    min_score: opt.MinScore = None,
    junit: opt.Junit = None,
    jobs: opt.Jobs = None,
    as_json: opt.AsJson = False,
    quiet: opt.QuietFlag = False,
) -> None:
    """Grade recordings as they are and write nothing. Exit 3 if one is not accepted."""
    from pipeline import engine as engines
    from pipeline.profile import load_profile
    from pipeline.report.live import progress
    from pipeline.report.terminal import show_mendable
    from pipeline.sources import find_sources

    _look_for_folder(junit)
    plan = load_profile(profile, settings or ())
    if min_score is not None:
        plan = plan.with_min_score(min_score)
    console, errors = consoles()
    with progress(errors, quiet or as_json) as listener:
        report = engines.check(
            plan,
            inputs,
            jobs=jobs,
            on_record=listener.finished,
            on_sources=listener.started,
            on_progress=listener.progressed,
        )
    show(console, report, as_json, quiet, first=find_sources(inputs)[0].file)
    if not (as_json or quiet):
        show_mendable(console, report.records, plan.mends())
    finish(console, report, None, junit, as_json or quiet)
    raise typer.Exit(0 if report.counts()["accepted"] == len(report.records) else 3)


def show(
    console: Console,
    report: Report,
    as_json: bool,
    quiet: bool,
    uploaded: object = None,
    first: Place | None = None,
    all_in: str = "--json has all",
) -> None:
    """Print a report: as JSON, a card for a single sample (whose file is `first`), or a table."""
    from pipeline.report.card import show_card
    from pipeline.report.terminal import show_report

    if as_json:
        document = report.to_dict() | ({"upload": uploaded} if uploaded is not None else {})
        print_json(document)
    elif len(report.records) == 1 and not quiet:
        show_card(console, report.records[0], _sound(first) if first and console.is_terminal else None)
    else:
        show_report(console, report, table=not quiet, all_in=all_in)


def finish(
    console: Console,
    report: Report,
    out: Place | None,
    junit: Path | None,
    silent: bool = False,
    uploaded: bool = False,
) -> None:
    """Write what is looked at afterwards: the page in `out` if anything is new, and the verdicts for a CI server."""
    from pipeline.report.terminal import show_counts_again

    if junit:
        from pipeline.report.junit import write_junit

        write_junit(report.records, junit)
    if out:
        from pipeline.cli.report import say_where
        from pipeline.report.page import REPORT, write_report

        is_old = report.reused < len(report.records) or uploaded or not (out / REPORT).is_file()
        page = write_report(out) if is_old else out / REPORT
        if not silent:
            say_where(console, page)
    if not silent:
        show_counts_again(console, report)


def _sound(file: Place) -> Audio | None:
    """Return a recording for its strip; none of one that cannot be held or read."""
    from pipeline.codec import read
    from pipeline.codec.limits import MAX_BYTES
    from pipeline.errors import DecodeError
    from pipeline.places import at_hand

    try:
        with at_hand(file, MAX_BYTES) as here:
            return read(here).audio
    except DecodeError:
        return None


def _say_pending(console: Console, pending: dict[str, bool], as_json: bool) -> None:
    if as_json:
        print_json({"would_process": [name for name, todo in pending.items() if todo]})
        return
    for name, todo in pending.items():
        console.print(
            f"{'would process' if todo else 'unchanged':<14}{name}",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )
