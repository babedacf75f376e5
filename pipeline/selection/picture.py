"""A picture of how alike the clips of one speaker are: which were used, and why the others were not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.errors import EncodeError
from pipeline.selection.likeness import UNLIKE

FOLDER = "pictures"

KINDS = {
    "used": ("used", "#1b7f5c", "o"),
    "spare": ("not needed", "#9aa5ad", "o"),
    "worse": ("sounds worse", "#c58a00", "v"),
    "bad": ("too bad", "#b3401f", "v"),
    "noise": ("other noise", "#7a5bb0", "s"),
    "copy": ("copy", "#5b7fa6", "D"),
    "untold": ("too short", "#9aa5ad", "x"),
    "unlike": ("another voice, room or microphone", "#c0182f", "X"),
}
"""Label, colour and mark of each reason: told apart without colour too."""

MOST_ROWS, ROW_IN, WIDTH_IN, DPI = 80, 0.2, 8.5, 110
LEAST_UNLIKE, MOST_UNLIKE = 0.2, 30.0


def draw_likeness(name: str, clips: Sequence[Mapping[str, Any]], file: Path) -> None:
    """Write a PNG with a row a clip, in order of how unlike the others it is.

    Parameters
    ----------
    name : str
        Of the sample.
    clips : sequence of mapping
        As in the notes of the step ``assemble``; of more than `MOST_ROWS`, the most unlike.
    file : Path

    Raises
    ------
    EncodeError
        If it cannot be written.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    rows = sorted(clips, key=_place)[-MOST_ROWS:]
    figure = Figure(figsize=(WIDTH_IN, 1.5 + ROW_IN * len(rows)), dpi=DPI, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    for kind, (label, colour, mark) in KINDS.items():
        at = [(row, clip) for row, clip in enumerate(rows) if _kind(clip) == kind]
        if at:
            axes.scatter(
                [_place(clip) for _, clip in at], [row for row, _ in at], c=colour, marker=mark, label=label, zorder=3
            )
    _dress(axes, name, rows, len(clips))
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(file)
    except OSError as error:
        raise EncodeError(f"The picture {file.name} cannot be written: {error.strerror}.") from error


def _dress(axes: Any, name: str, rows: Sequence[Mapping[str, Any]], total: int) -> None:
    axes.axvspan(UNLIKE, MOST_UNLIKE, color="#c0182f", alpha=0.07, zorder=0)
    axes.axvline(UNLIKE, color="#c0182f", linewidth=1.0, zorder=1)
    axes.set_xscale("log")
    axes.set_xlim(LEAST_UNLIKE, MOST_UNLIKE)
    axes.set_xticks([0.5, 1, 2, 5, 10, 20], ["0.5", "1", "2", "5", "10", "20"])
    axes.set_xlabel("how unlike the others it sounds (right of the line: another voice, room or microphone)")
    axes.set_yticks(range(len(rows)), [_label(clip) for clip in rows], fontsize=7, parse_math=False)
    axes.set_ylim(-0.8, len(rows) - 0.2)
    axes.grid(axis="y", color="#e3e6e8", linewidth=0.6, zorder=0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(axis="y", length=0)
    shown = f"{total} clips" if total == len(rows) else f"the {len(rows)} most unlike of {total} clips"
    axes.set_title(f"{_plain(name)}: {shown}", fontsize=11, loc="left", parse_math=False)
    axes.figure.legend(loc="outside lower center", ncols=4, frameon=False, fontsize=8)


def _kind(clip: Mapping[str, Any]) -> str:
    return "used" if clip["used"] else str(clip["reason"])


def _place(clip: Mapping[str, Any]) -> float:
    """Return where a clip is drawn: what is not compared, at the left edge."""
    unlike = clip["unlike"]
    return LEAST_UNLIKE * 1.1 if unlike is None else min(max(float(unlike), LEAST_UNLIKE * 1.1), MOST_UNLIKE * 0.9)


def _label(clip: Mapping[str, Any]) -> str:
    path = _plain(str(clip["path"]))
    where = f" at {clip['start_s']:.0f} s" if clip["start_s"] > 1.0 else ""
    return f"…{path[-34:]}{where}" if len(path) > 35 else f"{path}{where}"


def _plain(text: str) -> str:
    """Return text that a font can draw: no control characters."""
    return "".join(char if char.isprintable() else "?" for char in text)
