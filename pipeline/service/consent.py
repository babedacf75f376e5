"""Consent: a text, or a file that shows it, of which the ledger keeps the digest."""

from __future__ import annotations

import hashlib
from pathlib import Path

from pipeline.errors import UsageError
from pipeline.service.parsing import parse_text

FILE = "file:"


def parse_consent(text: object, folder: Path | None = None) -> str:
    """Return what the ledger keeps of a consent.

    Parameters
    ----------
    text : str
        Who agreed, when and how; or ``file:PATH`` of a recording, scan or letter, of which the digest is kept.
    folder : Path, optional
        Where a path starts, the working directory unless given.

    Raises
    ------
    UsageError
        If there is no text, or no such file. It completes the sentence "consent: ...".
    """
    said = parse_text(text)
    if not said.casefold().startswith(FILE) or " (sha256 " in said:
        return said
    name = said[len(FILE) :].strip()
    try:
        with ((folder or Path()) / name).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            size_bytes = file.tell()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is no path"
        raise UsageError(f"the file {name!r} that is to show it cannot be read ({why})") from error
    if not size_bytes:
        raise UsageError(f"the file {name!r} that is to show it has nothing in it")
    return f"{FILE}{name} (sha256 {digest}, {size_bytes} bytes)"
