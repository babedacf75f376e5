"""Work for the pool that behaves badly on purpose; workers import it by name."""

from __future__ import annotations

import os
import signal
import time

from pipeline.records import Record, Status
from pipeline.sources import SourceFile


def behave(source: SourceFile) -> Record:
    if "dies" in source.name:
        os.kill(os.getpid(), signal.SIGKILL)
    if "hangs" in source.name:
        time.sleep(60.0)
    return Record(path=source.name, status=Status.REVIEW)
