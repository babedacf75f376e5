"""What a file is: the service takes four kinds, named by their suffix and recognised by their first bytes."""

from __future__ import annotations

from pathlib import PurePath

SUFFIXES = (".aac", ".flac", ".mp3", ".wav")


def file_mistake(name: str, content: bytes) -> str | None:
    """Return why a file is not taken, None if it is."""
    suffix = PurePath(name).suffix.lower()
    if suffix not in SUFFIXES:
        return f"Unsupported file type {suffix or 'without a suffix'}; use {', '.join(SUFFIXES)}"
    if not content:
        return "The file is empty"
    return None if suffix in _kinds(content) else f"The content of the file does not match its extension {suffix}"


def _kinds(content: bytes) -> set[str]:
    if content[:4] in {b"RIFF", b"RF64"} and content[8:12] == b"WAVE":
        return {".wav"}
    if content[:4] == b"fLaC":
        return {".flac"}
    if content[:3] == b"ID3":  # a tag that both may carry
        return {".mp3", ".aac"}
    if len(content) > 1 and content[0] == 0xFF and content[1] & 0xE0 == 0xE0:
        return {".aac"} if content[1] & 0xF6 == 0xF0 else {".mp3"}  # ADTS has layer 0, which MPEG audio never has
    return set()
