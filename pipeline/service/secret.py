"""The key: a type that does not print, so that no log, traceback or ledger gets it by accident."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import NoReturn

from pipeline.errors import UsageError

KEY_NAMES = ("CAMB_API_KEY", "API_KEY")
"""Environment variables that may hold the key, the first one first."""


class ApiKey:
    """A key that only `reveal` gives away.

    Parameters
    ----------
    text : str
        The key; outer blanks are taken off.

    Raises
    ------
    UsageError
        If it is empty or cannot stand in a header. The message does not repeat it.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text.strip()
        if not self._text:
            raise UsageError(
                "The key is empty: set CAMB_API_KEY to the key from the API section of the service's studio."
            )
        if not (self._text.isascii() and self._text.isprintable()) or " " in self._text:
            raise UsageError("The key holds blanks or characters that no key has: copy it again, without line breaks.")

    def reveal(self) -> str:
        """Return the key itself, for the header."""
        return self._text

    def redact(self, text: str) -> str:
        """Return a text without the key: some servers echo it in their errors."""
        return text.replace(self._text, "****")

    def __repr__(self) -> str:
        return "ApiKey(****)"

    __str__ = __repr__

    def __reduce__(self) -> NoReturn:
        raise TypeError("A key is not pickled.")


def key_from_env(environ: Mapping[str, str]) -> ApiKey:
    """Return the key of the environment.

    Raises
    ------
    UsageError
        If no variable holds one.
    """
    for name in KEY_NAMES:
        if environ.get(name, "").strip():
            return ApiKey(environ[name])
    raise UsageError(
        f"There is no key: set {KEY_NAMES[0]} (or {KEY_NAMES[1]}) to the key of your account. Nothing was sent."
    )


def fingerprint(key: ApiKey, base_url: str) -> str:
    """Return what the ledger calls the account: a digest that tells accounts apart and does not hold the key."""
    return hashlib.sha256(f"{key.reveal()}\n{base_url}".encode()).hexdigest()[:12]
