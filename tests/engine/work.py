"""Work for the pool that behaves badly on purpose; workers import it by name."""

from __future__ import annotations

import os
import signal
import struct
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.engine.telling import tell_pool
from pipeline.records import Record, Status
from pipeline.sources import SourceFile

if TYPE_CHECKING:
    from pipeline.analysis import Analysis
    from pipeline.audio import Audio
    from pipeline.engine import Report
    from pipeline.steps import Change, Verdict


def behave(source: SourceFile) -> Record:
    if "dies" in source.name:
        os.kill(os.getpid(), signal.SIGKILL)
    if "hangs" in source.name:
        time.sleep(60.0)
    if "exits" in source.name:
        sys.exit(3)
    return Record(path=source.name, status=Status.REVIEW)


def leaves_a_copy(source: SourceFile) -> Record:
    """Unpack something, and leave no chance to remove it."""
    tempfile.mkdtemp(prefix="voiceprep-")
    return behave(source)


class Exits:
    """A stage of somebody's that would end the process."""

    name = "exits"

    def apply(self, audio: Audio, analysis: Analysis) -> Change:
        sys.exit(3)

    def helped(self, before: Analysis, after: Analysis) -> Verdict:
        raise AssertionError


def chatter(source: SourceFile) -> Record:
    """Tell the pool something all the time, and be late."""
    while True:
        tell_pool("select", 1.0, 2.0)
        time.sleep(0.05)


def halfway(source: SourceFile) -> Record:
    """Say that a long message comes, and send the half of it."""
    frame = sys._getframe()
    while frame.f_code.co_name != "_work":
        assert frame.f_back is not None
        frame = frame.f_back
    os.write(frame.f_locals["pipe"].fileno(), struct.pack("!i", 1_000_000) + b"x" * 1000)
    time.sleep(60.0)
    return Record(path=source.name, status=Status.REVIEW)


def secret(source: SourceFile) -> Record:
    """Give what no pipe can carry."""
    return Record.model_construct(path=source.name, status=Status.REVIEW, error=lambda: 1)


def tell(source: SourceFile) -> Record:
    """Tell the pool how far it is, twice."""
    for done in (1.0, 2.0):
        tell_pool("select", done, 2.0)
        time.sleep(0.1)
    return Record(path=source.name, status=Status.REVIEW)


def rest(seconds: float) -> None:
    """Do nothing, with all that is there to do it with."""
    time.sleep(seconds)


def raises(source: SourceFile) -> Record:
    """Fail as a step of someone else's may."""
    raise KeyError(source.name)


def dies_once(marks: str, source: SourceFile) -> Record:
    """Kill the process at the first try of each file whose name says so, and at every try of one."""
    mark = Path(marks) / source.name
    if source.name == "always" or ("dies" in source.name and not mark.exists()):
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if source.name == "hangs":
        time.sleep(120.0)
    return Record(path=source.name, status=Status.REVIEW)


def told(report: Report) -> list[dict[str, Any]]:
    """Return what the records say, without how long it took."""
    plain = [record.to_dict() for record in report.records]
    for record in plain:
        for step in record["steps"]:
            step.pop("elapsed_s")
    return plain


class Counts:
    """Work that knows how often it was sent, in the process that sends it."""

    sent = 0

    def __call__(self, source: SourceFile) -> Record:
        return behave(source)

    def __reduce__(self) -> tuple[type[Counts], tuple[()]]:
        Counts.sent += 1
        return Counts, ()
