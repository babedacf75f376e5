"""The manifest's column ``voice``: which files are of one speaker and become one sample."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pipeline.errors import ManifestError
from pipeline.records import Record
from pipeline.service.rows import normal
from pipeline.service.tables import read_table
from pipeline.sources import safe_name


def voice_groups(manifest: Path, names: Sequence[str]) -> dict[str, str]:
    """Return the group of each source that shares its ``voice`` with others; consent and the rest are not asked for.

    Parameters
    ----------
    manifest : Path
        CSV or TOML; a row names a file, or a folder and all below it.
    names : sequence of str
        Of the sources.

    Raises
    ------
    UsageError, ManifestError
        If it cannot be read, or its form is wrong.
    """
    table = read_table(manifest)
    if table.mistakes:
        raise ManifestError(manifest.name, list(table.mistakes))
    voice_of = {
        normal(str(row.cells["file"])): safe_name(str(row.cells["voice"]))
        for row in table.rows
        if "file" in row.cells and "voice" in row.cells
    }
    rows = {normal(str(row.cells["file"])) for row in table.rows if "file" in row.cells}
    found = {name: voice_of.get(_nearest(normal(name), rows)) for name in names}
    sizes = Counter(found.values())
    return {name: voice for name, voice in found.items() if voice is not None and sizes[voice] > 1}


def _nearest(name: str, rows: Iterable[str]) -> str:
    """Return the row that a source belongs to: its own, or else the nearest folder's."""
    parts = name.split("/")
    places = [name, *("/".join(parts[:count]) for count in range(len(parts) - 1, 0, -1)), "."]
    known = set(rows)
    return next((place for place in places if place in known), "")


def assembled_from(records: Iterable[Record]) -> Mapping[str, list[str]]:
    """Return the sources of each assembled record: its path to theirs, whether they were used or left out."""
    return {
        record.path: sorted({*(clip["path"] for clip in step.notes["clips"]), *step.notes["unread"]})
        for record in records
        for step in record.steps
        if step.name == "assemble"
    }
