"""Which files to work on, and what each is called in the records."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath

from pipeline.codec.digests import file_digest, group_digest
from pipeline.errors import UsageError
from pipeline.places import Place, is_stored, list_anew, place

_SUFFIXES = """
    .3ga .3gp .aac .ac3 .adts .aif .aifc .aiff .amr .ape .au .bwf .caf .dff .dsf .eac3 .flac .latm .m4a .m4b .m4r
    .mka .mkv .mov .mp2 .mp3 .mp4 .mpc .mpga .oga .ofr .ogg .opus .rf64 .snd .spx .tak .tta .voc .w64 .wav .wave
    .weba .webm .wma .wv
"""

AUDIO_SUFFIXES = frozenset(_SUFFIXES.split())
"""Suffixes that a folder is searched for, in any case. A file that is named itself may have any suffix."""

COMMON_SUFFIXES = (".wav", ".flac", ".mp3", ".m4a", ".aac", ".ogg", ".opus", ".wma", ".mp4", ".webm")
"""Those that people know."""

RESULTS_MARK = ".journal.jsonl"
"""A folder that holds this was written by an earlier run."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to work on, and its name: its path relative to the INPUT it was found under, with forward slashes."""

    file: Place
    name: str

    @property
    def files(self) -> tuple[Place, ...]:
        """What it is made of."""
        return (self.file,)

    @property
    def size_bytes(self) -> int:
        """How large it is; 0 where it cannot be told."""
        with contextlib.suppress(OSError):
            return self.file.stat().st_size
        return 0

    def digest(self) -> str | None:
        """Return the SHA-256 of its bytes; None where they cannot be read."""
        return file_digest(self.file)


@dataclass(frozen=True, slots=True)
class SourceGroup:
    """Files of one speaker that become one sample, and what it is called."""

    name: str
    members: tuple[SourceFile, ...]

    @property
    def files(self) -> tuple[Place, ...]:
        """What it is made of."""
        return tuple(member.file for member in self.members)

    @property
    def size_bytes(self) -> int:
        """How large they are together."""
        return sum(member.size_bytes for member in self.members)

    def digest(self) -> str | None:
        """Return the digest of its members' digests, as `pipeline.selection.assemble.assemble` gives it."""
        return group_digest([member.digest() for member in self.members])


Work = SourceFile | SourceGroup
"""What becomes one record."""

Grouping = Callable[[Sequence[SourceFile]], Sequence[Work]]
"""From the files that were found to what is worked on."""


def together(sources: Sequence[SourceFile], group_of: Mapping[str, str]) -> list[Work]:
    """Return the sources with those that have a group put together, each group where its first member stood.

    Parameters
    ----------
    sources : sequence of SourceFile
    group_of : mapping
        Name of a source to the name of its group.
    """
    members: dict[str, list[SourceFile]] = {}
    for source in sources:
        if source.name in group_of:
            members.setdefault(group_of[source.name], []).append(source)
    taken = {source.name.casefold() for source in sources if source.name not in group_of}
    work: list[Work] = []
    for source in sources:
        group = group_of.get(source.name)
        if group is None:
            work.append(source)
        elif members[group][0] is source:
            name = f"{group} (together)" if group.casefold() in taken else group
            work.append(SourceGroup(name, tuple(members[group])))
    return work


def safe_name(name: str) -> str:
    """Return a name that somebody wrote as one that a file can have: no folders, none that is hidden."""
    plain = "".join("_" if char in '/\\:*?"<>|' or not char.isprintable() else char for char in name)
    return plain.strip(" .")[:100] or "voice"


def folders(sources: Sequence[SourceFile]) -> dict[str, str]:
    """Return the folder of each source as the name of a group: relative to the INPUT, or what that is called."""
    named: dict[str, str] = {}
    taken: dict[str, Place] = {}
    for source in sources:
        parent = PurePosixPath(source.name).parent.as_posix()
        here = _real(source.file.parent)
        name, number = (here.name or "root") if parent == "." else parent, 2
        unique = name
        while taken.setdefault(unique.casefold(), here) != here:  # another folder of this name
            unique, number = f"{name}.{number}", number + 1
        named[source.name] = unique
    return named


