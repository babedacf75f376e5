"""Work for the pool that behaves badly on purpose; workers import it by name."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.engine.pool import tell_run
from pipeline.records import Record, Status
from pipeline.sources import SourceFile

if TYPE_CHECKING:
    from pipeline.engine import Report


def behave(source: SourceFile) -> Record:
    if "dies" in source.name:
        os.kill(os.getpid(), signal.SIGKILL)
    if "hangs" in source.name:
        time.sleep(60.0)
    return Record(path=source.name, status=Status.REVIEW)


def tell(source: SourceFile) -> Record:
    """Tell the pool how far it is, twice."""
    for done in (1.0, 2.0):
        tell_run("select", done, 2.0)
        time.sleep(0.1)
    return Record(path=source.name, status=Status.REVIEW)


def dies_once(marks: str, source: SourceFile) -> Record:
    """Kill the process at the first try of each file whose name says so, and at every try of one."""
    mark = Path(marks) / source.name
    if source.name == "always" or ("dies" in source.name and not mark.exists()):
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if source.name == "hangs":
        time.sleep(120.0)
    return Record(path=source.name, status=Status.REVIEW)


def tells_slowly(source: SourceFile) -> Record:
    """Tell how far it is, until somebody who asks now and then must have heard."""
    for done in range(1, 7):
        tell_run("select", float(done), 6.0)
        time.sleep(0.5)
    return Record(path=source.name, status=Status.REVIEW)


def rest(seconds: float) -> None:
    """Occupy a core."""
    time.sleep(seconds)


def raises(source: SourceFile) -> Record:
    raise KeyError(source.name)


def leaves_a_copy(source: SourceFile) -> Record:
    """Unpack something, and leave no chance to remove it."""
    tempfile.mkdtemp(prefix="voiceprep-")
    return behave(source)


def told(report: Report) -> list[dict[str, Any]]:
    """Return what the records say, without how long it took."""
    plain = [record.to_dict() for record in report.records]
    for record in plain:
        for step in record["steps"]:
            step.pop("elapsed_s")
    return plain
