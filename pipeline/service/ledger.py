"""The ledger: what was sent to the service and what came back, on the disk before and after each request."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import fields as fields_of
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.errors import SubmitError
from pipeline.service.items import SENDABLE, Item, State, canonical
from pipeline.service.ledger_file import connect, connect_to_look, memory, told

LEDGER = "ledger.sqlite3"
"""Its name in OUT."""

_COLUMNS = tuple(field.name for field in fields_of(Item))
_INSERT = (
    f"INSERT INTO items ({', '.join(_COLUMNS)}) "  # noqa: S608 - our own names
    f"VALUES ({', '.join(f':{name}' for name in _COLUMNS)}) "
)


_SENT = frozenset([State.SENDING])


def now_utc() -> str:
    """Return the time as the ledger writes it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class Ledger:
    """A ledger over an open connection; made by `open`, `look` or `in_memory`.

    Raises
    ------
    SubmitError
        By every method, if the file cannot be read or written.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    @contextmanager
    def open(cls, path: Path) -> Iterator[Ledger]:
        """Open the ledger at a path, made if there is none. Raises UsageError if it is damaged or too new."""
        with closing(connect(path)) as connection:
            yield cls(connection)

    @classmethod
    @contextmanager
    def look(cls, path: Path) -> Iterator[Ledger]:
        """Open the ledger at a path to read it; an empty one if there is none. Raises as `open`."""
        with closing(connect_to_look(path)) as connection:
            yield cls(connection)

    @classmethod
    @contextmanager
    def in_memory(cls) -> Iterator[Ledger]:
        """Open an empty ledger that is gone with the process, for voices sent without a folder."""
        with closing(memory()) as connection:
            yield cls(connection)

    def prepare(self, item: Item) -> None:
        """Note what is to be sent. One that is under way or settled stays as it is."""
        row = {name: getattr(item, name) for name in _COLUMNS}
        row |= {"fields": canonical(item.fields), "state": State.PREPARED, "error": None}
        row |= {"created_at": now_utc(), "updated_at": now_utc()}
        again = "ON CONFLICT(key) DO UPDATE SET path=:path, consent=:consent, state=:state, updated_at=:updated_at "
        with told():
            self._connection.execute(_INSERT + again + f"WHERE state IN ({_listed(SENDABLE)})", row)

    def sending(self, key: str) -> None:
        """Write the intent to send, on the disk when this returns: only then may a socket open.

        Raises
        ------
        SubmitError
            If it is not prepared: another run is sending it, or it was sent.
        """
        change = "state='SENDING', attempt=attempt+1, sent_at=:now"
        self._change(key, change, {State.PREPARED}, "another run is sending this voice, or sent it")

    def done(self, key: str, voice_id: int) -> None:
        """Write that the service made the voice."""
        self._change(key, "state='DONE', voice_id=:voice_id, error=NULL", _SENT, voice_id=voice_id)

    def refused(self, key: str, error: str) -> None:
        """Write that the service said a definite no."""
        self._change(key, "state='REFUSED', error=:error", _SENT, error=error)

    def unknown(self, key: str, error: str) -> None:
        """Write that nothing tells whether the voice exists."""
        self._change(key, "state='UNKNOWN', error=:error", _SENT, error=error)

    def back_to_prepared(self, key: str, error: str) -> None:
        """Write that nothing was created, so that the same attempt may be made again."""
        self._change(key, "state='PREPARED', attempt=attempt-1, sent_at=NULL, error=:error", _SENT, error=error)

    def get(self, key: str) -> Item | None:
        """Return the item of a key."""
        found = self._select("WHERE key=:key", key=key)
        return found[0] if found else None

    def items(self) -> list[Item]:
        """Return everything, the oldest first."""
        return self._select("ORDER BY created_at, rowid")

    def with_audio(self, audio_sha256: str, account: str) -> list[Item]:
        """Return what the account was sent, or may have been sent, of the same audio, whatever the fields."""
        states = f"state NOT IN ({_listed(SENDABLE)}, '{State.SKIPPED}')"
        where = f"WHERE audio_sha256=:audio AND account=:account AND {states} ORDER BY created_at, rowid"
        return self._select(where, audio=audio_sha256, account=account)

    def _select(self, rest: str, **values: Any) -> list[Item]:
        with told():
            return [_item(row) for row in self._connection.execute(f"SELECT * FROM items {rest}", values)]  # noqa: S608

    def _change(self, key: str, change: str, states: Collection[State], refusal: str = "", **values: Any) -> None:
        values |= {"key": key, "now": now_utc()}
        where = f"key=:key AND state IN ({_listed(states)})"
        with told():
            found = self._connection.execute(f"UPDATE items SET {change}, updated_at=:now WHERE {where}", values)  # noqa: S608
        if found.rowcount != 1:
            raise SubmitError(f"The ledger does not expect this: {refusal or 'the voice is not being sent'}.")


def _listed(states: Collection[State]) -> str:
    return ", ".join(f"'{state}'" for state in sorted(states))


def _item(row: sqlite3.Row) -> Item:
    values = dict(row)
    return Item(**(values | {"fields": json.loads(values["fields"]), "state": State(values["state"])}))
