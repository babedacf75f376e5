"""What is compiled is compared with its equal in numpy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from pipeline import kernels

needs_compiled = pytest.mark.skipif(kernels.compiled is None, reason="there was no C compiler: nothing to compare")


@contextmanager
def numpy_alone() -> Iterator[None]:
    """Leave what is compiled unused."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernels, "compiled", None)
        yield


def both(work: Callable[[], Any]) -> tuple[Any, Any]:
    """Return what is made by compiled loops, and what by numpy."""
    quick = work()
    with numpy_alone():
        return quick, work()
