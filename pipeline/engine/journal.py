"""The journal of an output folder: every finished record, written as it comes, so that no result is lost.

``.journal.jsonl`` holds a line a record with the digest of the plan that made it. During a run it only grows, and a run
that is killed resumes from it; in the end, lines that later ones replaced are left out. ``records.jsonl`` is the
published view. Both are written whole to a temporary name, and renamed.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from pydantic import ValidationError

from pipeline.engine.entries import Entries, Entry, Stamps, read_entries, spares_clip
from pipeline.engine.lock import claimed
from pipeline.engine.stamps import Stamp, stamp
from pipeline.errors import EncodeError, UsageError
from pipeline.places import Place, is_stored
from pipeline.records import Record
from pipeline.sources import RESULTS_MARK, stays_inside

JOURNAL, RECORDS = RESULTS_MARK, "records.jsonl"

NOTE_PATIENCE_S = 60.0
"""What became of uploads waits so long for a run that works on the folder by now."""


class Journal:
    """The journal of one output folder, as a context manager around its open file; one at a time has it.

    Parameters
    ----------
    folder : Path
        Where the journal and the records are written.
    clips : path, optional
        Where the clips lie, if elsewhere.
    patience_s : float
        How long to wait for a run that has it.

    Raises
    ------
    UsageError
        If the folder or the file cannot be written, or another run has it: nothing was started.
    """

    def __init__(self, folder: Path, clips: Place | None = None, patience_s: float = 0.0) -> None:
        self.folder = folder
        self.clips: Place = clips or folder
        with contextlib.ExitStack() as stack:
            try:
                folder.mkdir(parents=True, exist_ok=True)
                stack.enter_context(claimed(folder, patience_s))
                self.entries, lines = read_entries(folder / JOURNAL)
                self._file: IO[bytes] = _opened_at_line(folder / JOURNAL)
            except OSError as error:
                raise UsageError(f"The folder {folder} cannot be written ({error.strerror}): give another.") from error
            self._claim = stack.pop_all()
        self._replaced = lines - len(self.entries)

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._claim, contextlib.suppress(OSError):  # what could not be written was said when it was
            self._file.close()

    def add(self, record: Record, digest: str, sources: tuple[Stamp, ...] | None = None) -> None:
        """Write one finished record through.

        Parameters
        ----------
        record : Record
        digest : str
            Of the plan.
        sources : tuple of Stamp, optional
            Of the files it is made of, from before they were read.

        Raises
        ------
        EncodeError
            If the disk will not take it.
        """
        before = self.entries.get(record.path)
        lies = before.clip if before else None
        kept = lies if spares_clip(record) else None
        stamps = Stamps(sources=sources, clip=self._clip_stamp(record))
        entry = Entry(plan=digest, record=record, stamps=stamps, kept=kept)
        self._append(entry)
        if lies and lies != entry.clip and stays_inside(lies):
            with self._said():
                (self.clips / lies).unlink(missing_ok=True)  # a clip that no longer holds

    def note_upload(self, record: Record) -> None:
        """Write what became of an upload, if the clip that it sent is the one that is known. Raises EncodeError."""
        entry = self.entries.get(record.path)
        if entry and entry.record.output == record.output:
            noted = entry.record.model_copy(update={"upload": record.upload})
            self._append(entry.model_copy(update={"record": noted}))

    def restamp(self, entry: Entry) -> None:
        """Take over the stamps of an entry whose files were read again; they are written when it is published."""
        known = self.entries[entry.record.path]
        self._replaced += known != entry
        self.entries[entry.record.path] = entry

    def publish(self, order: Iterable[str]) -> list[Record]:
        """Write ``records.jsonl``: the named records in their order, then those of earlier runs; return the former."""
        names = list(order)
        now = [self.entries[name].record for name in names]
        known = set(names)
        earlier = [entry.record for name, entry in self.entries.items() if name not in known]
        write_records(self.folder, [*now, *earlier])
        if self._replaced:
            self._compact()
        return now

    def _append(self, entry: Entry) -> None:
        name = entry.record.path
        self._replaced += name in self.entries
        self.entries[name] = entry
        with self._said():
            self._file.write(entry.to_line().encode())
            self._file.flush()

    def _compact(self) -> None:
        """Write the journal anew, without the lines that later ones replaced."""
        file = self.folder / JOURNAL
        self._file.close()  # some systems do not rename over an open file
        with contextlib.suppress(OSError):  # then it stays as it is: long, and whole
            _write_whole(file, (entry.to_line() for entry in self.entries.values()))
            self._replaced = 0
        with self._said():
            self._file = _opened_at_line(file)

    @contextlib.contextmanager
    def _said(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            text = f"{self.clips} takes no more ({error.strerror}): make room, and the same command goes on from there."
            raise EncodeError(text) from error

    def _clip_stamp(self, record: Record) -> Stamp | None:
        return None if is_stored(self.clips) or not record.output else stamp(self.clips / record.output.path)


def _opened_at_line(file: Path) -> IO[bytes]:
    """Open a journal to write at its end; a line that a kill cut short is ended, or it would swallow the next."""
    opened = file.open("ab+")
    if opened.tell() > 0:
        opened.seek(-1, os.SEEK_END)
        if opened.read(1) != b"\n":
            opened.write(b"\n")
    return opened


def note_uploads(out: Path, uploads: Mapping[str, dict[str, Any]]) -> list[Record]:
    """Write what became of uploads, by the source's name, into the records and the journal; return the records.

    Raises
    ------
    EncodeError
        If the disk will not take it, or another run has the folder and keeps it.
    """
    try:
        journal = Journal(out, patience_s=NOTE_PATIENCE_S)
    except UsageError as error:
        text = f"{error} What became of the voices is in the ledger: the same upload, later, writes it into {RECORDS}."
        raise EncodeError(text) from error
    with journal:
        noted = [
            record.model_copy(update={"upload": uploads[record.path]}) if record.path in uploads else record
            for record in read_records(out)
        ]
        for record in noted:
            if record.path in uploads:
                journal.note_upload(record)
        write_records(out, noted)
    return noted


def read_journal(out: Place) -> Entries:
    """Return what can be read of a folder's journal."""
    return read_entries(out / JOURNAL)[0]


