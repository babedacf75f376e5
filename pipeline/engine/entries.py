"""The lines of a journal: what is known of one source, and how it is written and read back."""

from __future__ import annotations

import contextlib
from typing import TypeAlias

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.engine.stamps import Stamp
from pipeline.errors import UnreadError
from pipeline.places import Place
from pipeline.records import Record, Status


class Stamps(BaseModel):
    """Of the files that were read, and of the clip that was written."""

    model_config = ConfigDict(frozen=True)

    sources: tuple[Stamp, ...] | None = None
    clip: Stamp | None = None


class Entry(BaseModel):
    """A line of the journal: the digest of the plan, the record, and the stamps of what was read and written.

    `kept` is the clip of an earlier record that was left where it is, since this one failed and knows no better.
    """

    model_config = ConfigDict(frozen=True)

    plan: str
    record: Record
    stamps: Stamps = Stamps()
    kept: str | None = None

    @property
    def clip(self) -> str | None:
        """The clip that lies in the output folder, relative to it: this record's or one that it left."""
        return self.record.output.path if self.record.output else self.kept

    def stamped(self, **now: object) -> Entry:
        """Return it with other stamps: of the `sources` or of the `clip`."""
        return self.model_copy(update={"stamps": self.stamps.model_copy(update=now)})

    def to_line(self) -> str:
        """Return it as one line of JSON, with its end."""
        return self.model_dump_json(by_alias=True) + "\n"


def spares_clip(record: Record) -> bool:
    """Return whether a record leaves an earlier clip where it is: it failed, and not because of the recording."""
    error = record.error
    if record.status is not Status.FAILED or error is None:
        return False
    return error.step != "decode" or error.kind == UnreadError.__name__


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
