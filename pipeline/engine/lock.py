"""One run an output folder: a lock that the system holds for the process, and takes from it when it dies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import UsageError
from pipeline.sources import RESULTS_MARK

LOCK = f"{RESULTS_MARK}.lock"


@contextmanager
def claimed(out: Path, patience_s: float = 0.0) -> Iterator[None]:
    """Hold an output folder, which is there: who else writes to it would lose records.

    Raises
    ------
    UsageError
        If another run still holds it after `patience_s`.
    OSError
        If it cannot be written.
    """
    import filelock

    lock = filelock.FileLock(out / LOCK, timeout=patience_s)
    try:
        lock.acquire()
    except filelock.Timeout:
        text = f"Another run works on {out}: wait until it ends, stop it, or give another -o."
        raise UsageError(text) from None
    except NotImplementedError:  # some network folders know no locks: they are worked on as they are
        yield
        return
    try:
        yield
    finally:
        lock.release()
