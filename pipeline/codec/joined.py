"""Streams joined end to end, as ``cat`` joins them and recorders that begin a new file: libsndfile reads the first.

It takes the length that an MP3 announces in its first frame for all there is, and of a chained Ogg file (RFC 3533,
section 4) the first link. ffmpeg reads all of either.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from pipeline.codec.mpeg import find_mp3, mp3_frame, tag_bytes

_INFO_WITHIN_BYTES = 64
"""The mark stands after a frame's header and side information: 13 to 36 bytes."""

_SEARCH_BYTES = 1 << 15
"""What is looked through for frames after the announced end."""

_BYTES_TOLD = 2
_PAGE_HEAD_BYTES, _FIRST_PAGE = 27, 2


def is_joined_mp3(file: BinaryIO) -> bool:
    """Say whether frames go on after as many bytes as the first frame announces (the "Xing" or "Info" header).

    Parameters
    ----------
    file : binary file
        That can be sought in. False where nothing is announced.
    """
    start = 0
    while (skipped := tag_bytes(_at(file, start, 10))) > 0:
        start += skipped
    announced = _announced_bytes(_at(file, start, _INFO_WITHIN_BYTES + 16))
    if not announced:
        return False
    end = start + announced
    while (skipped := tag_bytes(_at(file, end, 10))) > 0:
        end += skipped
    return find_mp3(_at(file, end, _SEARCH_BYTES))


def _announced_bytes(frame: bytes) -> int:
    """Return the length that the stream's first frame announces, itself included; 0 where it says none."""
    if mp3_frame(frame) is None:
        return 0
    at = max(frame.find(mark, 0, _INFO_WITHIN_BYTES) for mark in (b"Xing", b"Info"))
    if at < 0:
        return 0
    told = int.from_bytes(frame[at + 4 : at + 8], "big")
    field = at + 12 if told & 1 else at + 8  # the number of frames comes first, where it is told
    return int.from_bytes(frame[field : field + 4], "big") if told & _BYTES_TOLD else 0


def is_chained_ogg(file: BinaryIO) -> bool:
    """Say whether a stream begins after pages of another: those that are heard together all begin first.

    Parameters
    ----------
    file : binary file
        That can be sought in. Its pages are gone through to the end, or to where they break off.
    """
    begun = False
    for is_first in _pages(file):
        if is_first and begun:
            return True
        begun = begun or not is_first
    return False


def _pages(file: BinaryIO) -> Iterator[bool]:
    """Yield of each page (RFC 3533, section 6) whether it is a stream's first."""
    at = 0
    while len(head := _at(file, at, _PAGE_HEAD_BYTES)) == _PAGE_HEAD_BYTES and head.startswith(b"OggS\x00"):
        yield bool(head[5] & _FIRST_PAGE)
        segments = file.read(head[26])
        at += _PAGE_HEAD_BYTES + len(segments) + sum(segments)


def _at(file: BinaryIO, start: int, size: int) -> bytes:
    file.seek(start)
    return file.read(size)
