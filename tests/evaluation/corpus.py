"""Any corpus of clean speech, of noise and of responses, by path.

A folder may hold an ``index.csv`` with the columns ``file``, ``kind`` (``clean``, ``noise``) and ``speaker``; without
one every file in it counts, and the name up to the first ``_`` or ``-`` is the speaker.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipeline.sources import find_sources

Float = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Clip:
    """One file of a corpus."""

    path: Path
    speaker: str


def clips(folder: Path, kind: str, longest_s: float = 30.0) -> list[Clip]:
    """Return the folder's files of one kind, by name."""
    index = folder / "index.csv"
    if index.is_file():
        with index.open(encoding="utf-8", newline="") as opened:
            rows = [row for row in csv.DictReader(opened) if row["kind"] == kind]
        found = [
            Clip(folder / row["file"], row.get("speaker") or row["file"])
            for row in rows
            if float(row["seconds"]) <= longest_s or kind != "clean"
        ]
        return sorted(found, key=lambda clip: clip.path.name)
    return [Clip(source.file, re.split("[_-]", source.file.name)[0]) for source in find_sources([folder])]


def half(found: list[Clip], which: int | None) -> list[Clip]:
    """Return the clips of every other speaker: 0 to choose on, 1 to report, None for all."""
    speakers = sorted({clip.speaker for clip in found})
    return [clip for clip in found if which is None or speakers.index(clip.speaker) % 2 == which]
