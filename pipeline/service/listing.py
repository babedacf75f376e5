"""The account's voices as the service lists them. Its own clients do not trust the shape; nor does this."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.errors import UnknownOutcome
from pipeline.service.replies import Reply


@dataclass(frozen=True, slots=True)
class VoiceList:
    """The voices (each a mapping with at least ``id`` and ``voice_name``), and how many entries made no sense."""

    voices: Sequence[dict[str, Any]]
    malformed: int = 0


def parse_list(reply: Reply) -> VoiceList:
    """Return the voices of an answer.

    Raises
    ------
    UnknownOutcome
        If it is no list: that says nothing of what the account holds.
    """
    answer = reply.json()
    if not isinstance(answer, list):
        raise UnknownOutcome("The service's list of voices cannot be read: nothing was changed; try again.")
    voices = [entry for entry in answer if _is_voice(entry)]
    return VoiceList(voices, malformed=len(answer) - len(voices))


def _is_voice(entry: object) -> bool:
    if not isinstance(entry, dict):
        return False
    number = entry.get("id")
    return isinstance(number, int) and not isinstance(number, bool) and isinstance(entry.get("voice_name"), str)
