"""One attempt: the intent on the disk before the socket opens, the outcome on the disk after."""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import (
    AccountError,
    BusyError,
    ChangedClipError,
    NotSentError,
    RefusedError,
    SubmitError,
    UnknownOutcome,
)
from pipeline.service.api import Api
from pipeline.service.clips import ClipStream, opened_clip
from pipeline.service.crash import reached
from pipeline.service.items import Item
from pipeline.service.ledger import Ledger

_NOTHING_CREATED = (AccountError, BusyError, NotSentError, ChangedClipError)


def send(item: Item, clip: Path, api: Api, ledger: Ledger, snapshot: int | None = None) -> int:
    """Make one create call and note it, and return the voice's id.

    Raises
    ------
    UsageError, ChangedClipError
        If the clip cannot be read, or is not the one that was graded.
    SubmitError
        What `Api.create_voice` raised, noted; or the ledger's own error, before the call or after it.
    """
    with opened_clip(clip, item.audio_sha256) as file:
        ledger.prepare(item)
        ledger.sending(item.key, snapshot)
        stream = ClipStream(file, item.audio_sha256, before_end=lambda: ledger.last_byte(item.key))
        try:
            voice_id = api.create_voice(stream, item.form)
        except RefusedError as error:
            ledger.refused(item.key, str(error))
            raise
        except _NOTHING_CREATED as error:
            ledger.back_to_prepared(item.key, str(error))
            raise
        except UnknownOutcome as error:
            ledger.unknown(item.key, str(error))
            raise
        except KeyboardInterrupt:
            ledger.unknown(item.key, "the run was stopped before the answer")
            raise
    reached("replied")
    _note_done(ledger, item, voice_id)
    return voice_id


def _note_done(ledger: Ledger, item: Item, voice_id: int) -> None:
    try:
        ledger.done(item.key, voice_id)
    except SubmitError as error:
        raise SubmitError(f"Voice {voice_id} was created from {item.path}, but not noted: {error}") from error
