"""One sample in the terminal: the verdict, how loud it is over time, and the findings that matter most."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.text import Text

from pipeline.audio import Audio
from pipeline.findings import clock
from pipeline.records import Finding, Record, Severity
from pipeline.report.terminal import COLOURS
from pipeline.report.words import printable, verdict

MOST_FINDINGS = 3
"""More than three things at once nobody mends."""

COLUMNS = 64
MOST_MARKED = 0.5
"""Share of the strip; with more, the marks tell no place from another."""

BLOCKS = " ▁▂▃▄▅▆▇█"
LOW_DBFS, HIGH_DBFS = -60.0, -6.0
"""What the strip reaches from and to: a good room lies at its foot, a loud voice at its top."""

TONES = {Severity.REJECT: "red", Severity.REVIEW: "yellow", Severity.FIXED: "green", Severity.NOTE: "dim"}


def show_card(console: Console, record: Record, audio: Audio | None = None) -> None:
    """Print a sample's verdict, its level over time and its three most important findings.

    Parameters
    ----------
    console : Console
    record : Record
    audio : Audio, optional
        The recording, for the strip; it is drawn in a terminal only.
    """
    head = f"[{COLOURS[record.status]}]{record.status.value}[/]{verdict(record)}  {escape(printable(record.path))}"
    console.print(head, highlight=False, soft_wrap=not console.is_terminal)
    if record.error:
        console.print(f"  {escape(printable(record.error.message))}", highlight=False)
    if audio is not None and console.is_terminal:
        console.print(_strip(audio, record.findings))
    told = [finding for finding in record.findings if finding.severity is not Severity.NOTE or finding.remedy]
    for finding in told[:MOST_FINDINGS]:
        _show(console, finding)
    if not told and not record.error:
        console.print("  Nothing to mend.", highlight=False)
    if len(told) > MOST_FINDINGS:
        console.print(f"  and {len(told) - MOST_FINDINGS} more: `--json` has all.", style="dim", highlight=False)


def _show(console: Console, finding: Finding) -> None:
    text = Text(f"{finding.severity.value}: ", style=TONES[finding.severity])
    text.append(printable(f"{finding.message} {finding.remedy}".rstrip()), style="default")
    if console.is_terminal:
        console.print(Padding(text, (0, 0, 0, 2)))
    else:
        console.print(f"  {text.plain}", markup=False, highlight=False, soft_wrap=True)


def _strip(audio: Audio, findings: Sequence[Finding]) -> Text:
    """Return the level, and under it marks where something was found; none where they would be everywhere."""
    text = Text("  ")
    text.append(level_strip(audio), style="cyan")
    text.append(f" {clock(audio.duration_s)[:-3]}", style="dim")
    marks = _marks(audio.duration_s, findings)
    if 0 < sum(map(bool, marks)) <= len(marks) * MOST_MARKED:
        text.append("\n  ")
        for severity in marks:
            text.append("^" if severity else " ", style=TONES[severity] if severity else "")
        text.append(" ^ findings", style="dim")
    return text


def level_strip(audio: Audio, columns: int = COLUMNS) -> str:
    """Return the level over time as blocks, from `LOW_DBFS` (empty) to `HIGH_DBFS` (full).

    Parameters
    ----------
    audio : Audio
    columns : int
        At most; a wave with fewer samples has one each.
    """
    power = np.mean(audio.wave.astype(np.float64) ** 2, axis=0)
    starts = np.unique(np.linspace(0, power.size, columns, endpoint=False, dtype=np.int64))
    means = np.add.reduceat(power, starts) / np.diff([*starts, power.size])
    level_dbfs = 10.0 * np.log10(np.maximum(means, 1e-12))
    share = np.clip((level_dbfs - LOW_DBFS) / (HIGH_DBFS - LOW_DBFS), 0.0, 1.0)
    return "".join(BLOCKS[round(float(part) * (len(BLOCKS) - 1))] for part in share)


def _marks(duration_s: float, findings: Sequence[Finding]) -> list[Severity | None]:
    marks: list[Severity | None] = [None] * COLUMNS
    for finding in reversed(findings):  # the heaviest come first, and are drawn last
        for start_s, stop_s in finding.at_s:
            first, last = (min(COLUMNS - 1, int(COLUMNS * at / max(duration_s, 1e-3))) for at in (start_s, stop_s))
            marks[first : last + 1] = [finding.severity] * (last + 1 - first)
    return marks
