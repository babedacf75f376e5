"""``voiceprep select``: the best part of long takes."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from pipeline.cli import options as opt


def select(
    inputs: opt.Inputs,
    out: opt.Out,
    seconds: Annotated[float, typer.Option("--seconds", min=5, help="Seconds of speech, at most.")] = 60.0,
    profile: opt.ProfileName = "clone",
    settings: opt.Settings = None,
    jobs: opt.Jobs = None,
    keep_rejected: opt.KeepRejected = False,
    as_json: opt.AsJson = False,
    quiet: opt.QuietFlag = False,
) -> None:
    """Prepare and grade the best part of each long take, cut in pauses. Originals are never touched."""
    from pipeline.engine.workers import RUN_NEEDS, start_early

    start_early(RUN_NEEDS)
    from pipeline import engine as engines
    from pipeline.cli.output import consoles
    from pipeline.cli.prepare import show
    from pipeline.plan import LEAST_S, Selection
    from pipeline.profile import load_profile
    from pipeline.report.terminal import progress

    plan = replace(load_profile(profile, settings or ()), selection=Selection(seconds, min(LEAST_S, seconds)))
    console, errors = consoles()
    with progress(errors, quiet or as_json) as listener:
        report = engines.run(
            plan,
            inputs,
            out,
            jobs=jobs,
            keep_rejected=keep_rejected,
            on_record=listener.finished,
            on_sources=listener.started,
        )
    show(console, report, as_json, quiet)
    raise typer.Exit(1 if report.counts()["failed"] else 0)
