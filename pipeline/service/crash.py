"""Named points of an upload at which a test ends the process as a power cut would: nothing is tidied up.

``VOICEPREP_CRASH_AT=POINT`` or ``POINT:N`` (the N-th time that it is reached). Without it a point costs a look at the
environment.
"""

from __future__ import annotations

import os
import signal
from collections import Counter

CRASH_AT = "VOICEPREP_CRASH_AT"

POINTS = (
    "scanned",  # a sample was planned
    "prepared",  # what is to be sent is in the ledger
    "intent-unwritten",  # the intent to send is written, and not on the disk
    "intent-written",  # it is on the disk, and no socket is open
    "connected",  # the socket is open
    "body-half",  # some of the clip has left
    "body-held",  # all of the clip has left, and not the request's last bytes
    "body-sent",  # the whole request has left
    "replied",  # the answer is here, and not written
    "done-unwritten",  # it is written, and not on the disk
    "done-written",  # it is on the disk
    "reconciling",  # a voice whose answer was lost is looked for
    "reporting",  # a receipt is told
    "recording",  # the receipts go into the records
)

_reached: Counter[str] = Counter()


def reached(point: str) -> None:
    """End the process here, if the environment asks for it."""
    wanted = os.environ.get(CRASH_AT)
    if not wanted:
        return
    name, _, number = wanted.partition(":")
    if name != point:
        return
    _reached[point] += 1
    if _reached[point] == int(number or 1):
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
