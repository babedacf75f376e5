"""Stamps of files, size and time of the last change: what nobody touched is known without being read."""

from __future__ import annotations

import time

from pipeline.places import Version, version
from pipeline.sources import Work

Stamp = Version
"""Of one file."""

SETTLED_NS = 2_000_000_000
"""A file that changed so recently may change again within one tick of its clock (FAT's has 2 s), and look the same."""


def source_stamps(work: Work) -> tuple[Stamp, ...] | None:
    """Return the stamps of all files that work is made of; None where one cannot be had."""
    stamps = [version(file) for file in work.files]
    return tuple(one for one in stamps if one is not None) if None not in stamps else None


def settled(stamps: tuple[Stamp, ...] | None) -> tuple[Stamp, ...] | None:
    """Return the stamps if all the files have rested for `SETTLED_NS`: then they can be trusted later."""
    now_ns = time.time_ns()
    return stamps if stamps and all(now_ns - changed_ns > SETTLED_NS for _, changed_ns in stamps) else None
