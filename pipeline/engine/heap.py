"""What a worker's memory allocator keeps from one take to the next."""

from __future__ import annotations

import contextlib
import ctypes

TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3
"""What glibc's ``mallopt`` calls them."""

KEPT_BYTES, OWN_PAGES_BYTES = 64 << 20, 32 << 20
"""So much that is free is not given back, and what is less than so much (glibc's most) comes from there.

As it comes, glibc returns what a step frees to the system, which gives it back page by page, each emptied first: 2050
of them a take of 20 s, 5400 a minute. Kept, it is two, and a take costs 5 to 8 % less; two workers also no longer
wait for one another there. Three minutes of stereo at 48 kHz need 227 instead of 214 MB, short takes no more
(``python -m tests.benchmarks.road``).
"""


def keep_freed_memory() -> None:
    """Keep what is freed, for the next take; nothing happens where the C library is another."""
    with contextlib.suppress(AttributeError, OSError, TypeError):  # no such function, or no such library to ask
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(MMAP_THRESHOLD, OWN_PAGES_BYTES)
        mallopt(TRIM_THRESHOLD, KEPT_BYTES)
