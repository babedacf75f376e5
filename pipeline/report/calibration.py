"""A calibration in the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from pipeline.calibration import PERCENTS, Calibration, Proposal, Spread
from pipeline.findings import TITLES
from pipeline.report.words import printable

MOST_NAMED = 8
"""So many recordings that are far from the others are named."""


def show_calibration(console: Console, found: Calibration) -> None:
    """Print a row a metric, the recordings that are far from the others, and the proposed threshold."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("metric", no_wrap=True)
    for heading in ("of", *(f"{percent} %" for percent in PERCENTS)):
        table.add_column(heading, justify="right", no_wrap=True)
    for spread in found.spreads:
        table.add_row(spread.metric, str(spread.count), *map(_number, spread.percentiles))
    console.print(table)
    for line in (*_far(found.spreads), *_proposed(found.proposal)):
        console.print(printable(line), markup=False, highlight=False, soft_wrap=True)


def _far(spreads: Sequence[Spread]) -> list[str]:
    """Return a line a recording that is far from the others, the one that is so in most metrics first."""
    by_path: dict[str, list[str]] = {}
    for spread in spreads:
        for outlier in spread.outliers:
            by_path.setdefault(outlier.path, []).append(f"{spread.metric} {_number(outlier.value)}")
    named = sorted(by_path.items(), key=lambda pair: -len(pair[1]))
    more = [f"  and {len(named) - MOST_NAMED} more (--json names all)."] if len(named) > MOST_NAMED else []
    lines = [f"  {path}: {', '.join(values)}" for path, values in named[:MOST_NAMED]]
    return ["Far from the others:", *lines, *more] if lines else []


def _number(value: float) -> str:
    """Return three figures; more only before the point."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _proposed(proposal: Proposal) -> list[str]:
    total = proposal.total
    if not total:
        return ["No recording could be judged."]
    kept = "; ".join(f"{count} of {total}: {TITLES.get(code, code)}" for code, count in proposal.kept_out)
    limits = f"Kept out by limits, whatever their score: {kept}." if kept else ""
    if proposal.min_score is None:
        share = f"No score accepts {proposal.wanted_ratio:.0%} of {total}: limits leave {proposal.eligible}."
        return [share, limits]
    share = f"{proposal.accepted} of {total} ({proposal.accepted / total:.0%})"
    told = f"As they are, before repair, --min-score {proposal.min_score:g} accepts {share}."
    return [told, limits] if limits else [told]
