"""The service's languages: it takes a number, people write tags. The number comes from the table, never from memory."""

from __future__ import annotations

import csv
import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pipeline.errors import UsageError

SHOWN = 6
"""Candidates that a message lists."""


@dataclass(frozen=True, slots=True)
class Language:
    """A row of ``languages.csv``, which holds what the service's page allows: 1 to 136 and 139 to 150."""

    id: int
    code: str
    name: str


@cache
def languages() -> tuple[Language, ...]:
    """Return every language of the service, in order of id."""
    text = files("pipeline.service").joinpath("languages.csv").read_text(encoding="utf-8")
    return tuple(Language(int(row["id"]), row["code"], row["name"]) for row in csv.DictReader(text.splitlines()))


def parse_language(text: object) -> int:
    """Return the id for an id (``54``) or a tag in any case (``es-ES``, ``ES_es``, or ``ja`` where only one fits).

    Raises
    ------
    UsageError
        If it is unknown, or a bare tag such as ``es`` could mean several. It is never guessed: a wrong
        language spoils the voice in silence.
    """
    if isinstance(text, bool) or not isinstance(text, str | int):
        raise UsageError(f"it must be a tag such as es-ES, or an id such as 54, not {text!r}")
    tag = str(text).strip().replace("_", "-").casefold()
    by_tag = {language.code.casefold(): language for language in languages()}
    if tag in by_tag:
        return by_tag[tag].id
    return _by_id(tag) if re.fullmatch(r"[+-]?[0-9]+", tag) else _by_primary(tag, str(text).strip())


def _by_id(tag: str) -> int:
    for language in languages():
        if str(language.id) == tag:
            return language.id
    raise UsageError(f"the service has no language with the id {tag[:12]}: voiceprep languages lists them")


def _by_primary(tag: str, said: str) -> int:
    fitting = [language for language in languages() if language.code.partition("-")[0] == tag]
    if len(fitting) == 1:
        return fitting[0].id
    if fitting:
        raise UsageError(f"{said} could be {_listed(fitting)}: say which")
    near = difflib.get_close_matches(tag, [language.code.casefold() for language in languages()], n=3)
    close = [language for language in languages() if language.code.casefold() in near]
    hint = f"did you mean {_listed(close)}?" if close else "voiceprep languages lists them"
    raise UsageError(f"the service has no language {said[:40]!r}: {hint}")


def _listed(some: Sequence[Language]) -> str:
    shown = ", ".join(f"{language.code} ({language.id})" for language in some[:SHOWN])
    return f"{shown} and {len(some) - SHOWN} more" if len(some) > SHOWN else shown