def read_records(out: Place) -> list[Record]:
    """Return the records of an earlier run.

    Raises
    ------
    UsageError
        If there are none, or they are not of this version.
    """
    path = out / RECORDS
    try:
        with path.open("r", encoding="utf-8", newline="\n") as lines:  # names may hold what Unicode ends lines with
            return [Record.model_validate_json(line) for line in lines if line.strip()]
    except FileNotFoundError as error:
        raise UsageError(_without_records(out)) from error
    except (OSError, UnicodeDecodeError, ValidationError) as error:
        raise UsageError(f"{path} cannot be read as records of this version: run voiceprep run again.") from error


def _without_records(out: Place) -> str:
    if (out / JOURNAL).is_file():
        return f"There is an unfinished run in {out}: the same voiceprep run ... -o {out} goes on from there."
    return f"There is no {RECORDS} in {out}: prepare samples first: voiceprep run ... -o {out}."


def write_records(out: Path, records: Iterable[Record]) -> None:
    """Write ``records.jsonl`` to a temporary name and rename it. Raises EncodeError if the disk will not take it."""
    try:
        _write_whole(out / RECORDS, (f"{record.to_json()}\n" for record in records))
    except OSError as error:
        raise EncodeError(f"{RECORDS} cannot be written in {out}: {error.strerror}.") from error


def _write_whole(file: Path, lines: Iterable[str]) -> None:
    temporary = file.with_name(f".{file.name.lstrip('.')}.tmp")
    with temporary.open("w", encoding="utf-8", newline="\n") as opened:
        opened.writelines(lines)
        opened.flush()
        os.fsync(opened.fileno())
    temporary.replace(file)
