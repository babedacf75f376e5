"""Whether one of the listed voices is the one whose answer was lost."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import IntEnum

from pipeline.service.items import Item
from pipeline.service.listing import ListedVoice, VoiceList


class Certainty(IntEnum):
    """How surely a listed voice is ours.

    ``POSSIBLE``: new, and nothing speaks against it. ``LIKELY``: new, and its name, gender, age and language are those
    that were sent. ``MARKED``: it carries the item's marker.
    """

    POSSIBLE = 1
    LIKELY = 2
    MARKED = 3


@dataclass(frozen=True, slots=True)
class Match:
    """The listed voices that may be an item's, the lowest id first, all equally sure."""

    voices: tuple[ListedVoice, ...]
    certainty: Certainty


def find_match(item: Item, listed: VoiceList, before: Collection[int] | None, known: Collection[int]) -> Match | None:
    """Return the voices that an item may have become, None if there are none.

    Parameters
    ----------
    item : Item
    listed : VoiceList
    before : collection of int, optional
        Ids that were listed before the item was sent. Without them no voice is more than possible by its name.
    known : collection of int
        Ids that the ledger has of other items.
    """
    marked = listed.by_marker.get(item.marker)
    if marked:
        return Match(tuple(marked), Certainty.MARKED)
    new = [voice for voice in listed.voices if voice.id not in (before or ()) and voice.id not in known]
    sure = [(voice, certainty) for voice in new if (certainty := _certainty(item, voice, before is not None))]
    if not sure:
        return None
    best = max(certainty for _, certainty in sure)
    voices = sorted((voice for voice, certainty in sure if certainty == best), key=lambda voice: voice.id)
    return Match(tuple(voices), best)


def _certainty(item: Item, voice: ListedVoice, is_new: bool) -> Certainty | None:
    if voice.marker or any(_contradictions(item, voice)):
        return None
    if _same(item.fields["voice_name"], voice.name) and is_new:
        return Certainty.LIKELY
    related = _related(item.fields["voice_name"], voice.name)
    return Certainty.POSSIBLE if related or (is_new and _kept_words(item, voice)) else None


def _contradictions(item: Item, voice: ListedVoice) -> Iterator[bool]:
    """Compare only what was sent with what is listed: the service fills in the rest by its own defaults."""
    for field, listed in (("gender", voice.gender), ("age", voice.age), ("language", voice.language)):
        sent = item.fields.get(field)
        yield sent is not None and listed is not None and int(sent) != listed
    words = (voice.description or "").strip(" .…")
    yield not item.form["description"].startswith(words)


def _kept_words(item: Item, voice: ListedVoice) -> bool:
    """Return whether the description is what is left of ours after a service shortened it."""
    return bool(item.fields.get("description") and voice.description)


def _same(sent: str, listed: str | None) -> bool:
    return listed is not None and _plain(sent) == _plain(listed)


def _related(sent: str, listed: str | None) -> bool:
    """Return whether a service may have made one name of the other, as where it numbers names that are taken."""
    if listed is None:
        return True
    ours, theirs = _plain(sent), _plain(listed)
    return ours.startswith(theirs) or theirs.startswith(ours)


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())
