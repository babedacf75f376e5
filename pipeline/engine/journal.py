"""The journal of an output folder: every finished record, written as it comes, so that no result is lost.

``.journal.jsonl`` holds a line a record with the digest of the plan that made it; it only grows during a run,
and a run that is killed resumes from it. ``records.jsonl`` is the published view: written whole at the end,
to a temporary name, and renamed.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from pydantic import ValidationError

from pipeline.codec.digests import file_digest
from pipeline.engine.entries import Entries, Entry, Stamps, read_entries, spares_clip
from pipeline.engine.stamps import Stamp, source_stamps
from pipeline.errors import EncodeError, UsageError
from pipeline.places import Place, is_stored, version
from pipeline.records import Record, Status
from pipeline.sources import RESULTS_MARK, Work

JOURNAL, RECORDS = RESULTS_MARK, "records.jsonl"


class Journal:
    """The journal of one output folder, as a context manager around its open file.

    Parameters
    ----------
    folder : Path
        Where the journal and the records are written.
    clips : path, optional
        Where the clips lie, if elsewhere.

    Raises
    ------
    UsageError
        If the folder or the file cannot be written: nothing was started.
    """

    def __init__(self, folder: Path, clips: Place | None = None) -> None:
        self.folder = folder
        self.clips: Place = clips or folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self.entries = read_journal(folder)
            self._file: IO[bytes] = _opened_at_line(folder / JOURNAL)
        except OSError as error:
            raise UsageError(f"The folder {folder} cannot be written: {error.strerror}.") from error

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):  # what could not be written was said when it was
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
        self.entries[record.path] = entry
        try:
            self._file.write(entry.to_line().encode())
            self._file.flush()
            if lies and lies != entry.clip:
                (self.clips / lies).unlink(missing_ok=True)  # a clip that no longer holds
        except OSError as error:
            text = f"{self.clips} takes no more ({error.strerror}): make room, and the same command goes on from there."
            raise EncodeError(text) from error

    def _clip_stamp(self, record: Record) -> Stamp | None:
        return None if is_stored(self.clips) or not record.output else version(self.clips / record.output.path)

    def publish(self, order: Iterable[str]) -> list[Record]:
        """Write ``records.jsonl``: the named records in their order, then those of earlier runs; return the former."""
        names = list(order)
        now = [self.entries[name].record for name in names]
        known = set(names)
        earlier = [entry.record for name, entry in self.entries.items() if name not in known]
        write_records(self.folder, [*now, *earlier])
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
                entry = journal.entries[record.path]
                journal.add(record, entry.plan, entry.stamps.sources)
    write_records(out, noted)
    return noted


def read_journal(out: Place) -> Entries:
    """Return what can be read of a folder's journal."""
    return read_entries(out / JOURNAL)[0]


def _opened_at_line(file: Path) -> IO[bytes]:
    """Open a journal to write at its end; a line that a kill cut short is ended, or it would swallow the next."""
    opened = file.open("ab+")
    if opened.tell() > 0:
        opened.seek(-1, os.SEEK_END)
        if opened.read(1) != b"\n":
            opened.write(b"\n")
    return opened


def _lines(path: Place) -> Iterator[str]:
    """Yield the lines of a file, one at a time. Only ours end one: names may hold what Unicode ends lines with."""
    with path.open("r", encoding="utf-8", newline="\n") as file:
        yield from file


def finished(entries: Entries, out: Place, source: Work, digest: str, keep_rejected: bool) -> Record | None:
    """Return the record of a source that needs no more work: same bytes, same plan, output still there.

    Files with the stamps that they had are taken to hold what they held; others are read.
    """
    entry = entries.get(source.name)
    if entry is None or entry.plan != digest or entry.record.status is Status.FAILED:
        return None
    record = entry.record
    if record.output and not _is_same_clip(entry, out / record.output.path):
        return None
    if keep_rejected and record.status is Status.REJECTED and record.output is None:
        return None
    untouched = entry.stamps.sources is not None and entry.stamps.sources == source_stamps(source)
    return record if untouched or record.sha256 == source.digest() else None


def _is_same_clip(entry: Entry, clip: Place) -> bool:
    if is_stored(clip):
        return clip.is_file()  # it was put there whole
    output = entry.record.output
    untouched = entry.stamps.clip is not None and entry.stamps.clip == version(clip)
    return output is not None and (untouched or file_digest(clip) == output.sha256)


def read_records(out: Place) -> list[Record]:
    """Return the records of an earlier run.

    Raises
    ------
    UsageError
        If there are none, or they are not of this version.
    """
    path = out / RECORDS
    try:
        return [Record.model_validate_json(line) for line in _lines(path) if line.strip()]
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
