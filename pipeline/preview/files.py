"""Where previews lie in an output folder: known without what draws them."""

from __future__ import annotations

from pathlib import Path

FOLDER = "report"


def preview_name(name: str) -> str:
    """Return where the preview of a sample lies, relative to the output folder: the last that is written of it."""
    return f"{FOLDER}/{name}.json"


def sound_file(out: Path, name: str, side: str) -> Path:
    """Return where the sound of a side lies: ``before`` or ``after``."""
    return out / FOLDER / f"{name}.{side}.flac"
