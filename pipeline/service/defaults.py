"""What the command line says of every voice, where a row of the manifest leaves it empty."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pipeline.errors import MistakesError, UsageError
from pipeline.service.consent import parse_consent
from pipeline.service.gender import parse_gender
from pipeline.service.languages import parse_language
from pipeline.service.parsing import Wish, parse_age, parse_wish

_PARSERS: dict[str, Callable[[object], object]] = {
    "gender": parse_gender,
    "age": parse_age,
    "language": parse_language,
    "consent": parse_consent,
    "enhance": parse_wish,
}


@dataclass(frozen=True, slots=True)
class Defaults:
    """The options ``--gender``, ``--age``, ``--language``, ``--consent`` and ``--enhance``.

    Raises
    ------
    MistakesError
        If one of them is wrong; all of them at once.
    """

    gender: str | int | None = None
    age: str | int | None = None
    language: str | int | None = None
    consent: str | None = None
    enhance: str | Wish = "auto"

    def __post_init__(self) -> None:
        mistakes = list(self._mistakes())
        if mistakes:
            raise MistakesError("The command line", mistakes)

    def said(self) -> dict[str, Any]:
        """Return what was said, under the names that `Voice` gives it."""
        fields = {"gender": self.gender, "age": self.age, "language": self.language, "consent": self.consent}
        given = {name: value for name, value in fields.items() if value is not None}
        return given | {"enhance_audio": self.enhance}

    def _mistakes(self) -> Iterator[str]:
        for name, parse in _PARSERS.items():
            value = getattr(self, name)
            try:
                _ = None if value is None else parse(value)
            except UsageError as error:
                yield f"--{name}: {error}"
