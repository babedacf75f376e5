"""The journal of an output folder: every finished record, written as it comes, so that no result is lost.

``.journal.jsonl`` holds a line a record with the digest of the plan that made it; it only grows during a run,
and a run that is killed resumes from it. ``records.jsonl`` is the published view: written whole at the end,
to a temporary name, and renamed.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from pydantic import ValidationError

from pipeline.codec.digests import file_digest
from pipeline.errors import EncodeError, UsageError
from pipeline.records import Record, Status
from pipeline.sources import RESULTS_MARK, Work

Entries = dict[str, tuple[str, Record]]
"""Digest of the plan and record, by the source's name."""

JOURNAL, RECORDS = RESULTS_MARK, "records.jsonl"


class Journal:
    """The journal of one output folder, as a context manager around its open file.

    Raises
    ------
    UsageError
        If the folder or the file cannot be written: nothing was started.
    """

    def __init__(self, out: Path) -> None:
        self.out = out
        try:
            out.mkdir(parents=True, exist_ok=True)
            self.entries = read_journal(out)
            self._file: IO[str] = (out / JOURNAL).open("a", encoding="utf-8")
        except OSError as error:
            raise UsageError(f"The folder {out} cannot be written: {error.strerror}.") from error

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):  # what could not be written was said when it was
            self._file.close()

    def add(self, record: Record, digest: str) -> None:
        """Write one finished record through. Raises EncodeError if the disk will not take it."""
        _, earlier = self.entries.get(record.path, ("", None))
        self.entries[record.path] = (digest, record)
        try:
            self._file.write(json.dumps({"plan": digest, "record": record.to_dict()}, ensure_ascii=False) + "\n")
            self._file.flush()
            if earlier and earlier.output and (not record.output or record.output.path != earlier.output.path):
                (self.out / earlier.output.path).unlink(missing_ok=True)  # a clip that no longer holds
        except OSError as error:
            text = f"{self.out} takes no more ({error.strerror}): make room, and the same command goes on from there."
            raise EncodeError(text) from error

    def publish(self, order: Iterable[str]) -> list[Record]:
        """Write ``records.jsonl``: the named records in their order, then those of earlier runs; return the former."""
        names = list(order)
        now = [self.entries[name][1] for name in names]
        earlier = [record for name, (_, record) in self.entries.items() if name not in set(names)]
        write_records(self.out, [*now, *earlier])
        return now


def note_uploads(out: Path, uploads: Mapping[str, dict[str, Any]]) -> list[Record]:
    """Write what became of uploads, by the source's name, into the records and the journal; return the records."""
    records = read_records(out)
    noted = [
        record.model_copy(update={"upload": uploads[record.path]}) if record.path in uploads else record
        for record in records
    ]
    with Journal(out) as journal:
        for record in noted:
            if record.path in uploads and record.path in journal.entries:
                journal.add(record, journal.entries[record.path][0])
    write_records(out, noted)
    return noted


def read_journal(out: Path) -> Entries:
    """Return what can be read of a folder's journal; a last line cut short by a kill is simply done again."""
    path = out / JOURNAL
    entries: Entries = {}
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else ():
        try:
            entry = json.loads(line)
            record = Record.model_validate(entry["record"])
            entries[record.path] = (str(entry["plan"]), record)
        except (ValueError, KeyError, TypeError):
            continue
    return entries


def finished(entries: Entries, out: Path, source: Work, digest: str, keep_rejected: bool) -> Record | None:
    """Return the record of a source that needs no more work: same bytes, same plan, output still there."""
    digest_then, record = entries.get(source.name, ("", None))
    if record is None or digest_then != digest or record.status is Status.FAILED:
        return None
    if record.output and file_digest(out / record.output.path) != record.output.sha256:
        return None
    if keep_rejected and record.status is Status.REJECTED and record.output is None:
        return None
    return record if record.sha256 == source.digest() else None


def read_records(out: Path) -> list[Record]:
    """Return the records of an earlier run.

    Raises
    ------
    UsageError
        If there are none, or they are not of this version.
    """
    path = out / RECORDS
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        return [Record.model_validate_json(line) for line in lines if line.strip()]
    except FileNotFoundError as error:
        raise UsageError(
            f"There is no {RECORDS} in {out}: prepare samples first: voiceprep run ... -o {out}."
        ) from error
    except (OSError, UnicodeDecodeError, ValidationError) as error:
        raise UsageError(f"{path} cannot be read as records of this version: run voiceprep run again.") from error


def write_records(out: Path, records: Iterable[Record]) -> None:
    """Write ``records.jsonl`` to a temporary name and rename it. Raises EncodeError if the disk will not take it."""
    temporary = out / f".{RECORDS}.tmp"
    try:
        with temporary.open("w", encoding="utf-8") as opened:
            opened.writelines(f"{record.to_json()}\n" for record in records)
            opened.flush()
            os.fsync(opened.fileno())
        temporary.replace(out / RECORDS)
    except OSError as error:
        raise EncodeError(f"{RECORDS} cannot be written in {out}: {error.strerror}.") from error
