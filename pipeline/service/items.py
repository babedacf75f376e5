"""What the ledger holds of one voice: what is to be sent, and how far it came."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from pipeline.service.marker import marked, marker_of


class State(StrEnum):
    """How far a voice came.

    ``SENDING`` and ``UNKNOWN`` mean that the voice may exist; ``ABSENT`` that it was looked for and is not there;
    ``NEEDS_HUMAN`` that a person must decide.
    """

    NEW = "NEW"
    PREPARED = "PREPARED"
    SENDING = "SENDING"
    DONE = "DONE"
    REFUSED = "REFUSED"
    UNKNOWN = "UNKNOWN"
    ABSENT = "ABSENT"
    NEEDS_HUMAN = "NEEDS_HUMAN"
    SKIPPED = "SKIPPED"


SENDABLE = frozenset([State.NEW, State.PREPARED, State.REFUSED, State.ABSENT])
"""States in which the service surely holds no voice. A refusal was definite, so another run may try again."""

UNSETTLED = frozenset([State.SENDING, State.UNKNOWN, State.NEEDS_HUMAN])
"""States in which the service may hold the voice: never sent again by itself."""


@dataclass(frozen=True, slots=True)
class Item:
    """One voice to send, or sent.

    Parameters
    ----------
    key : str
        See `item_key`.
    path : str
        Of the record.
    audio_sha256 : str
        Of the clip's bytes.
    fields : mapping
        What was said of the voice; `form` is what is sent.
    account, base_url : str
        Where to; the account as `pipeline.service.secret.fingerprint` names it.
    consent, enhance_why, voice_group : str
        What is kept and not sent.
    doubts : int
        How many attempts ended without an answer that settles whether there is a voice.
    last_byte_at : str, optional
        When the last bytes of the attempt under way were let go; before that the service has no whole request.
    snapshot : int, optional
        The list that was taken before the attempt; see `Ledger.snapshot`.
    deleted_at : str, optional
        When the voice was deleted, by ``voices delete`` or as a person said who vouched for a list without it.
    """

    key: str
    path: str
    audio_sha256: str
    fields: Mapping[str, str]
    account: str
    base_url: str
    consent: str
    enhance_why: str = ""
    voice_group: str = ""
    state: State = State.NEW
    attempt: int = 0
    voice_id: int | None = None
    error: str | None = None
    created_at: str | None = None
    sent_at: str | None = None
    updated_at: str | None = None
    doubts: int = 0
    last_byte_at: str | None = None
    snapshot: int | None = None
    deleted_at: str | None = None

    @property
    def marker(self) -> str:
        """What its voice is recognised by."""
        return marker_of(self.key)

    @property
    def was_whole(self) -> bool:
        """Whether the service may have the whole request of the last attempt; before that it cannot act on it."""
        return self.last_byte_at is not None

    @property
    def form(self) -> dict[str, str]:
        """The form as it is sent: the fields, and the marker at the end of the description."""
        return {**self.fields, "description": marked(self.fields.get("description"), self.marker)}


def item_key(audio_sha256: str, fields: Mapping[str, str], account: str) -> str:
    """Return what one voice is told apart by: its audio, every field, and the account."""
    parts = [audio_sha256, canonical(fields), account]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def canonical(fields: Mapping[str, str]) -> str:
    """Return the one way to write a form as JSON."""
    return json.dumps(dict(fields), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
