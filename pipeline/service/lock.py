"""One run a ledger: a lock that the system holds for the process, and takes from it when it dies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import UsageError


@contextmanager
def locked(ledger: Path) -> Iterator[None]:
    """Hold the lock of a ledger; the lock of a process that died is free.

    Raises
    ------
    UsageError
        If another run holds it, or the folder takes no lock.
    """
    import filelock

    lock = filelock.FileLock(ledger.with_name(f".{ledger.name}.lock"), timeout=0, mode=0o600)
    try:
        ledger.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except filelock.Timeout:
        raise UsageError(
            f"Another upload uses the ledger {ledger}: wait until it ends, or stop it. Nothing was sent."
        ) from None
    except (OSError, NotImplementedError) as error:
        why = getattr(error, "strerror", None) or "its folder takes no lock"
        raise UsageError(f"The ledger {ledger} cannot be opened: {why}. Nothing was sent.") from error
    try:
        yield
    finally:
        lock.release()
