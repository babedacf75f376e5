"""What the server does from which workers part, when it imports this: it lets go of standard output and error.

They belong to the command, whose output may be one JSON document; and who reads them through a pipe would wait until
the server, too, has ended: a quarter of a second later. What goes wrong in a worker comes back through the pool.
"""

from __future__ import annotations

import os
import sys

if any("multiprocessing.forkserver" in argument for argument in sys.orig_argv):
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
