"""One attempt: the intent on the disk before the socket opens, the outcome on the disk after."""

from __future__ import annotations

from typing import BinaryIO

from pipeline.errors import AccountError, BusyError, RefusedError, SubmitError, UnknownOutcome
from pipeline.service.api import Api
from pipeline.service.items import Item
from pipeline.service.ledger import Ledger
from pipeline.service.replies import NotSentError


def send(item: Item, clip: BinaryIO, api: Api, ledger: Ledger) -> int:
    """Make one create call and note it, and return the voice's id.

    Raises
    ------
    SubmitError
        What `Api.create_voice` raised, noted; or the ledger's own error, before the call or after it.
    """
    ledger.prepare(item)
    ledger.sending(item.key)
    try:
        voice_id = api.create_voice(clip, item.fields)
    except UnknownOutcome as error:
        ledger.unknown(item.key, str(error))
        raise
    except RefusedError as error:
        ledger.refused(item.key, str(error))
        raise
    except (AccountError, BusyError, NotSentError) as error:
        ledger.back_to_prepared(item.key, str(error))
        raise
    _note_done(ledger, item, voice_id)
    return voice_id


def _note_done(ledger: Ledger, item: Item, voice_id: int) -> None:
    try:
        ledger.done(item.key, voice_id)
    except SubmitError as error:
        raise SubmitError(f"Voice {voice_id} was created from {item.path}, but not noted: {error}") from error
