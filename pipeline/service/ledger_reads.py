"""What the ledger is asked."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Collection
from typing import Any

from pipeline.service.items import SENDABLE, UNSETTLED, Item, State, canonical
from pipeline.service.ledger_file import told


class LedgerReads:
    """The questions to a ledger over an open connection. Each raises SubmitError if the file cannot be read."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._mutex = threading.RLock()

    def close(self) -> None:
        """Close the file, when no thread is at it any more."""
        with self._mutex:
            self._connection.close()

    def get(self, key: str) -> Item | None:
        """Return the item of a key."""
        found = self._select("WHERE key=?", key)
        return found[0] if found else None

    def items(self) -> list[Item]:
        """Return everything, the oldest first."""
        return self._select("ORDER BY rowid")

    def of_account(self, accounts: Collection[str]) -> list[Item]:
        """Return everything that went, or was to go, to an account by any of its names, the oldest first."""
        return [item for item in self.items() if item.account in accounts]

    def in_state(self, states: Collection[State], accounts: Collection[str]) -> list[Item]:
        """Return an account's items in some states, the oldest first."""
        return [item for item in self.of_account(accounts) if item.state in states]

    def find(self, item: Item, accounts: Collection[str]) -> Item | None:
        """Return what is known of the same audio with the same fields, by any of the account's names.

        What is in doubt counts under every name at the same address: nothing shows whose key a lost attempt had.
        """
        same = self._select("WHERE audio_sha256=? AND fields=?", item.audio_sha256, canonical(item.fields))
        known = [each for each in same if each.account in accounts or _in_doubt_at(each, item.base_url)]
        settled = [each for each in known if each.state not in SENDABLE]
        return next(iter(settled or known), None)

    def with_audio(self, audio_sha256: str, accounts: Collection[str]) -> list[Item]:
        """Return what an account was sent, or may have been sent, of the same audio, whatever the fields."""
        states = SENDABLE | {State.SKIPPED}
        found = self._select("WHERE audio_sha256=? ORDER BY rowid", audio_sha256)
        return [item for item in found if item.account in accounts and item.state not in states]

    def voice_ids(self, accounts: Collection[str]) -> set[int]:
        """Return the ids of the voices that an account made for us and that were not deleted from here."""
        made = self.of_account(accounts)
        return {item.voice_id for item in made if item.voice_id is not None and item.deleted_at is None}

    def has_voices_at(self, base_url: str) -> bool:
        """Return whether any account at an address made a voice for us that was not deleted from here."""
        made = (item for item in self.items() if item.base_url == base_url and item.deleted_at is None)
        return any(item.voice_id is not None for item in made)

    def listed_before(self, snapshot: int | None) -> frozenset[int] | None:
        """Return the ids of a snapshot, None if there is none."""
        with self._mutex, told():
            row = self._connection.execute("SELECT ids FROM snapshots WHERE id=?", (snapshot,)).fetchone()
        return frozenset(json.loads(row["ids"])) if row else None

    def last_listed(self, account: str) -> frozenset[int]:
        """Return the ids of the account's newest snapshot, less those that were deleted from here."""
        query = "SELECT ids FROM snapshots WHERE account=? ORDER BY id DESC LIMIT 1"
        with self._mutex, told():
            row = self._connection.execute(query, (account,)).fetchone()
        gone = {item.voice_id for item in self.items() if item.deleted_at is not None}
        return frozenset(json.loads(row["ids"])) - gone if row else frozenset()

    def _select(self, rest: str, *values: Any) -> list[Item]:
        with self._mutex, told():
            return [_item(row) for row in self._connection.execute(f"SELECT * FROM items {rest}", values)]  # noqa: S608


def _in_doubt_at(item: Item, base_url: str) -> bool:
    return item.state in UNSETTLED and item.base_url == base_url


def _item(row: sqlite3.Row) -> Item:
    values = dict(row)
    return Item(**(values | {"fields": json.loads(values["fields"]), "state": State(values["state"])}))
