"""The clip that is sent: a WAV within the caps, and the very bytes that were graded."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import ChangedClipError, UsageError
from pipeline.service.crash import reached

MAX_CLIP_BYTES = 30_000_000
"""The service publishes no limit, and a refusal by size (413) is definite and costs nothing: this is three minutes of
24-bit sound at 48 kHz, and keeps an hour from being sent by mistake."""

MAX_CLIP_S = 300.0
"""The service's page advises 30 to 60 s and speaks of 2 to 3 minutes of clean audio at most; pauses come on top."""


def clip_mistakes(clip: Path) -> list[str]:
    """Return what keeps a clip from being sent: not there, no WAV, too large, too long."""
    try:
        size_bytes = clip.stat().st_size
        if not clip.is_file():
            return ["it is no file"]
    except OSError as error:
        return [f"it cannot be read ({error.strerror}): prepare the sample again"]
    mistakes = []
    if size_bytes > MAX_CLIP_BYTES:
        mistakes.append(f"it has {size_bytes / 1e6:.1f} MB, over {MAX_CLIP_BYTES / 1e6:.0f} MB: send a shorter part")
    return mistakes + _sound_mistakes(clip)


def _sound_mistakes(clip: Path) -> list[str]:
    import soundfile

    if clip.suffix.lower() != ".wav":
        return ["its name does not end in .wav"]
    try:
        info = soundfile.info(clip)
    except soundfile.LibsndfileError:
        return ["it holds no sound that can be read: prepare the sample again"]
    if info.format not in {"WAV", "WAVEX"}:
        return [f"it is named .wav and holds {info.format}: prepare the sample again"]
    if info.frames > MAX_CLIP_S * info.samplerate:
        return [f"it is {info.frames / info.samplerate:.0f} s long, over {MAX_CLIP_S:.0f} s: send a shorter part"]
    return []


def sha256_of(clip: Path) -> str:
    """Return the digest of a clip's bytes. Raises UsageError if it cannot be read."""
    with _opened(clip) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class ClipStream:
    """A clip on its way, read once: what leaves is compared with what was graded before the request is whole.

    A form ends with a few bytes behind the file. They are held back until the file's end was reached, its digest is the
    one that was graded, and `before_end` has returned; until then no service has a request that it could act on.
    """

    def __init__(self, file: BinaryIO, sha256: str, before_end: Callable[[], None]) -> None:
        self._file, self._sha256, self._before_end = file, sha256, before_end
        self._read, self._pieces = hashlib.sha256(), 0

    def fileno(self) -> int:
        """Return the file's descriptor, which tells its length."""
        return self._file.fileno()

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go back to the start, as is done before it is read."""
        self._read, self._pieces = hashlib.sha256(), 0
        return self._file.seek(offset, whence)

    def read(self, size: int = -1) -> bytes:
        """Return the next piece. Raises ChangedClipError at the end if it is not the clip that was graded."""
        piece = self._file.read(size)
        if piece:
            self._pieces += 1
            if self._pieces == 2:
                reached("body-half")
            self._read.update(piece)
            return piece
        if self._read.hexdigest() != self._sha256:
            raise ChangedClipError(
                "The clip was changed while it was sent: the request was broken off; prepare it again."
            )
        reached("body-held")
        self._before_end()
        return piece


@contextmanager
def opened_clip(clip: Path, sha256: str) -> Iterator[BufferedReader]:
    """Open a clip once, for its digest and for sending, so that what is sent is what was graded.

    Raises
    ------
    UsageError
        If it cannot be read.
    ChangedClipError
        If its bytes are others than those that were graded.
    """
    with _opened(clip) as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            raise ChangedClipError(
                f"The clip {clip.name} was changed after it was graded: it was not sent; prepare it again."
            )
        file.seek(0, os.SEEK_SET)
        yield file


@contextmanager
def _opened(clip: Path) -> Iterator[BufferedReader]:
    try:
        file = clip.open("rb")
    except OSError as error:
        raise UsageError(f"The clip {clip.name} cannot be opened: {error.strerror}. It was not sent.") from error
    with file:
        yield file
