"""A manifest's file as rows of what was written: CSV as spreadsheets save it, or TOML with ``[[voice]]`` tables."""

from __future__ import annotations

import csv
import difflib
import io
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import ManifestError, UsageError

COLUMNS = (
    "file",
    "voice_name",
    "gender",
    "age",
    "language",
    "description",
    "consent",
    "enhance_audio",
    "voice",
)


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row as it was written, blanks left out; `where` is its place, ready for a column's name to follow."""

    where: str
    cells: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """All rows, the columns that the header has, and what is wrong with the form."""

    rows: tuple[RawRow, ...]
    columns: frozenset[str]
    mistakes: tuple[str, ...]


def read_table(path: Path) -> Table:
    """Read a manifest's file, TOML by its suffix and CSV otherwise.

    Raises
    ------
    UsageError
        If there is no such file.
    ManifestError
        If it is not text, or not TOML.
    """
    text = _read_text(path)
    return _from_toml(path.name, text) if path.suffix.lower() == ".toml" else _from_csv(text)


def _read_text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise UsageError(f"There is no manifest {path}: check the path.") from error
    except OSError as error:
        raise UsageError(f"The manifest {path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ManifestError(path.name, ["it is not UTF-8: save it as CSV UTF-8"]) from error


def _from_csv(text: str) -> Table:
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    lines: list[list[str]] = []
    mistakes: list[str] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        lines.extend(reader)
    except csv.Error as error:
        mistakes.append(f"row {len(lines) + 1}: it cannot be read, look at its quotation marks ({error})")
    header = [cell.strip().casefold() for cell in lines[0]] if lines else []
    rows = []
    for number, cells in enumerate(lines[1:], start=2):  # as a spreadsheet counts: the header is row 1
        if any(cell.strip() for cell in cells):
            rows.append(RawRow(f"row {number}, column ", _filled(dict(zip(header, cells, strict=False)))))
            mistakes += [f"row {number}: it has more cells than the header"] if any(cells[len(header) :]) else []
    return Table(tuple(rows), frozenset(header), (*_header_mistakes(header), *mistakes))


def _header_mistakes(header: Sequence[str]) -> Iterator[str]:
    for number, name in enumerate(header):
        if name and name not in COLUMNS:
            yield f"row 1, column {name}: {_unknown(name, 'column')}"
        elif name and name in header[:number]:
            yield f"row 1, column {name}: it is there twice"


def _from_toml(name: str, text: str) -> Table:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ManifestError(name, [f"it is not TOML: {error}"]) from error
    mistakes = [f"{key}: only [[voice]] tables may stand here" for key in document if key != "voice"]
    voices = document.get("voice", [])
    if not (isinstance(voices, list) and all(isinstance(voice, dict) for voice in voices)):
        raise ManifestError(name, [*mistakes, "voice: write one [[voice]] table a voice"])
    for number, voice in enumerate(voices, start=1):
        mistakes += [f"voice {number}, {key}: {_unknown(key, 'key')}" for key in voice if key not in COLUMNS]
    rows = tuple(RawRow(f"voice {number}, ", _filled(voice)) for number, voice in enumerate(voices, start=1))
    return Table(rows, frozenset(COLUMNS), tuple(mistakes))


def _unknown(name: str, kind: str) -> str:
    near = difflib.get_close_matches(name, COLUMNS, n=1)
    return f"there is no such {kind}: " + (f"did you mean {near[0]}?" if near else f"there are {', '.join(COLUMNS)}")


def _filled(cells: dict[str, Any]) -> dict[str, Any]:
    stripped = {name: cell.strip() if isinstance(cell, str) else cell for name, cell in cells.items()}
    return {name: cell for name, cell in stripped.items() if name in COLUMNS and cell != ""}
