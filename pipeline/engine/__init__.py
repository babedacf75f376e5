"""From one file to many: the unit of work, the pool, and the folder run over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from pipeline.engine.folder import Engine, Report, check, pending, run
    from pipeline.engine.unit import check_file, process_file

__getattr__, __dir__, _ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "folder": ["Engine", "Report", "check", "pending", "run"],
        "unit": ["check_file", "process_file"],
    },
)

__all__ = ["Engine", "Report", "check", "check_file", "pending", "process_file", "run"]
