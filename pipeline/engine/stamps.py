"""Stamps of files, size and times of the last change: what nobody touched is known without being read."""

from __future__ import annotations

import time

from pipeline.places import Place, is_stored, version
from pipeline.sources import Work

Stamp = tuple[int, ...]
"""Of one file: its size, when its bytes were last changed, when anything of it was, and its number on the disk.

Programs may set the second, and those that copy or unpack do; the third is the system's. In a store: see `version`.
Stamps that differ prove nothing: what was copied, moved, or stamped by an earlier version is read.
"""

SETTLED_NS = 2_000_000_000
"""A file that changed so recently may change again within one tick of its clock (FAT's has 2 s), and look the same."""


def stamp(file: Place) -> Stamp | None:
    """Return the stamp of a file; None where it cannot be had."""
    if is_stored(file):
        return version(file)
    try:
        status = file.stat()
    except (OSError, ValueError):
        return None
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def source_stamps(work: Work) -> tuple[Stamp, ...] | None:
    """Return the stamps of all files that work is made of; None where one cannot be had."""
    stamps = [stamp(file) for file in work.files]
    return tuple(one for one in stamps if one is not None) if None not in stamps else None


def settled(stamps: tuple[Stamp, ...] | None) -> tuple[Stamp, ...] | None:
    """Return the stamps if all the files have rested for `SETTLED_NS`: then they can be trusted later."""
    now_ns = time.time_ns()
    return stamps if stamps and all(now_ns - max(one[1:3]) > SETTLED_NS for one in stamps) else None
