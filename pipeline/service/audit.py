"""What the account holds beside what the ledger knows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from itertools import groupby
from typing import Any

from pipeline.service.items import UNSETTLED, Item, State
from pipeline.service.listing import ListedVoice, VoiceList


class Kind(StrEnum):
    """What a voice is to us.

    ``OURS``: made from this ledger. ``DUPLICATE``: another one of the same. ``ELSEWHERE``: made by voiceprep from
    another ledger. ``OTHER``: by somebody else. ``MISSING``: made from this ledger and listed no more. ``DELETED``: by
    ``voices delete``, or as a person said. ``UNSETTLED``: nothing tells whether it exists.
    """

    OURS = "ours"
    DUPLICATE = "duplicate"
    ELSEWHERE = "elsewhere"
    OTHER = "other"
    MISSING = "missing"
    DELETED = "deleted"
    UNSETTLED = "unsettled"


@dataclass(frozen=True, slots=True)
class Holding:
    """One voice, of the account or of the ledger, or both."""

    kind: Kind
    voice_id: int | None
    name: str | None
    path: str | None = None
    state: str | None = None
    consent: str | None = None
    is_published: bool = False
    note: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {**asdict(self), "kind": self.kind.value}


def holdings(items: Sequence[Item], listed: VoiceList) -> list[Holding]:
    """Return everything: what the ledger knows first, then what else the account lists.

    Parameters
    ----------
    items : sequence of Item
        The account's, of the ledger.
    listed : VoiceList
    """
    made = {item.voice_id: item for item in items if item.voice_id is not None}
    markers = {item.marker: item for item in items}
    own = [_of_item(item, listed) for item in items if item.state is State.DONE or item.state in UNSETTLED]
    others = [_of_voice(voice, markers) for voice in listed.voices if voice.id not in made]
    return [*own, *sorted(others, key=lambda entry: (entry.kind is Kind.OTHER, entry.voice_id or 0))]


def problems(items: Sequence[Item], listed: VoiceList) -> list[str]:
    """Return what a person must mend, a sentence each: voices that are published, there twice, or of two samples."""
    return [*(problem for item in items for problem in _problems(item, listed)), *_shared(items)]


def renamed(items: Sequence[Item], listed: VoiceList) -> list[str]:
    """Return which voices are listed by another name than was sent, a sentence each."""
    own = [(item, listed.by_id[item.voice_id]) for item in items if item.voice_id and item.voice_id in listed.by_id]
    return [
        f"Voice {voice.id} of {item.path} was called {item.fields['voice_name']!r} and is listed as {voice.name!r}."
        for item, voice in own
        if voice.name != item.fields["voice_name"]
    ]


def missing(items: Sequence[Item], listed: VoiceList) -> list[str]:
    """Return what is not there, a sentence each: voices that are gone, and those that nothing settles."""
    told = []
    for entry in (_of_item(item, listed) for item in items if item.state is State.DONE or item.state in UNSETTLED):
        if entry.kind is Kind.MISSING:
            told.append(f"Voice {entry.voice_id} ({entry.name}, of {entry.path}) is not listed any more.")
        if entry.kind is Kind.UNSETTLED:
            told.append(f"The voice of {entry.path} ({entry.name}) is not settled: {entry.note}.")
    return told


def _of_item(item: Item, listed: VoiceList) -> Holding:
    voice = listed.by_id.get(item.voice_id or 0)
    kind = Kind.UNSETTLED
    if item.state is State.DONE:
        kind = Kind.OURS if voice else Kind.DELETED if item.deleted_at else Kind.MISSING
    name = voice.name if voice else item.fields["voice_name"]
    published = bool(voice and voice.is_published)
    return Holding(kind, item.voice_id, name, item.path, item.state.value, item.consent, published, item.error)


def _of_voice(voice: ListedVoice, markers: dict[str, Item]) -> Holding:
    item = markers.get(voice.marker or "")
    if item is None:
        kind = Kind.ELSEWHERE if voice.marker else Kind.OTHER
        return Holding(kind, voice.id, voice.name, is_published=voice.is_published)
    if item.voice_id is None:
        note = "found by its marker: the next upload notes it"
        return Holding(
            Kind.OURS, voice.id, voice.name, item.path, item.state.value, item.consent, voice.is_published, note
        )
    note = f"a second one beside {item.voice_id}: delete one"
    return Holding(Kind.DUPLICATE, voice.id, voice.name, item.path, None, item.consent, voice.is_published, note)


def _shared(items: Sequence[Item]) -> Iterator[str]:
    """Tell of ids that the service gave for several samples: it may have put one voice in the place of another."""
    for voice_id, group in groupby(sorted(_made(items), key=_voice_id), key=_voice_id):
        paths = [item.path for item in group]
        if len(paths) > 1:
            yield f"SHARED: the service gave the number {voice_id} to {' and '.join(paths)}: listen to what it holds."


def _made(items: Sequence[Item]) -> list[Item]:
    return [item for item in items if item.state is State.DONE and item.deleted_at is None]


def _voice_id(item: Item) -> int:
    return item.voice_id or 0


def _problems(item: Item, listed: VoiceList) -> Iterator[str]:
    voices = {voice.id: voice for voice in listed.by_marker.get(item.marker, ())}
    own = listed.by_id.get(item.voice_id or 0)
    if own and item.state is State.DONE:
        voices[own.id] = own
    for voice in voices.values():
        if voice.is_published:
            yield (
                f"PUBLISHED: voice {voice.id} ({voice.name}, of {item.path}) is open to other customers, and nobody "
                "here asked for that: take it back in the service's studio now, or delete it."
            )
    if len(voices) > 1:
        ids = ", ".join(str(number) for number in sorted(voices))
        way_out = "delete all but one with voiceprep voices delete"
        yield f"DUPLICATE: {item.path} became {len(voices)} voices ({ids}): {way_out}."
