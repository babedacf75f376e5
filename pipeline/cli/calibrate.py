"""``voiceprep calibrate``: what a folder is like, and the threshold that accepts a share of it."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli import options as opt
from pipeline.cli.output import consoles, print_json


def calibrate(
    inputs: opt.Inputs,
    accept: Annotated[
        float, typer.Option("--accept", min=0.01, max=1.0, help="Share of the recordings that is to be accepted.")
    ] = 0.8,
    profile: opt.ProfileName = "clone",
    settings: opt.Settings = None,
    jobs: opt.Jobs = None,
    as_json: opt.AsJson = False,
    quiet: opt.QuietFlag = False,
) -> None:
    """Show percentiles and outliers of every metric over a folder, and a score to accept from. Writes nothing."""
    from pipeline import calibration
    from pipeline import engine as engines
    from pipeline.profile import load_profile
    from pipeline.report.calibration import show_calibration
    from pipeline.report.live import progress

    plan = load_profile(profile, settings or ())
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
    found = calibration.calibrate(report.records, plan.rubric, accept)
    print_json(found.to_dict()) if as_json else show_calibration(console, found)
    raise typer.Exit(1 if report.counts()["failed"] else 0)
