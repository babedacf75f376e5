"""One row of a manifest: from what was written to a voice, or to what is wrong, by column."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import MistakesError, UsageError
from pipeline.service.consent import parse_consent
from pipeline.service.tables import RawRow
from pipeline.service.voice import Voice

_FROM_OPTION = {"gender": "--gender", "consent": "--consent"}
NEEDED = ("file", "voice_name", *_FROM_OPTION)
_COLUMN_OF = {"name": "voice_name", "group": "voice"}
_FIELD_OF = {column: field for field, column in _COLUMN_OF.items()}


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the sample or folder, its voice, and its place in the file."""

    file: str
    voice: Voice
    where: str


def row_of(raw: RawRow, said: dict[str, Any], missing: Sequence[str], folder: Path) -> tuple[Row | None, list[str]]:
    """Return a row, or what is wrong with it; columns that are missing everywhere were told of once.

    A file that shows consent is named from `folder` on, the manifest's own.
    """
    cells = {_FIELD_OF.get(column, column): cell for column, cell in raw.cells.items()}
    file = cells.pop("file", None)
    named = isinstance(file, str) or "file" in missing
    wrong = [] if named else [f"{raw.where}file: it is missing: name a sample or a folder"]
    cells, unread = _with_consent(cells, folder)
    wrong += [_at(raw.where, mistake) for mistake in unread]
    try:
        voice = Voice(**(said | cells))
    except MistakesError as error:
        return None, [*wrong, *(_at(raw.where, mistake) for mistake in error.mistakes if not _of(mistake, missing))]
    return (Row(normal(file), voice, raw.where), wrong) if isinstance(file, str) else (None, wrong)


def _with_consent(cells: dict[str, Any], folder: Path) -> tuple[dict[str, Any], list[str]]:
    """Return the cells with a file that shows consent looked at, and what is wrong with it."""
    if not isinstance(cells.get("consent"), str):
        return cells, []
    try:
        return cells | {"consent": parse_consent(cells["consent"], folder)}, []
    except UsageError as error:
        return cells | {"consent": "not readable"}, [f"consent: {error}"]


def _at(where: str, mistake: str) -> str:
    field, _, sentence = mistake.partition(": ")
    way_out = option(field) if sentence.startswith("it is missing") else ""
    return f"{where}{_COLUMN_OF.get(field, field)}: {sentence}{way_out}"


def _of(mistake: str, columns: Sequence[str]) -> bool:
    field = mistake.partition(": ")[0]
    return _COLUMN_OF.get(field, field) in columns


def option(column: str) -> str:
    """Return what a message adds about a column that the command line can fill."""
    return f" (or give {_FROM_OPTION[column]})" if column in _FROM_OPTION else ""


def normal(file: str) -> str:
    """Return a path as records write it; composed, because some systems save file names decomposed."""
    parts = unicodedata.normalize("NFC", file.strip()).replace("\\", "/").split("/")
    return "/".join(part for part in parts if part not in {"", "."}) or "."
