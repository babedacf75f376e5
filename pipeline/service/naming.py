"""Voices without a manifest: each sample becomes a voice that has the file's name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath

from pipeline.errors import MistakesError
from pipeline.service.defaults import Defaults
from pipeline.service.voice import Voice

_SAID_BY = {"gender": "--gender", "consent": "--consent"}


def voices_without_manifest(paths: Sequence[str], defaults: Defaults) -> dict[str, Voice]:
    """Return a voice for each record's path.

    Parameters
    ----------
    paths : sequence of str
        Of the records.
    defaults : Defaults
        Who speaks, and the consent.

    Raises
    ------
    MistakesError
        If gender or consent is missing, or a file's name cannot be a voice's; all of them at once.
    """
    said = defaults.said()
    mistakes = [f"{option} is missing" for field, option in _SAID_BY.items() if field not in said]
    if mistakes:
        raise MistakesError("An upload without --manifest", mistakes)
    voices = {}
    for path, name in zip(paths, _names(paths), strict=True):
        try:
            voices[path] = Voice(name=name, **said)
        except MistakesError as error:
            mistakes += [f"{path!r}: {mistake}" for mistake in error.mistakes]
    if mistakes:
        raise MistakesError("An upload without --manifest", mistakes)
    return voices


def _names(paths: Sequence[str]) -> list[str]:
    """Return stems; where several samples share one, with the folder; where they still do, the whole path."""
    stems = [PurePosixPath(path).stem for path in paths]
    longer = [PurePosixPath(path).with_suffix("").as_posix() for path in paths]
    seen = Counter(name.casefold() for name in stems)
    seen_longer = Counter(name.casefold() for name in longer)
    named = []
    for path, stem, long in zip(paths, stems, longer, strict=True):
        apart = long if seen_longer[long.casefold()] == 1 else path
        named.append(stem if seen[stem.casefold()] == 1 else apart)
    return named
