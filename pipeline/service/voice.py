"""What a person says of one voice: the name it gets, who speaks, and that they agreed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from pipeline.errors import MistakesError, UsageError
from pipeline.service.consent import parse_consent
from pipeline.service.gender import Gender, parse_gender
from pipeline.service.languages import parse_language
from pipeline.service.parsing import Wish, parse_age, parse_line, parse_text, parse_wish

_MISSING = {
    "name": "it is missing: give the voice a name",
    "gender": "it is missing: say male, female, unknown or not-applicable",
    "consent": "it is missing: without consent nothing is sent; say who agreed, when and how",
}


def _by(parse: Callable[[object], Any], optional: bool = False) -> BeforeValidator:
    def validate(value: object) -> Any:
        if optional and value is None:
            return None
        try:
            return parse(value)
        except UsageError as error:
            raise ValueError(str(error)) from error  # what pydantic collects

    return BeforeValidator(validate)


class Voice(BaseModel):
    """One voice to create.

    Parameters
    ----------
    name : str
        As the service will list it; one line.
    gender : Gender, str or int
        ``male``, ``female``, ``unknown``, ``not-applicable``, or the service's number.
    consent : str
        Who agreed to the cloning, when and how; or ``file:PATH`` of what shows it, of which the digest is kept. It is
        kept in the ledger and not sent.
    age : int, optional
    language : str or int, optional
        A tag or id, kept as the id.
    description : str, optional
    enhance_audio : bool or "auto"
    group : str, optional
        Groups the clips of one speaker; not sent.

    Raises
    ------
    MistakesError
        With everything that is wrong, as ``field: sentence``.

    Examples
    --------
    >>> voice = Voice(name="Mia", gender="female", language="en-GB", consent="Mia Berg, signed 2026-03-02")
    >>> voice.gender.name, voice.language
    ('FEMALE', 35)
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, _by(parse_line)]
    gender: Annotated[Gender, _by(parse_gender)]
    consent: Annotated[str, _by(parse_consent)]
    age: Annotated[int | None, _by(parse_age, optional=True)] = None
    language: Annotated[int | None, _by(parse_language, optional=True)] = None
    description: Annotated[str | None, _by(parse_text, optional=True)] = None
    enhance_audio: Annotated[Wish, _by(parse_wish)] = "auto"
    group: Annotated[str | None, _by(parse_line, optional=True)] = None

    def __init__(self, **said: Any) -> None:
        try:
            super().__init__(**said)
        except ValidationError as error:
            mistakes = [_sentence(mistake) for mistake in error.errors()]
            raise MistakesError(f"The voice {said.get('name')!r}", mistakes) from None


def _sentence(mistake: Mapping[str, Any]) -> str:
    field = str(mistake["loc"][0])
    if mistake["type"] == "missing":
        return f"{field}: {_MISSING[field]}"
    if mistake["type"] == "extra_forbidden":
        return f"{field}: a voice has no such field"
    if field == "consent" and mistake["msg"].endswith("it is empty"):
        return f"{field}: {_MISSING[field]}"
    return f"{field}: {str(mistake['msg']).removeprefix('Value error, ')}"
