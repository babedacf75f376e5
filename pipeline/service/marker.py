"""The marker at the end of a description: what our own voices are recognised by when an answer was lost."""

from __future__ import annotations

import re

_MARKER = re.compile(r"\[voiceprep:([0-9a-f]{16})\]")


def marker_of(key: str) -> str:
    """Return the marker of an item's key: its first 64 bits, so that two of a million items share one by 1 in 10^7."""
    return key[:16]


def marked(description: str | None, marker: str) -> str:
    """Return a description with its marker behind it."""
    text = f"[voiceprep:{marker}]"
    return f"{description} {text}" if description else text


def find_marker(description: str | None) -> str | None:
    """Return the marker that a description ends with, wherever a service put it; None where there is none."""
    found = _MARKER.findall(description or "")
    return found[-1] if found else None
