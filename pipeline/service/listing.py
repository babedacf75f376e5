"""The account's voices as the service lists them. Its own clients do not trust the shape; nor does this."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pipeline.errors import UnknownOutcome
from pipeline.service.marker import find_marker
from pipeline.service.replies import Reply


@dataclass(frozen=True, slots=True)
class ListedVoice:
    """One voice of the list. What else the service tells, a signed address of the recording for one, is dropped.

    `marker` is ours, from the end of the description; None for voices that others made.
    """

    id: int
    name: str | None
    gender: int | None = None
    age: int | None = None
    language: int | None = None
    description: str | None = None
    is_published: bool = False
    marker: str | None = None


@dataclass(frozen=True)
class VoiceList:
    """The voices, one an id, and how many entries had none."""

    voices: Sequence[ListedVoice]
    malformed: int = 0

    @cached_property
    def by_id(self) -> Mapping[int, ListedVoice]:
        """The voices by their ids."""
        return {voice.id: voice for voice in self.voices}

    @cached_property
    def by_marker(self) -> Mapping[str, Sequence[ListedVoice]]:
        """The voices that carry a marker of ours, by it, the lowest id first."""
        found: dict[str, list[ListedVoice]] = {}
        for voice in sorted(self.voices, key=lambda voice: voice.id):
            if voice.marker:
                found.setdefault(voice.marker, []).append(voice)
        return found

    @cached_property
    def by_name(self) -> Mapping[str, Sequence[ListedVoice]]:
        """The voices by their names."""
        found: dict[str, list[ListedVoice]] = {}
        for voice in self.voices:
            if voice.name:
                found.setdefault(voice.name, []).append(voice)
        return found


def parse_list(reply: Reply) -> VoiceList:
    """Return the voices of an answer: every entry with a whole number as its id, whatever else it holds or lacks.

    Raises
    ------
    UnknownOutcome
        If it is no list: that says nothing of what the account holds.
    """
    answer = reply.json()
    if not isinstance(answer, list):
        raise UnknownOutcome("The service's list of voices cannot be read: nothing was changed; try again.")
    voices = {voice.id: voice for voice in map(_voice, answer) if voice}
    return VoiceList(tuple(voices.values()), malformed=sum(_voice(entry) is None for entry in answer))


def _voice(entry: object) -> ListedVoice | None:
    number = _number(entry.get("id")) if isinstance(entry, dict) else None
    if not isinstance(entry, dict) or number is None:
        return None
    description = _text(entry.get("description"))
    return ListedVoice(
        id=number,
        name=_text(entry.get("voice_name")),
        gender=_number(entry.get("gender")),
        age=_number(entry.get("age")),
        language=_number(entry.get("language")),
        description=description,
        is_published=entry.get("is_published") is True,
        marker=find_marker(description),
    )


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
