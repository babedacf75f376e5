"""Work for the pool that behaves badly on purpose; workers import it by name."""

from __future__ import annotations

import os
import signal
import time

from pipeline.engine.pool import tell_pool
from pipeline.records import Record, Status
from pipeline.sources import SourceFile


def behave(source: SourceFile) -> Record:
    if "dies" in source.name:
        os.kill(os.getpid(), signal.SIGKILL)
    if "hangs" in source.name:
        time.sleep(60.0)
    return Record(path=source.name, status=Status.REVIEW)


def tell(source: SourceFile) -> Record:
    """Tell the pool how far it is, twice."""
    for done in (1.0, 2.0):
        tell_pool("select", done, 2.0)
        time.sleep(0.1)
    return Record(path=source.name, status=Status.REVIEW)
