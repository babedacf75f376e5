"""How much sound a file announces where libsndfile does not tell: it corrects the number to what is there.

That tells a cut file from a short one.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO, Literal

_STREAMED = 0x7FFF0000
"""Sizes from here on stand for "not known yet": programs that write to a pipe put 2 or 4 GiB, or 0."""

_MOST_CHUNKS = 1000
_PAGE_SEARCH_BYTES = 1 << 17
"""Two of the largest Ogg pages."""

_FIRST_PAGE_S = 2.0
"""Encoders close a page every second or so; a first page that ends later began later."""


def announced_s(file: Path, there_s: float, granules_hz: int) -> float:
    """Return the length that a file announces.

    Parameters
    ----------
    file : Path
    there_s : float
        What a decoder says it holds, the answer where nothing more is known.
    granules_hz : int
        What an Ogg stream counts in: its sample rate, 48000 for Opus.
    """
    with file.open("rb") as source:
        head = source.read(12)
        if head[:4] == b"RIFF":
            return there_s / (1.0 - _missing_ratio(source, b"data", "little"))
        if head[:4] == b"FORM":
            return there_s / (1.0 - _missing_ratio(source, b"SSND", "big"))
        return max(there_s, _granules_s(source, granules_hz)) if head[:4] == b"OggS" else there_s


def _missing_ratio(source: BinaryIO, wanted: bytes, order: Literal["little", "big"]) -> float:
    """Return the share of the sound chunk's announced bytes that are not in the file."""
    for _ in range(_MOST_CHUNKS):
        header = source.read(8)
        if len(header) < 8:
            break
        size = int.from_bytes(header[4:], order)
        if header[:4] == wanted:
            start = source.tell()
            there = source.seek(0, 2) - start
            return 1.0 - there / size if 0 < there < size < _STREAMED else 0.0
        source.seek(size + size % 2, 1)
    return 0.0


def _granules_s(source: BinaryIO, granules_hz: int) -> float:
    """Return the last position in an Ogg file (RFC 3533, section 6) in seconds.

    A piece cut out of a live stream does not begin at 0: then the first position is taken off.
    """
    source.seek(0)
    first = [page for page in _pages(source.read(_PAGE_SEARCH_BYTES)) if page[1] > 0]
    source.seek(max(0, source.seek(0, 2) - _PAGE_SEARCH_BYTES))
    last = [page for page in _pages(source.read()) if page[1] > 0]
    if not first or not last or first[0][0] != last[-1][0]:  # chained or several streams: nothing can be said
        return 0.0
    start = first[0][1] if first[0][1] > _FIRST_PAGE_S * granules_hz else 0
    return (last[-1][1] - start) / granules_hz


def _pages(data: bytes) -> list[tuple[bytes, int]]:
    """Return serial number and position of each page."""
    pages = []
    at = data.find(b"OggS\x00")
    while 0 <= at <= len(data) - 27:
        pages.append((data[at + 14 : at + 18], int.from_bytes(data[at + 6 : at + 14], "little", signed=True)))
        at = data.find(b"OggS\x00", at + 27)
    return pages
