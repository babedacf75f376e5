"""Where workers unpack: folders of the run, which whoever began it removes, however the workers ended."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.records import Record
    from pipeline.sources import Work

PREFIX = "voiceprep-"


@contextmanager
def scratch() -> Iterator[str]:
    """Give the folder of a run; what killed workers left in it goes with it."""
    with TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True) as folder:
        yield folder


@contextmanager
def unpacking_in(folder: str) -> Iterator[str]:
    """Let this process unpack into a folder of its own below that of the run; on another machine, where it may."""
    before = tempfile.tempdir
    within = folder if Path(folder).is_dir() else None
    with TemporaryDirectory(prefix=PREFIX, dir=within, ignore_cleanup_errors=True) as own:
        tempfile.tempdir = own
        try:
            yield own
        finally:
            tempfile.tempdir = before


def done_in(folder: str, work: Callable[[Work], Record], source: Work) -> Record:
    """Return what work makes of a source, unpacking below the folder of the run."""
    with unpacking_in(folder):
        return work(source)
