"""Keeps a C library's chatter off the terminal."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_LOCK = threading.Lock()


@contextmanager
def quiet_stderr() -> Iterator[None]:
    """Send what is written to standard error below Python to nowhere, for milliseconds.

    mpg123 within libsndfile prints a line for every odd MP3 frame, through progress bars and into logs, and has no
    switch. The descriptor belongs to the whole process, so this is used for MP3 alone, by one thread at a time.
    """
    with _LOCK:
        try:
            kept = os.dup(2)
        except OSError:  # a service without standard error: nothing to keep quiet
            yield
            return
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, 2)
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            os.close(nowhere)
