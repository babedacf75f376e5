"""The journal of an output folder in a store: written here, and put there every now and then.

Nothing can be appended to an object, so all of the journal is put each time: seldom enough that it costs little. A run
that is killed does again what the journal in the store does not know; the clips are there, and are put again.

A lock would stay when its holder is killed. Where two runs write to one OUT, each takes in what the other has put.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from types import TracebackType
from typing import TYPE_CHECKING

from pipeline.engine.entries import Entries, Entry, read_entries
from pipeline.engine.journal import JOURNAL, RECORDS, Journal
from pipeline.engine.stamps import Stamp
from pipeline.errors import EncodeError, VoiceprepError
from pipeline.places import list_anew, put, read_if_there, version, version_now
from pipeline.records import Record

if TYPE_CHECKING:
    from upath import UPath

REST_S, REST_SHARE = 10.0, 20.0
"""Rest between puts of the journal: so long at least, and so many times as long as the last one took."""

THEIRS = "theirs.jsonl"
"""The journal that another run has put."""


class StoredJournal(Journal):
    """As `Journal`, for a folder in a store.

    Raises
    ------
    UsageError
        If the store cannot be reached.
    EncodeError
        If it takes nothing.
    """

    def __init__(self, out: UPath) -> None:
        self._out, self._next_s = out, time.monotonic() + REST_S
        self._made: Entries = {}
        with ExitStack() as held:
            folder = Path(held.enter_context(TemporaryDirectory(prefix="voiceprep-")))
            self._begin(folder)
            held.push(super().__exit__)
            self._put_journal()  # what cannot be written is known before the first file is read
            self._held = held.pop_all()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Put what is finished, also where the run was stopped; what the store does not take is kept here."""
        with self._held:
            try:
                self._put_journal()
            except VoiceprepError as refused:
                text = f"{refused} What is finished is noted in {self._kept()}: put it there as {JOURNAL}."
                raise EncodeError(text) from refused

    def add(self, record: Record, digest: str, sources: tuple[Stamp, ...] | None = None) -> None:
        """Write one finished record, and put the journal if that was long ago."""
        super().add(record, digest, sources)
        if time.monotonic() >= self._next_s:
            self._put_journal()

    def publish(self, order: Iterable[str]) -> list[Record]:
        """Put ``records.jsonl``, and return the named records in their order."""
        self._take_in_what_others_put()
        self._note_clips()
        now = super().publish(order)
        put(self.folder, self._out, [self.folder / RECORDS])
        return now

    def _begin(self, folder: Path) -> None:
        """Go on, in a folder of this machine, from what the store has."""
        list_anew(self._out)
        self._seen = version(self._out / JOURNAL)
        (folder / JOURNAL).write_bytes(read_if_there(self._out / JOURNAL))
        super().__init__(folder, self._out)

    def _append(self, entry: Entry) -> None:
        super()._append(entry)
        self._made[entry.record.path] = entry

    def _note_clips(self) -> None:
        """Note the versions of the clips that were put, so that one that somebody writes over is made again."""
        new = [entry for entry in self.entries.values() if entry.clip and entry.stamps.clip is None]
        list_anew(self._out) if new else None
        for entry in new:
            self.restamp(entry.stamped(clip=version(self._out / str(entry.clip))))

    def _put_journal(self) -> None:
        began_s = time.monotonic()
        self._take_in_what_others_put()
        put(self.folder, self._out, [self.folder / JOURNAL])
        self._seen = version_now(self._out / JOURNAL)
        took_s = time.monotonic() - began_s
        self._next_s = time.monotonic() + max(REST_S, REST_SHARE * took_s)

    def _take_in_what_others_put(self) -> None:
        """Where another run has put its journal meanwhile, go on from there; what this run made stands."""
        if version_now(self._out / JOURNAL) == self._seen:
            return
        (self.folder / THEIRS).write_bytes(read_if_there(self._out / JOURNAL))
        self.entries = read_entries(self.folder / THEIRS)[0] | self._made
        self._compact()

    def _kept(self) -> Path:
        kept = Path(mkdtemp(prefix="voiceprep-journal-")) / "journal.jsonl"
        return Path(shutil.copyfile(self.folder / JOURNAL, kept))
