"""One voice against what the ledger and the account's list know: send it, or not, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from pipeline.service.fields import form_fields
from pipeline.service.items import UNSETTLED, Item, State, item_key
from pipeline.service.ledger_reads import LedgerReads
from pipeline.service.listing import VoiceList
from pipeline.service.voice import Voice


class Account(Protocol):
    """Where voices go: an `Api`, or anything that names the account and the address."""

    account: str
    base_url: str


class Known(Protocol):
    """What a decision is taken by: a `Session`, or anything that knows as much."""

    @property
    def ledger(self) -> LedgerReads:
        """What was sent."""

    @property
    def accounts(self) -> frozenset[str]:
        """The account's names in the ledger."""

    @property
    def listed(self) -> VoiceList:
        """What the account lists."""


class Action(StrEnum):
    """What the run will do with a sample.

    ``ADOPT`` notes a voice that the account has already; ``SETTLE`` looks for one whose answer was lost, and sends once
    more if it is surely not there; ``ASK`` leaves it to a person.
    """

    SEND = "send"
    ALREADY = "already"
    ADOPT = "adopt"
    SETTLE = "settle"
    ASK = "ask"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with an item (as the ledger has it, where it does), why, and the voice it concerns."""

    item: Item
    action: Action
    why: str
    voice_id: int | None = None


def make_item(  # noqa: PLR0913, PLR0917 - each is a column of the ledger
    path: str, audio_sha256: str, voice: Voice, enhance: bool, account: Account, enhance_why: str
) -> Item:
    """Return the ledger's entry for a voice."""
    fields = form_fields(voice, enhance)
    return Item(
        key=item_key(audio_sha256, fields, account.account),
        path=path,
        audio_sha256=audio_sha256,
        fields=fields,
        account=account.account,
        base_url=account.base_url,
        consent=voice.consent,
        enhance_why=enhance_why,
        voice_group=voice.group or "",
    )


def decide_action(item: Item, known: Known, allow_same_audio: bool = False) -> Decision:
    """Return what to do with an item.

    Parameters
    ----------
    item : Item
    known : Known
    allow_same_audio : bool
        Make another voice of audio that became one with other fields, or whose voice was deleted.
    """
    earlier = known.ledger.find(item, known.accounts)
    item = earlier or item
    if item.state is State.DONE and not (item.deleted_at and allow_same_audio):
        return Decision(item, Action.ALREADY, _already(item, known.listed), item.voice_id)
    listed = [voice for voice in known.listed.by_marker.get(item.marker, ()) if item.state is not State.DONE]
    if listed:
        return Decision(item, Action.ADOPT, _found(item), listed[0].id)
    if item.state in UNSETTLED:
        return _unsettled(item)
    for twin in () if allow_same_audio else known.ledger.with_audio(item.audio_sha256, known.accounts):
        called = f"voice {twin.voice_id}" if twin.voice_id else "a voice that may exist"
        why = f"this audio was already submitted as {called} with other fields ({_changed(item, twin)}); "
        return Decision(item, Action.SKIP, why + "--allow-same-audio makes another voice of it", twin.voice_id)
    return Decision(item, Action.SEND, _why_send(item, known.listed))


def _already(item: Item, listed: VoiceList) -> str:
    if item.deleted_at:
        return f"voice {item.voice_id} was made of it and is deleted; --allow-same-audio makes it again"
    gone = "" if item.voice_id in listed.by_id else ", which the account no longer lists"
    return f"already submitted as voice {item.voice_id}{gone}"


def _found(item: Item) -> str:
    lost = item.state in UNSETTLED
    return "made by an attempt whose answer was lost" if lost else "the account has it already, by its marker"


def _unsettled(item: Item) -> Decision:
    when = f" (sent {item.sent_at})" if item.sent_at else ""
    if item.state is State.NEEDS_HUMAN:
        why = f"{item.error or 'nothing tells whether it exists'}; see voiceprep voices, then voiceprep voices settle"
        return Decision(item, Action.ASK, why)
    return Decision(item, Action.SETTLE, f"may exist already{when}: it is looked for before anything is sent")


def _why_send(item: Item, listed: VoiceList) -> str:
    reason = "new"
    if item.state is State.REFUSED:
        reason = f"refused before: {item.error}"
    elif item.state is State.ABSENT:
        reason = "an earlier attempt did not make it"
    same = listed.by_name.get(item.fields["voice_name"], ())
    ids = ", ".join(str(voice.id) for voice in same)
    stay = f"{ids} {'has' if len(same) == 1 else 'have'} the same name and {'stays' if len(same) == 1 else 'stay'}"
    return f"{reason}; voice {stay}: this makes another one" if same else reason


def _changed(item: Item, twin: Item) -> str:
    names = sorted(item.fields.keys() | twin.fields.keys())
    changed = [name for name in names if item.fields.get(name) != twin.fields.get(name)]
    told = [f"{name} {twin.fields.get(name, 'none')} then, {item.fields.get(name, 'none')} now" for name in changed]
    return "; ".join(told)
