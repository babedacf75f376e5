"""One voice from Python: what was accepted goes in, a receipt comes out, and everything else is an error."""

from __future__ import annotations

import tempfile
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import RefusedError, UnknownOutcome, UsageError
from pipeline.service.api import Api
from pipeline.service.clips import clip_mistakes, opened_clip, sha256_of
from pipeline.service.deciding import Action, decide_action, make_item
from pipeline.service.enhance import decide
from pipeline.service.items import Item, State
from pipeline.service.ledger import Ledger
from pipeline.service.receipts import Outcome, Receipt, receipt
from pipeline.service.sending import send
from pipeline.service.voice import Voice

if TYPE_CHECKING:
    from pipeline.results import Accepted

NOT_MEASURED = (False, "the noise was not measured")


def submit(result: Accepted, voice: Voice, api: Api, ledger: Ledger | None = None) -> Receipt:
    """Submit an accepted sample.

    Parameters
    ----------
    result : Accepted
        What `Plan.run` returned; nothing less is taken.
    voice : Voice
    api : Api
    ledger : Ledger, optional
        Keeps the voice from being sent twice, now and in later runs. Without it nothing is remembered.

    Raises
    ------
    UsageError
        If the result was not accepted, or its clip cannot be sent as it is: nothing was sent.
    SubmitError
        See `submit_clip`.
    """
    from pipeline.codec import encode
    from pipeline.results import Accepted

    if not isinstance(result, Accepted):
        raise UsageError(f"Only an accepted sample is submitted; this one is for {type(result).__name__.lower()}.")
    sample, measured = result.sample, result.after or result.before
    name = Path(sample.path or "sample").name
    with tempfile.TemporaryDirectory() as folder:
        clip = Path(folder) / f"{name}.wav"
        encode(sample.audio, clip, result.subtype, clip.name)
        enhance = decide(sample.steps, measured.values.get("snr_db"), voice.enhance_audio)
        return submit_clip(clip, voice, api, ledger, enhance)


def submit_clip(
    clip: Path,
    voice: Voice,
    api: Api,
    ledger: Ledger | None = None,
    enhance: tuple[bool, str] | None = None,
) -> Receipt:
    """Submit a WAV file.

    Parameters
    ----------
    clip : Path
    voice : Voice
    api : Api
    ledger : Ledger, optional
        As for `submit`.
    enhance : tuple of bool and str, optional
        The decision of `decide_enhance`. Without it, ``auto`` means off, for nothing was measured.

    Raises
    ------
    UsageError
        If the clip cannot be sent as it is: nothing was sent.
    RefusedError, AccountError, BusyError
        If the service said no, or the ledger knows this audio under other fields: nothing was created.
    UnknownOutcome
        If the voice may exist, from now or from an earlier attempt.
    """
    mistakes = clip_mistakes(clip)
    if mistakes:
        raise UsageError(f"The clip {clip.name} cannot be sent: {'; '.join(mistakes)}.")
    said = NOT_MEASURED if voice.enhance_audio == "auto" else decide((), None, voice.enhance_audio)
    wanted, why = enhance or said
    with nullcontext(ledger) if ledger else Ledger.in_memory() as known:
        return _submitted(make_item(clip.name, sha256_of(clip), voice, wanted, api, why), clip, api, known)


def _submitted(item: Item, clip: Path, api: Api, ledger: Ledger) -> Receipt:
    action, why, voice_id = decide_action(item, ledger)
    if action is Action.ALREADY:
        return receipt(item.path, Outcome.ALREADY, State.DONE, why, voice_id)
    if action is Action.UNSETTLED:
        raise UnknownOutcome(f"The voice of {item.path} {why}.")
    if action is Action.SKIP:
        raise RefusedError(f"{item.path}: {why}; it was not sent.")
    with opened_clip(clip, item.audio_sha256) as file:
        voice_id = send(item, file, api, ledger)
    return receipt(item.path, Outcome.DONE, State.DONE, f"created as voice {voice_id}", voice_id)
