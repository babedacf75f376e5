"""The ledger: what was sent to the service and what came back, on the disk before and after each request."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import fields as fields_of
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.errors import SubmitError
from pipeline.service.crash import reached
from pipeline.service.items import SENDABLE, Item, State, canonical
from pipeline.service.ledger_file import connect, connect_to_look, memory, told
from pipeline.service.ledger_reads import LedgerReads
from pipeline.service.lock import locked

LEDGER = "ledger.sqlite3"
"""Its name in OUT."""

_COLUMNS = tuple(field.name for field in fields_of(Item))
_INSERT = (
    f"INSERT INTO items ({', '.join(_COLUMNS)}) "  # noqa: S608 - our own names
    f"VALUES ({', '.join(f':{name}' for name in _COLUMNS)}) "
)
_SENT = frozenset([State.SENDING])
_OPEN = frozenset([State.SENDING, State.UNKNOWN, State.ABSENT, State.NEEDS_HUMAN])


def now_utc() -> str:
    """Return the time as the ledger writes it: for people, no decision is taken by it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class Ledger(LedgerReads):
    """A ledger over an open connection; made by `open`, `look` or `in_memory`. Threads may share one.

    Raises
    ------
    SubmitError
        By every method, if the file cannot be read or written, or an item is not in a state that the change is for.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, Ledger.open(Path(folder) / LEDGER) as ledger:
    ...     ledger.items()
    []
    """

    @classmethod
    @contextmanager
    def open(cls, path: Path) -> Iterator[Ledger]:
        """Open the ledger at a path, made if there is none, and lock it as long as the context lasts.

        Raises
        ------
        UsageError
            If another run has it, or it is damaged or too new.
        """
        with locked(path), closing(cls(connect(path))) as ledger:
            yield ledger

    @classmethod
    @contextmanager
    def look(cls, path: Path) -> Iterator[Ledger]:
        """Open the ledger at a path to read it; an empty one if there is none. Raises UsageError if it is damaged."""
        with closing(cls(connect_to_look(path))) as ledger:
            yield ledger

    @classmethod
    @contextmanager
    def in_memory(cls) -> Iterator[Ledger]:
        """Open an empty ledger that is gone with the process, for voices sent without a folder."""
        with closing(cls(memory())) as ledger:
            yield ledger

    def snapshot(self, account: str, ids: Collection[int]) -> int:
        """Keep which voices were listed before something is sent, and return the snapshot's number."""
        text = json.dumps(sorted(ids))
        query = "SELECT id, ids FROM snapshots WHERE account=? ORDER BY id DESC LIMIT 1"
        with self._transaction():
            row = self._connection.execute(query, (account,)).fetchone()
            if row and row["ids"] == text:
                return int(row["id"])
            values = (account, now_utc(), text)
            added = self._connection.execute("INSERT INTO snapshots (account, at, ids) VALUES (?, ?, ?)", values)
            return int(added.lastrowid or 0)

    def prepare(self, item: Item) -> None:
        """Note what is to be sent. One that is under way or settled stays as it is, unless its voice was deleted."""
        row = {name: getattr(item, name) for name in _COLUMNS}
        row |= {"fields": canonical(item.fields), "state": State.PREPARED, "error": None}
        row |= {"created_at": now_utc(), "updated_at": now_utc()}
        again = (
            "ON CONFLICT(key) DO UPDATE SET path=:path, consent=:consent, state=:state, updated_at=:updated_at, "
            f"voice_id=NULL, deleted_at=NULL WHERE state IN ({_listed(SENDABLE)}) OR deleted_at IS NOT NULL"
        )
        with self._transaction():
            self._connection.execute(_INSERT + again, row)
        reached("prepared")

    def sending(self, key: str, snapshot: int | None = None) -> None:
        """Write the intent to send, on the disk when this returns: only then may a socket open.

        Raises
        ------
        SubmitError
            If it is not prepared: it is being sent, or was.
        """
        change = "state='SENDING', attempt=attempt+1, sent_at=:now, last_byte_at=NULL, snapshot=:snapshot"
        refusal = "this voice is being sent, or was sent"
        self._change(key, change, {State.PREPARED}, "intent-unwritten", refusal, snapshot=snapshot)
        reached("intent-written")

    def last_byte(self, key: str) -> None:
        """Write that the last bytes of the request are about to leave: until now the service has no whole request."""
        self._change(key, "last_byte_at=:now", _SENT)

    def done(self, key: str, voice_id: int, note: str | None = None) -> None:
        """Write that the service has the voice: it said so, or lists it."""
        states = _OPEN | {State.PREPARED}
        self._change(key, "state='DONE', voice_id=:voice_id, error=:error", states, "done-unwritten",
                     voice_id=voice_id, error=note)  # fmt: skip
        reached("done-written")

    def refused(self, key: str, error: str) -> None:
        """Write that the service said a definite no."""
        self._change(key, "state='REFUSED', error=:error", _SENT, error=error)

    def unknown(self, key: str, error: str, counts: bool = True) -> None:
        """Write that nothing tells whether the voice exists; `counts` unless the request surely never was whole."""
        change = f"state='UNKNOWN', doubts=doubts+{int(counts)}, error=:error"
        self._change(key, change, _SENT, error=error)

    def back_to_prepared(self, key: str, error: str) -> None:
        """Write that nothing was created, so that the same attempt may be made again."""
        self._change(key, "state='PREPARED', attempt=attempt-1, sent_at=NULL, error=:error", _SENT, error=error)

    def absent(self, key: str, note: str) -> None:
        """Write that the voice was looked for until it must have been there, and is not."""
        self._change(key, "state='ABSENT', error=:error", _OPEN - _SENT, error=note)

    def needs_human(self, key: str, why: str) -> None:
        """Write that only a person can tell."""
        self._change(key, "state='NEEDS_HUMAN', error=:error", _OPEN - _SENT, error=why)

    def deleted(self, key: str) -> None:
        """Write that the voice was deleted from here."""
        self._change(key, "deleted_at=:now", {State.DONE})

    def _change(
        self, key: str, change: str, states: Collection[State], point: str = "", refusal: str = "", **values: Any
    ) -> None:
        values |= {"key": key, "now": now_utc()}
        where = f"key=:key AND state IN ({_listed(states)})"
        with self._transaction(point):
            found = self._connection.execute(f"UPDATE items SET {change}, updated_at=:now WHERE {where}", values)  # noqa: S608
            if found.rowcount != 1:
                raise SubmitError(f"The ledger does not expect this: {refusal or 'the voice is in another state'}.")

    @contextmanager
    def _transaction(self, point: str = "") -> Iterator[None]:
        """Do all of it or nothing; on the disk when this ends."""
        with self._mutex, told():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                reached(point)
                self._connection.execute("COMMIT")
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")


def _listed(states: Collection[State]) -> str:
    return ", ".join(f"'{state}'" for state in sorted(states))
