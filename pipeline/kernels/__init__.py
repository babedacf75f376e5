"""The innermost loops, compiled where there was a C compiler when voiceprep was installed.

Each has its equal in numpy beside where it is used (`pipeline.dsp`), which says what it computes, is run where nothing
was compiled, and is what the tests compare it with. ``VOICEPREP_KERNELS=numpy`` leaves the compiled ones unused.
"""

from __future__ import annotations

import os
from importlib import import_module
from types import ModuleType


def _found() -> ModuleType | None:
    if os.environ.get("VOICEPREP_KERNELS") == "numpy":
        return None
    try:
        return import_module("pipeline.kernels._compiled")
    except ImportError:
        return None


compiled = _found()
"""The compiled loops, or None: to be looked up at every call, so that a test can do without."""
