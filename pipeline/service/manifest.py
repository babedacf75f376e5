"""The manifest: which sample, or which folder of samples, becomes which voice."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import ManifestError
from pipeline.service.defaults import Defaults
from pipeline.service.rows import NEEDED, Row, normal, option, row_of
from pipeline.service.tables import Table, read_table
from pipeline.service.voice import Voice
from pipeline.sources import safe_name


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest without mistakes."""

    name: str
    rows: tuple[Row, ...]

    def match(self, paths: Iterable[str]) -> dict[str, Voice]:
        """Return the voice of each record's path that has one: its own row's, its group's, or the nearest folder's."""
        found = {path: self._row(path) for path in paths}
        return {path: row.voice for path, row in found.items() if row}

    def check_files(self, paths: Sequence[str]) -> list[str]:
        """Return a mistake for each row that fits none of the records' paths."""
        names = [normal(path) for path in paths]
        places = [place for name in names for place in (*_folders(name), name)]
        places += ["."] if names else []
        return [_no_sample(row, places) for row in self.rows if row.file not in places]

    def _row(self, path: str) -> Row | None:
        by_file = {row.file: row for row in self.rows}
        name = normal(path)
        grouped = next((row for row in self.rows if row.voice.group and safe_name(row.voice.group) == path), None)
        if grouped and name not in by_file:
            return grouped
        for place in (name, *reversed(_folders(name)), "."):
            if place in by_file:
                return by_file[place]
        return None


def read_manifest(path: Path, defaults: Defaults | None = None) -> Manifest:
    """Read a manifest.

    Parameters
    ----------
    path : Path
        CSV (comma or semicolon) with a header row, or TOML with ``[[voice]]`` tables.
    defaults : Defaults, optional
        Fill what a row leaves empty.

    Raises
    ------
    UsageError
        If it cannot be read.
    ManifestError
        With every mistake, by row and column.
    """
    table = read_table(path)
    said = (defaults or Defaults()).said()
    missing = [column for column in NEEDED if column not in table.columns and column not in said]
    mistakes = [*table.mistakes, *(f"row 1: the column {name} is missing{option(name)}" for name in missing)]
    rows: list[Row] = []
    for raw in table.rows:
        row, wrong = row_of(raw, said, missing, path.parent)
        mistakes += wrong
        rows += [row] if row else []
    mistakes += [*_twice(table), *_disagreeing(rows)]
    if not table.rows and not mistakes:
        mistakes.append("it is empty: write a row for each sample that is to become a voice")
    if mistakes:
        raise ManifestError(path.name, mistakes)
    return Manifest(path.name, tuple(rows))


def _twice(table: Table) -> Iterator[str]:
    first: dict[str, str] = {}
    for raw in table.rows:
        file = raw.cells.get("file")
        if not isinstance(file, str):
            continue
        earlier = first.setdefault(normal(file), raw.where)
        if earlier != raw.where:
            yield f"{raw.where}file: {file} is named in {earlier.split(',')[0]} too"


def _disagreeing(rows: Sequence[Row]) -> Iterator[str]:
    """Yield a mistake for each row that says something else of a voice than the first row of it."""
    first: dict[str, Row] = {}
    for row in rows:
        if row.voice.group:
            earlier = first.setdefault(row.voice.group, row)
            for field, said in row.voice.model_dump(exclude={"group"}).items():
                if said != getattr(earlier.voice, field):
                    column = {"name": "voice_name"}.get(field, field)
                    where = earlier.where.split(",")[0]
                    yield f"{row.where}{column}: {where} says something else of the voice {row.voice.group}"


def _no_sample(row: Row, places: Sequence[str]) -> str:
    near = difflib.get_close_matches(row.file, places, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else "name a record's path, or a folder of them"
    return f"{row.where}file: there is no sample called {row.file}: {hint}"


def _folders(name: str) -> list[str]:
    parts = name.split("/")[:-1]
    return ["/".join(parts[: count + 1]) for count in range(len(parts))]
