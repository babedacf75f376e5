"""The journal of an output folder in a store: written here, and put there every now and then.

Nothing can be appended to an object, so all of the journal is put each time: seldom enough that it costs little. A run
that is killed does again what the journal in the store does not know; the clips are there, and are put again.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import TYPE_CHECKING

from pipeline.engine.journal import JOURNAL, RECORDS, Journal
from pipeline.engine.stamps import Stamp
from pipeline.places import list_anew, put, read_if_there
from pipeline.records import Record

if TYPE_CHECKING:
    from upath import UPath

REST_S, REST_SHARE = 10.0, 20.0
"""Rest between puts of the journal: so long at least, and so many times as long as the last one took."""


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
        self._here = TemporaryDirectory(prefix="voiceprep-")
        self._out, self._next_s = out, time.monotonic() + REST_S
        list_anew(out)
        folder = Path(self._here.name)
        (folder / JOURNAL).write_bytes(read_if_there(out / JOURNAL))
        super().__init__(folder, out)
        self._put(JOURNAL)  # what cannot be written is known before the first file is read

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Put what is finished, also where the run was stopped."""
        super().__exit__(kind, error, trace)
        with self._here:
            self._put(JOURNAL)

    def add(self, record: Record, digest: str, sources: tuple[Stamp, ...] | None = None) -> None:
        """Write one finished record, and put the journal if that was long ago."""
        super().add(record, digest, sources)
        if time.monotonic() >= self._next_s:
            self._put(JOURNAL)

    def publish(self, order: Iterable[str]) -> list[Record]:
        """Put ``records.jsonl``, and return the named records in their order."""
        now = super().publish(order)
        self._put(RECORDS)
        return now

    def _put(self, name: str) -> None:
        began_s = time.monotonic()
        put(self.folder, self._out, [self.folder / name])
        took_s = time.monotonic() - began_s
        self._next_s = time.monotonic() + max(REST_S, REST_SHARE * took_s)
