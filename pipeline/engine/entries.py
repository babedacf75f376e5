"""The lines of a journal: what is known of one source, and how it is written and read back."""

from __future__ import annotations

import contextlib
from typing import TypeAlias

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.engine.stamps import Stamp
from pipeline.places import Place
from pipeline.records import Record


class Stamps(BaseModel):
    """Of the files that were read, and of the clip that was written."""

    model_config = ConfigDict(frozen=True)

    sources: tuple[Stamp, ...] | None = None
    clip: Stamp | None = None


class Entry(BaseModel):
    """A line of the journal: the digest of the plan, the record, and the stamps of what was read and written."""

    model_config = ConfigDict(frozen=True)

    plan: str
    record: Record
    stamps: Stamps = Stamps()

    def to_line(self) -> str:
        """Return it as one line of JSON, with its end."""
        return self.model_dump_json(by_alias=True) + "\n"


Entries: TypeAlias = dict[str, Entry]
"""By the source's name."""


def read_entries(file: Place) -> tuple[Entries, int]:
    """Return what can be read of a journal, and how many lines it has: what is no entry is simply done again.

    A line may be cut short by a kill, or be of another version. Only ours end one: names may hold what Unicode ends
    lines with.
    """
    entries: Entries = {}
    count = 0
    if file.is_file():
        with file.open("rb") as lines:
            for count, line in enumerate(lines, 1):  # noqa: B007 - the last is how many there are
                with contextlib.suppress(ValidationError):
                    entry = Entry.model_validate_json(line)
                    entries[entry.record.path] = entry
    return entries, count
