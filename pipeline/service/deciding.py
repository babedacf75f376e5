"""One voice against what the ledger knows: send it, or not, and why."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from pipeline.service.fields import form_fields
from pipeline.service.items import UNSETTLED, Item, State, item_key
from pipeline.service.ledger import Ledger
from pipeline.service.voice import Voice


class Account(Protocol):
    """Where voices go: an `Api`, or for a dry run anything that names the account and the address."""

    account: str
    base_url: str


class Action(StrEnum):
    """What the run will do with a sample."""

    SEND = "send"
    ALREADY = "already"
    UNSETTLED = "unsettled"
    SKIP = "skip"


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


def decide_action(item: Item, ledger: Ledger) -> tuple[Action, str, int | None]:
    """Return what to do with an item after what the ledger knows, why, and the voice it concerns."""
    known = ledger.get(item.key)
    if known and known.state is State.DONE:
        return Action.ALREADY, f"already submitted as voice {known.voice_id}", known.voice_id
    if known and known.state in UNSETTLED:
        when = f" (sent {known.sent_at})" if known.sent_at else ""
        why = f"may exist already{when}: look at the account's voices before sending again"
        return Action.UNSETTLED, why, None
    for twin in ledger.with_audio(item.audio_sha256, item.account):
        called = f"voice {twin.voice_id}" if twin.voice_id else "a voice that may exist"
        why = f"this audio was already submitted as {called} with other fields ({_changed(item, twin)})"
        return Action.SKIP, why, twin.voice_id
    again = f"refused before: {known.error}" if known and known.state is State.REFUSED else "new"
    return Action.SEND, again, None


def _changed(item: Item, twin: Item) -> str:
    names = sorted(item.fields.keys() | twin.fields.keys())
    changed = [name for name in names if item.fields.get(name) != twin.fields.get(name)]
    told = [f"{name} {twin.fields.get(name, 'none')} then, {item.fields.get(name, 'none')} now" for name in changed]
    return "; ".join(told)
