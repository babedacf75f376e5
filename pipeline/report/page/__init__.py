"""``report.html``: one page that shows and plays what became of every sample."""

from __future__ import annotations

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from pipeline.report.page.render import get_ready
    from pipeline.report.page.write import REPORT, write_report

__getattr__, __dir__, _ = lazy_loader.attach(
    __name__, submod_attrs={"render": ["get_ready"], "write": ["REPORT", "write_report"]}
)

__all__ = ["REPORT", "get_ready", "write_report"]
