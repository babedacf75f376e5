"""The ledger's tables, version by version: an older file is brought up, a newer one is refused."""

from __future__ import annotations

import sqlite3

_VERSION_1 = """
CREATE TABLE items (
    key TEXT PRIMARY KEY,
    path TEXT NOT NULL,
    audio_sha256 TEXT NOT NULL,
    fields TEXT NOT NULL,
    account TEXT NOT NULL,
    base_url TEXT NOT NULL,
    consent TEXT NOT NULL,
    enhance_why TEXT NOT NULL,
    voice_group TEXT NOT NULL,
    state TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    voice_id INTEGER,
    error TEXT,
    created_at TEXT NOT NULL,
    sent_at TEXT,
    updated_at TEXT NOT NULL
);
CREATE INDEX items_audio ON items (account, audio_sha256);
"""

_VERSION_2 = """
ALTER TABLE items ADD COLUMN doubts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE items ADD COLUMN last_byte_at TEXT;
ALTER TABLE items ADD COLUMN snapshot INTEGER;
ALTER TABLE items ADD COLUMN deleted_at TEXT;
CREATE TABLE snapshots (
    id INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    at TEXT NOT NULL,
    ids TEXT NOT NULL
);
CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    key TEXT NOT NULL,
    state TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    voice_id INTEGER,
    note TEXT
);
CREATE TRIGGER items_added AFTER INSERT ON items BEGIN
    INSERT INTO events (at, key, state, attempt, voice_id, note)
    VALUES (NEW.updated_at, NEW.key, NEW.state, NEW.attempt, NEW.voice_id, NEW.error);
END;
CREATE TRIGGER items_changed AFTER UPDATE ON items BEGIN
    INSERT INTO events (at, key, state, attempt, voice_id, note)
    VALUES (NEW.updated_at, NEW.key, NEW.state, NEW.attempt, NEW.voice_id, NEW.error);
END;
"""
"""Every change of an item is an event too, by the file itself, so that nothing that was known is overwritten."""

_STEPS = (_VERSION_1, _VERSION_2)
VERSION = len(_STEPS)


def bring_up(connection: sqlite3.Connection, version: int) -> None:
    """Bring the tables from a version (0: none) to this one, all or nothing."""
    steps = "".join(_STEPS[version:])
    connection.executescript(f"BEGIN IMMEDIATE; {steps} PRAGMA user_version = {VERSION}; COMMIT;")
