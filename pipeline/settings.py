"""``--set step.field=value``: small changes to a profile from the command line."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from typing import Any

from pipeline.errors import UsageError
from pipeline.spelling import did_you_mean

_TABLES = ("select", "encode", "grade")


def apply_settings(table: dict[str, Any], settings: Sequence[str]) -> None:
    """Write each setting into a profile's table; the profile's own validation then sees the whole.

    Parameters
    ----------
    table : dict
        The profile as TOML gives it; changed in place.
    settings : sequence of str
        ``trim.pad_s=0.2`` for a step; ``grade.accept_score=75``, ``grade.parts.snr.review_below=18`` and
        ``encode.subtype=PCM_24`` for the rest.

    Raises
    ------
    UsageError
        If a setting has another form, or names a step that the profile has not.
    """
    for setting in settings:
        key, equals, text = setting.partition("=")
        *path, field = key.strip().split(".")
        if not equals or not path or not all((*path, field)):
            raise UsageError(f"--set takes STEP.FIELD=VALUE, such as trim.pad_s=0.2, not {setting!r}.")
        for place in _places(table, path, setting):
            place[field] = _value(text.strip())


def _places(table: dict[str, Any], path: Sequence[str], setting: str) -> list[dict[str, Any]]:
    if path[0] in _TABLES:
        place = table.setdefault(path[0], {})
        for name in path[1:]:
            if not isinstance(place.get(name), dict):
                tables = [key for key in place if isinstance(place[key], dict)]
                raise UsageError(f"--set {setting}: there is no {'.'.join(path)}{did_you_mean(name, tables)}")
            place = place[name]
        return [place]
    steps = [step for step in table.get("steps", ()) if isinstance(step, dict)]
    places = [step for step in steps if step.get("use") == path[0]]
    if not places or len(path) > 1:
        known = [str(step.get("use")) for step in steps] + list(_TABLES)
        raise UsageError(f"--set {setting}: the profile has no step {'.'.join(path)}{did_you_mean(path[0], known)}")
    return places


def _value(text: str) -> Any:
    """Return a TOML value; a bare word is a string."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
