"""What people are told: each finding explained, and how to record.

The two pages beside this file are read as they are: ``findings.md`` has a section a code, ``guide.md`` is the guide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from pipeline.guidance.pages import Explanation, explain, explanations, guide_text, page_text

__getattr__, __dir__, _ = lazy_loader.attach(
    __name__, submod_attrs={"pages": ["Explanation", "explain", "explanations", "guide_text", "page_text"]}
)

__all__ = ["Explanation", "explain", "explanations", "guide_text", "page_text"]
