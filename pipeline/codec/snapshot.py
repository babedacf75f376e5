"""The private copy that is hashed and decoded: whatever happens to the source meanwhile, both see the same bytes."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from pipeline.codec.joined import is_chained_ogg, is_joined_mp3
from pipeline.codec.limits import MAX_BYTES
from pipeline.codec.mpeg import tag_bytes
from pipeline.codec.refuse import refusal
from pipeline.codec.sniff import HEAD_BYTES, Container, sniff
from pipeline.errors import DecodeError, TooLong, UnreadError, UnsupportedFormat

_BLOCK_BYTES = 1 << 20
_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A copy of a source in a private folder, under a neutral name, and what it is."""

    file: Path
    sha256: str
    bytes: int
    container: Container


@contextmanager
def snapshot(path: Path) -> Iterator[Snapshot]:
    """Copy a source for decoding; the copy goes when the block is left.

    The source is opened once; nothing is copied before its start looks like sound. Its name never reaches a
    decoder, so a leading dash, a colon, a newline or 255 bytes mean nothing; beside the copy lies no other file
    that a playlist could name.

    Parameters
    ----------
    path : Path
        A regular file, or a link to one: a person may keep links to recordings, and nothing but sound comes out.
        A folder, FIFO or device is refused, and so is all of ``/proc``, whose files have no length.

    Raises
    ------
    UnsupportedFormat
        If it is no sound that is taken.
    TooLong
        If it is larger than `MAX_BYTES`.
    DecodeError
        If it cannot be opened, is no regular file, or there is no room for the copy.
    """
    with _opened(path) as source:
        container = _container(source)
        with _private_folder() as folder:
            copy = folder / "input"
            digest, size = _copied(source, copy)
            yield Snapshot(copy, digest, size, container)


@contextmanager
def _private_folder() -> Iterator[Path]:
    try:
        folder = tempfile.TemporaryDirectory(prefix="voiceprep-", ignore_cleanup_errors=True)
    except OSError as error:
        raise _no_room(error) from error
    with folder as name:
        yield Path(name).resolve()


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # before opening: to open a FIFO waits, a device may act on it
            raise UnsupportedFormat("This is a folder, pipe or device and no file: give a recording.")
        source = os.fdopen(os.open(path, _FLAGS), "rb")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "its name cannot be used"
        raise UnreadError(f"The file could not be opened ({reason}): check that it is there and readable.") from error
    with source:
        if not stat.S_ISREG(os.fstat(source.fileno()).st_mode):  # swapped in between
            raise UnsupportedFormat("This is a folder, pipe or device and no file: give a recording.")
        yield source


def _container(source: BinaryIO) -> Container:
    size = os.fstat(source.fileno()).st_size
    if size == 0:
        raise UnsupportedFormat("The file is empty: copy or record it again.")
    if size > MAX_BYTES:
        raise TooLong(f"The file is larger than {MAX_BYTES >> 30} GiB: cut the best minutes out of it.")
    head, start = _read_at(source, 0), 0
    while (skipped := tag_bytes(head)) > 0 and start < size:
        start += skipped
        head = _read_at(source, start)
    container = sniff(head)
    if container is None:
        raise refusal(head, tagged=start > 0)
    return replace(container, in_process=False) if _is_joined(source, container) else container


def _is_joined(source: BinaryIO, container: Container) -> bool:
    """Say whether sound follows that libsndfile would leave out."""
    looks = {"mp3": is_joined_mp3, "ogg": is_chained_ogg}
    try:
        return container.name in looks and looks[container.name](source)
    except OSError as error:
        raise _unreadable(error) from error


def _read_at(source: BinaryIO, start: int) -> bytes:
    try:
        source.seek(start)
        return source.read(HEAD_BYTES)
    except OSError as error:
        raise _unreadable(error) from error


def _unreadable(error: OSError) -> DecodeError:
    return UnreadError(f"The file could not be read ({error.strerror}): check the disk it is on.")


def _copied(source: BinaryIO, copy: Path) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    try:
        source.seek(0)
        with copy.open("xb") as target:
            while size <= MAX_BYTES and (block := source.read(_BLOCK_BYTES)):
                digest.update(block)
                size += target.write(block)
    except OSError as error:
        raise _no_room(error) from error
    return digest.hexdigest(), size


def _no_room(error: OSError) -> DecodeError:
    return UnreadError(f"The file could not be copied for decoding ({error.strerror}): free the temporary folder.")
