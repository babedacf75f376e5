"""Places: where files lie, on this machine or in a store that fsspec reaches: ``s3://``, ``gs://``, ``memory://``.

A store has no renaming and no appending, but puts an object whole or not at all. So what is read of it is fetched
first, and what is written to it is written here first; in between, everything works on files.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TypeAlias

from pipeline.errors import DecodeError, EncodeError, TooLong, UsageError, VoiceprepError

if TYPE_CHECKING:
    from typing_extensions import TypeIs
    from upath import UPath

Place: TypeAlias = "Path | UPath"

Version = tuple[int, int]
"""Bytes, and nanoseconds since the epoch at the last change; in a store, a number that stands for the version."""

IN_ONE_PROCESS = frozenset({"memory"})
"""Schemes whose files other processes do not see."""

VERSION_KEYS = ("ETag", "etag", "generation", "md5Hash")
"""What a store calls an object's version, in a listing and when asked for the object alone: the rest differs."""

AT_ONCE = 16
"""Objects that are fetched at once: an answer takes tens of milliseconds, whatever its size."""


def place(text: str | Place) -> Place:
    """Return the place that a text names: a path, or with a scheme (``s3://bucket/takes``) one in a store.

    Raises
    ------
    UsageError
        If nothing here reaches such a store.

    Examples
    --------
    >>> place("takes/mia.wav").name, place("memory://takes/mia.wav").name
    ('mia.wav', 'mia.wav')
    """
    if not isinstance(text, str) or "://" not in text:
        return Path(text) if isinstance(text, str) else text
    from upath import UPath

    with _said(UsageError, text, "cannot be used"):
        stored = UPath(text)
        return Path(stored.path) if stored.protocol in {"file", "local"} else _reached(stored)


def _reached(stored: UPath) -> UPath:
    _ = stored.fs  # imports what the scheme needs
    return stored


def is_stored(where: Place) -> TypeIs[UPath]:
    """Return whether a place lies in a store."""
    return not isinstance(where, Path)


def is_in_one_process(where: Place) -> bool:
    """Return whether other processes do not see what lies at a place."""
    return is_stored(where) and where.protocol in IN_ONE_PROCESS


def list_anew(where: UPath) -> None:
    """Ask the store what lies under a place, at once: what is asked of each file afterwards is known."""
    with _said(UsageError, where, "cannot be listed"):
        _forget(where)
        where.fs.find(where.path)


def _forget(where: UPath) -> None:
    """Forget what was listed of a place and below it, and not of all: the inputs were listed a moment ago."""
    where.fs.invalidate_cache(where.path)
    below = where.path.rstrip("/") + "/"
    for listed in [path for path in where.fs.dircache if path.startswith(below)]:
        where.fs.dircache.pop(listed, None)


def version(file: Place) -> Version | None:
    """Return what changes when a file is changed; None where it cannot be had."""
    try:
        if is_stored(file):
            about = file.fs.info(file.path)
            told = next((about[key] for key in VERSION_KEYS if about.get(key)), None) or file.fs.ukey(file.path)
            return int(about["size"]), int.from_bytes(hashlib.sha256(str(told).encode()).digest()[:7], "big")
        status = file.stat()
    except Exception:  # noqa: BLE001 - each store has errors of its own, and all mean: not to be had
        return None
    return status.st_size, status.st_mtime_ns


def version_now(file: UPath) -> Version | None:
    """Return the version that the store has by now, whatever was listed before."""
    with contextlib.suppress(Exception):  # as above: what cannot be forgotten is asked as it is
        file.fs.invalidate_cache(file.path)
    return version(file)


@contextmanager
def at_hand(file: str | Place, most_bytes: int) -> Iterator[Path]:
    """Give a file to read: itself, or what was fetched of a store, until the end of the block.

    Raises
    ------
    TooLong
        If it would have to be fetched and is larger than `most_bytes`.
    DecodeError
        If it cannot be fetched.
    """
    here = place(file)
    if not is_stored(here):
        yield here
        return
    with TemporaryDirectory(prefix="voiceprep-") as folder:
        copy = Path(folder) / (here.name or "recording")
        with _said(DecodeError, here, "could not be fetched"):
            if here.stat().st_size > most_bytes:
                raise TooLong(f"The file is larger than {most_bytes >> 30} GiB: cut the best minutes out of it.")
            here.fs.get_file(here.path, str(copy))
        yield copy


@contextmanager
def handed_over(out: str | Place) -> Iterator[Path]:
    """Give a folder to write to: itself, or an empty one that is put into the store after the block."""
    there = place(out)
    if not is_stored(there):
        yield there
        return
    with TemporaryDirectory(prefix="voiceprep-") as folder:
        yield Path(folder)
        put(Path(folder), there, (file for file in Path(folder).rglob("*") if file.is_file()))


def read_if_there(file: UPath) -> bytes:
    """Return what an object holds; nothing where there is none. Raises UsageError."""
    with _said(UsageError, file, "could not be read"):
        return file.read_bytes() if file.is_file() else b""


def put(folder: Path, out: UPath, files: Iterable[Path]) -> None:
    """Put files of a folder into a store, each under the name that it has in the folder. Raises EncodeError."""
    for file in files:
        there = out / file.relative_to(folder).as_posix()
        with _said(EncodeError, there, "could not be written"):
            there.parent.mkdir(parents=True, exist_ok=True)
            there.fs.put_file(str(file), there.path)


@contextmanager
def copied(out: Place, wanted: Callable[[str], bool]) -> Iterator[Path]:
    """Give a folder to read: itself, or of one in a store a copy, in which files that are not wanted are empty."""
    if not is_stored(out):
        yield out
        return
    with TemporaryDirectory(prefix="voiceprep-") as folder:
        with _said(UsageError, out, "could not be fetched"):
            _copy(out, Path(folder), wanted)
        yield Path(folder)


def _copy(out: UPath, folder: Path, wanted: Callable[[str], bool]) -> None:
    _forget(out)
    root = out.path.rstrip("/")
    names = [path.removeprefix(root).lstrip("/") for path in out.fs.find(root)]
    for name in names:
        if not (folder / name).resolve().is_relative_to(folder.resolve()):
            raise UsageError(f"{out} holds an object whose name leads elsewhere: {name!r}.")
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        fetched = [
            threads.submit(out.fs.get_file, f"{root}/{name}", str(folder / name)) for name in filter(wanted, names)
        ]
        for future in fetched:
            future.result()


@contextmanager
def _said(kind: type[VoiceprepError], where: object, what: str) -> Iterator[None]:
    """Translate the errors of stores, of which each has its own, into a sentence."""
    try:
        yield
    except VoiceprepError:
        raise
    except ImportError as error:
        text = f"{where} {what}: {error}. Try: pip install 'voiceprep[stores]'."
        raise UsageError(text) from error
    except Exception as error:
        text = f"{where} {what}: {_reason(error)}."
        raise kind(text) from error


def _reason(error: Exception) -> str:
    with contextlib.suppress(AttributeError, IndexError):
        return str(error).strip().splitlines()[0].rstrip(".")
    return type(error).__name__
