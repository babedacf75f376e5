"""The ledger's file: made whole or not at all, readable by its owner only, refused where it is damaged."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from pipeline.errors import SubmitError, UsageError
from pipeline.service.ledger_schema import VERSION, bring_up


def connect(path: Path) -> sqlite3.Connection:
    """Open a ledger for writing, made if there is none.

    Raises
    ------
    UsageError
        If it cannot be made or opened, is damaged, or comes from a newer version. It is never started afresh over
        one that is there: what it knows is what keeps a voice from being sent twice.
    """
    try:
        if not path.exists():
            _create(path)
        path.chmod(0o600)  # voices and consents are personal data
        connection = _opened(path.absolute().as_uri() + "?mode=rw")
    except OSError as error:
        raise UsageError(f"The ledger {path} cannot be opened: {error.strerror}. Nothing was sent.") from error
    except sqlite3.Error as error:
        raise UsageError(_damaged(path, error)) from error
    version = _checked(path, connection)
    if version < VERSION:
        with told():
            bring_up(connection, version)
    return connection


def connect_to_look(path: Path) -> sqlite3.Connection:
    """Open a ledger to read it only; an empty one in memory where there is none. Raises as `connect`."""
    if not path.exists():
        return memory()
    under_way = path.with_name(f"{path.name}-wal").exists()
    way = "mode=ro" if under_way else "immutable=1"  # the first would leave files beside a ledger that is closed
    try:
        with closing(_opened(f"{path.absolute().as_uri()}?{way}")) as connection:
            version = _checked(path, connection)
            return _copy(connection, version)
    except sqlite3.Error as error:
        raise UsageError(_damaged(path, error)) from error


def memory() -> sqlite3.Connection:
    """Return an empty ledger that is gone with the process."""
    connection = _opened("file::memory:")
    bring_up(connection, 0)
    return connection


def _copy(connection: sqlite3.Connection, version: int) -> sqlite3.Connection:
    """Return a copy in memory that refuses to be written, of this version whatever the file's is."""
    copy = _opened("file::memory:")
    connection.backup(copy)
    bring_up(copy, version) if version < VERSION else None
    copy.execute("PRAGMA query_only = 1")
    return copy


@contextmanager
def told() -> Iterator[None]:
    """Turn what sqlite3 raises into our error."""
    try:
        yield
    except sqlite3.Error as error:
        raise SubmitError(f"The ledger cannot be read or written ({error}): nothing more is sent.") from error


def _opened(uri: str) -> sqlite3.Connection:
    """Open with every statement a transaction of its own, on the disk when it returns."""
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=10.0, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    try:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA wal_autocheckpoint = 1")  # so that a log that gets lost takes nothing along
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _create(path: Path) -> None:
    """Make an empty ledger under a temporary name first, so that an empty file is always a damaged one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    temporary.unlink(missing_ok=True)
    os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with closing(_opened(temporary.absolute().as_uri() + "?mode=rw")) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        bring_up(connection, 0)
    _publish(temporary, path)


def _publish(temporary: Path, path: Path) -> None:
    """Give the file its name, never over a ledger that another run made meanwhile, and keep the name on the disk."""
    try:
        path.hardlink_to(temporary)
    except FileExistsError:
        pass
    except OSError:
        temporary.rename(path)  # a file system without links
    finally:
        temporary.unlink(missing_ok=True)
    with suppress(OSError):  # not every system opens folders
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)


def _checked(path: Path, connection: sqlite3.Connection) -> int:
    """Return the version of a ledger that is whole; close one that is not."""
    try:
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        problem = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.Error as error:
        connection.close()
        raise UsageError(_damaged(path, error)) from error
    if problem == "ok" and 0 < version <= VERSION:
        return version
    connection.close()
    if version > VERSION:
        raise UsageError(f"The ledger {path} was written by a newer voiceprep: update voiceprep. Nothing was sent.")
    raise UsageError(_damaged(path, problem if problem != "ok" else "it is empty"))


def _damaged(path: Path, why: object) -> str:
    return (
        f"The ledger {path} is damaged ({why}): bring it back from a copy, or compare the account's voices and "
        "move it away. Nothing was sent."
    )
