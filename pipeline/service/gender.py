"""The service's genders: it takes a number, people write words."""

from __future__ import annotations

from enum import IntEnum

from pipeline.errors import UsageError


class Gender(IntEnum):
    """Numbers as the service documents them."""

    UNKNOWN = 0
    MALE = 1
    FEMALE = 2
    NOT_APPLICABLE = 9


GENDER_WORDS = ("male", "female", "unknown", "not-applicable")


def parse_gender(text: object) -> Gender:
    """Return the gender for a word in any case, with spaces or underscores, or for its number.

    Raises
    ------
    UsageError
        If it is neither.
    """
    word = "" if isinstance(text, bool | float) else str(text).strip().casefold().replace("_", "-").replace(" ", "-")
    for gender in Gender:
        if word in (str(gender.value), gender.name.casefold().replace("_", "-")):
            return gender
    raise UsageError(f"it must be {', '.join(GENDER_WORDS[:-1])} or {GENDER_WORDS[-1]} (or 1, 2, 0, 9), not {text!r}")
