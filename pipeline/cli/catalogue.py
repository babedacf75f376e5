"""``voiceprep stages``, ``profiles`` and ``languages``: what there is."""

from __future__ import annotations

from typing import Any

from pipeline.cli import options as opt
from pipeline.cli.output import consoles, print_json


def stages(as_json: opt.AsJson = False) -> None:
    """List stages and metrics with their parameters, units and defaults."""
    from pipeline.catalogue import metric_rows, stage_rows

    if as_json:
        print_json({"stages": stage_rows(), "metrics": metric_rows()})
        return
    _print_table("Stages, in the order in which they make sense", stage_rows())
    _print_table("Metrics", metric_rows())


def profiles(as_json: opt.AsJson = False) -> None:
    """List the built-in profiles."""
    from pipeline.catalogue import profile_rows

    print_json(profile_rows()) if as_json else _print_table("Profiles", profile_rows())


def languages(as_json: opt.AsJson = False) -> None:
    """List the service's languages: id, tag and name."""
    from pipeline.catalogue import language_rows

    print_json(language_rows()) if as_json else _print_table("Languages", language_rows())


def _print_table(title: str, rows: list[dict[str, Any]]) -> None:
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for heading in rows[0]:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(escape(str(value)) for value in row.values()))
    consoles()[0].print(table)
