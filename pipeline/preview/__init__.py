"""What the report shows of a sample beside its record: pictures and sound, before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from pipeline.preview.came import Came
    from pipeline.preview.files import FOLDER
    from pipeline.preview.keeping import Preview, keep_preview, read_preview
    from pipeline.preview.picture import Picture, draw

__getattr__, __dir__, _ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "came": ["Came"],
        "files": ["FOLDER"],
        "keeping": ["Preview", "keep_preview", "read_preview"],
        "picture": ["Picture", "draw"],
    },
)

__all__ = ["FOLDER", "Came", "Picture", "Preview", "draw", "keep_preview", "read_preview"]
