"""Where workers unpack: in the folder of the run, which whoever began it removes, however the workers ended."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.records import Record
    from pipeline.sources import Work

    Do = Callable[[Work], Record]


@contextmanager
def unpacked_within(work: Do) -> Iterator[Do]:
    """Give work that unpacks in a folder of this run; what killed workers left in it goes with it."""
    with tempfile.TemporaryDirectory(prefix="voiceprep-", ignore_cleanup_errors=True) as folder:
        yield partial(_done_in, folder, work)


def _done_in(folder: str, work: Do, source: Work) -> Record:
    before = tempfile.tempdir
    if Path(folder).is_dir():  # another machine has no such folder, and unpacks where it always does
        tempfile.tempdir = folder
    try:
        return work(source)
    finally:
        tempfile.tempdir = before
