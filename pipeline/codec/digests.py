"""Digests of files and of groups of files: what tells a later run that nothing changed."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from typing import cast

from pipeline.places import Place


def file_digest(file: Place) -> str | None:
    """Return the SHA-256 of a file's bytes; None where they cannot be read."""
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(cast("io.BufferedReader", opened), "sha256").hexdigest()
    except OSError:
        return None


def group_digest(digests: Sequence[str | None]) -> str:
    """Return the digest of a group of files: of their digests, in order; what cannot be read counts as none."""
    return hashlib.sha256("\n".join(digest or "-" for digest in digests).encode()).hexdigest()
