"""What people write in a field, turned into what is kept. Each refusal completes the sentence "gender: ..."."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from pipeline.errors import UsageError

Wish = bool | Literal["auto"]
"""Whether the service is to enhance the recording; ``auto`` leaves it to what was measured."""

_WISHES: dict[str, Wish] = {"true": True, "on": True, "false": False, "off": False, "auto": "auto"}


def parse_wish(text: object) -> Wish:
    """Return what is wished of ``enhance_audio``. Raises UsageError for anything but true, false and auto."""
    word = str(text).strip().casefold()
    if word not in _WISHES:
        raise UsageError(f"it must be true, false or auto, not {text!r}")
    return _WISHES[word]


def parse_age(text: object) -> int:
    """Return an age in years. Raises UsageError for anything but a whole number from 1 on."""
    digits = "" if isinstance(text, bool | float) else str(text).strip()
    if not re.fullmatch(r"[0-9]{1,9}", digits) or int(digits) < 1:
        raise UsageError(f"it must be a whole number of years, 1 or more, not {text!r}")
    return int(digits)


def parse_line(text: object) -> str:
    """Return a line of text without its outer blanks. Raises UsageError if it is empty or holds control characters."""
    line = parse_text(text)
    if any(unicodedata.category(char) == "Cc" for char in line):
        raise UsageError(f"it holds a line break or another control character: {line!r}")
    return line


def parse_text(text: object) -> str:
    """Return text, which may have several lines. Raises UsageError if there is none or it is not Unicode."""
    if not isinstance(text, str):
        raise UsageError(f"it must be text, not {text!r}")
    if not text.strip():
        raise UsageError("it is empty")
    if any(unicodedata.category(char) in {"Cc", "Cs"} and char not in "\t\r\n" for char in text):
        raise UsageError(f"it holds characters that cannot be sent: {text!r}")
    return text.strip()