def find_sources(inputs: Sequence[str | Place], skip: Place | None = None) -> list[SourceFile]:
    """Return every sound file under the inputs, folders searched to the bottom, in order of name.

    Parameters
    ----------
    inputs : sequence of path
        Files and folders, here or in a store (``s3://bucket/takes``).
    skip : path, optional
        A folder to leave out: the output, where it lies within an input.

    Raises
    ------
    UsageError
        If an input does not exist or cannot be reached, no sound file is found at all, or a store has one whose name
        leads out of the folder.

    Notes
    -----
    The same file given twice, under whatever paths, is worked on once, as it was found first. Two files that would get
    one name (from two inputs) are told apart by the names of their inputs, so no result overwrites another. Links to
    folders are not followed.
    """
    places = [place(entry) for entry in inputs]
    for entry in places:
        list_anew(entry) if is_stored(entry) else None
    missing = [str(entry) for entry in places if not entry.exists()]
    if missing:
        raise UsageError(f"There is no {' and no '.join(missing)}: check the path.")
    found: dict[Place, tuple[Place, Place, str]] = {}
    for entry in places:
        for file in _files(entry, skip):
            name = _printable_bytes(file.name if entry == file else _below(entry, file))
            found.setdefault(_real(file), (entry, file.absolute(), name))
    if not found:
        where = ", ".join(map(str, inputs))
        raise UsageError(f"No sound files in {where}: looked for {' '.join(COMMON_SUFFIXES)} and others.")
    return _named_apart(list(found.values()))


def _files(entry: Place, skip: Place | None) -> Iterator[Place]:
    if not entry.is_dir():
        yield entry
        return
    left_out = None if skip is None else _real(skip)
    for here, folders, names in _walk(entry):
        if RESULTS_MARK in names:  # what an earlier run wrote is no new take
            folders[:] = [name for name in folders if here == entry and name not in {"clips", "rejected", "report"}]
            names[:] = names if here == entry else []
        folders[:] = sorted(name for name in folders if left_out is None or _real(here / name) != left_out)
        for name in sorted(names):
            if Path(name).suffix.lower() in AUDIO_SUFFIXES and not name.startswith("._"):  # macOS resource forks
                yield here / name


def _walk(entry: Place) -> Iterator[tuple[Place, list[str], list[str]]]:
    """Walk as `os.walk` does: what is taken out of the folders is not gone into."""
    if is_stored(entry):
        yield from entry.walk()
        return
    for folder, folders, names in os.walk(entry):
        yield Path(folder), folders, names


def _below(entry: Place, file: Place) -> str:
    if not is_stored(file) and not is_stored(entry):
        return file.relative_to(entry).as_posix()
    name = file.as_posix().removeprefix(entry.as_posix().rstrip("/")).lstrip("/")
    if not stays_inside(name):
        raise UsageError(f"{entry} holds an object named {name!r}, which leads out of any folder: rename it.")
    return name


def stays_inside(name: str) -> bool:
    """Return whether what is written under a name lies in the folder that it is written to.

    Examples
    --------
    >>> [stays_inside(name) for name in ("mia/take..wav", "mia/../../take.wav", "/take.wav", "")]
    [True, False, False, False]
    """
    here = PurePath(name)  # on Windows, more than / divides names
    return not {"", ".", ".."} & {*name.split("/"), *here.parts} and not here.anchor


def _printable_bytes(name: str) -> str:
    """Return the name with bytes that are no UTF-8 written out, so that it can stand in a record."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _real(where: Place) -> Place:
    """Return the one path of what may be reached by several: without links, nor ways up and down again."""
    return where.absolute() if is_stored(where) else where.resolve()


def _named_apart(found: Sequence[tuple[Place, Place, str]]) -> list[SourceFile]:
    taken: dict[str, int] = {}
    for _, _, name in found:
        taken[name.casefold()] = taken.get(name.casefold(), 0) + 1
    used: set[str] = set()
    sources = []
    for entry, file, name in found:
        apart = f"{_label(entry)}/{name}" if taken[name.casefold()] > 1 else name
        unique, number = apart, 2
        while unique.casefold() in used:  # some file systems do not tell A from a
            unique, number = f"{apart}.{number}", number + 1
        used.add(unique.casefold())
        sources.append(SourceFile(file, unique))
    return sources


def _label(entry: Place) -> str:
    folder = entry if entry.is_dir() else entry.parent
    return _real(folder).name or "root"
