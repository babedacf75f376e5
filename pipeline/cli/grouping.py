"""What becomes one sample: each take, the clips of a folder, or what a manifest calls one voice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.places import Place
    from pipeline.sources import Grouping, SourceFile, Work


class Per(StrEnum):
    """What one sample is made of."""

    AUTO = "auto"
    TAKE = "take"
    FOLDER = "folder"


def together_by_voice(manifest: Path | None) -> Grouping | None:
    """Return the grouping by a manifest's column ``voice``; None without a manifest."""
    if manifest is None:
        return None

    def group(sources: Sequence[SourceFile]) -> list[Work]:
        from pipeline.service.groups import voice_groups
        from pipeline.sources import together

        return together(sources, voice_groups(manifest, [source.name for source in sources]))

    return group


def together_by_folder(per: Per, least_s: float) -> Grouping | None:
    """Return the grouping of takes by their folders; None where each stands alone.

    Parameters
    ----------
    per : Per
        ``auto``: the takes of a folder that are too short to be a sample, if there are several.
    least_s : float
        Shorter takes are too short.
    """
    if per is Per.TAKE:
        return None

    def group(sources: Sequence[SourceFile]) -> list[Work]:
        from pipeline.sources import folders, together

        folder_of = folders(sources)
        lengths_s = {source.name: 1.0 if per is Per.FOLDER else _length_s(source.file) for source in sources}
        short = [name for name, length_s in lengths_s.items() if length_s < least_s]
        sizes = Counter(
            folder_of[name] for name in short if lengths_s[name] > 0.0
        )  # what cannot be read makes no group
        return together(sources, {name: folder_of[name] for name in short if sizes[folder_of[name]] > 1})

    return group


def _length_s(file: Place) -> float:
    from pipeline.codec.length import rough_length_s
    from pipeline.codec.limits import MAX_BYTES
    from pipeline.errors import DecodeError
    from pipeline.places import at_hand

    try:
        with at_hand(file, MAX_BYTES) as here:
            return rough_length_s(here)
    except DecodeError:
        return 0.0
