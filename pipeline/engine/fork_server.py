"""What the server does from which workers part, when it imports this: it says nothing on standard output.

That belongs to the command, whose output may be one JSON document; and who reads it through a pipe would wait until the
server, too, has ended: a fifth of a second later.
"""

from __future__ import annotations

import os
import sys

if any("multiprocessing.forkserver" in argument for argument in sys.orig_argv):
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
