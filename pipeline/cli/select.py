"""``voiceprep select``: the best part of long takes, or of many clips of one speaker."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli import options as opt
from pipeline.cli.grouping import Per


def select(
    inputs: opt.Inputs,
    out: opt.Out,
    seconds: Annotated[
        float | None, typer.Option("--seconds", min=5, help="Seconds of speech, at most: the profile's unless given.")
    ] = None,
    per: Annotated[
        Per,
        typer.Option(
            "--per",
            help="What becomes one sample: each take, all takes of a folder, or (auto) the takes of a folder that are "
            "too short to be one.",
        ),
    ] = Per.AUTO,
    manifest: Annotated[
        Path | None,
        typer.Option("--manifest", metavar="FILE", help="Its column voice says which files become one sample."),
    ] = None,
    profile: opt.ProfileName = "clone",
    settings: opt.Settings = None,
    jobs: opt.Jobs = None,
    keep_rejected: opt.KeepRejected = False,
    no_report: opt.NoReport = False,
    as_json: opt.AsJson = False,
    quiet: opt.QuietFlag = False,
) -> None:
    """Prepare and grade the best part of long takes, and of the clips of one speaker. Originals are never touched."""
    from pipeline import engine as engines
    from pipeline.cli.grouping import together_by_folder, together_by_voice
    from pipeline.cli.output import consoles
    from pipeline.cli.prepare import finish, show
    from pipeline.places import place
    from pipeline.plan import Selection
    from pipeline.profile import load_profile
    from pipeline.report.live import progress

    plan = load_profile(profile, settings or ())
    wanted = plan.selection or Selection()
    longest_s = wanted.seconds if seconds is None else seconds
    selection = Selection(longest_s, min(wanted.least_s, longest_s))
    plan = replace(plan, selection=selection)
    there = place(out)
    console, errors = consoles()
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
            on_progress=listener.progressed,
            group=together_by_voice(manifest) or together_by_folder(per, selection.least_s),
        )
    show(console, report, as_json, quiet, all_in="records.jsonl has all")
    finish(console, report, None if no_report else there, None, silent=as_json or quiet)
    raise typer.Exit(1 if report.counts()["failed"] else 0)
