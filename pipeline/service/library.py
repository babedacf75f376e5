"""One voice from Python: what was accepted goes in, a receipt comes out, and everything else is an error."""

from __future__ import annotations

import tempfile
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import RefusedError, UnknownOutcome, UsageError
from pipeline.service.api import Api
from pipeline.service.clips import clip_mistakes, sha256_of
from pipeline.service.deciding import Action, Decision, decide_action, make_item
from pipeline.service.enhance import decide
from pipeline.service.items import Item, State
from pipeline.service.ledger import Ledger
from pipeline.service.pace import Pace
from pipeline.service.receipts import Event, Outcome, Receipt, receipt
from pipeline.service.sending import send
from pipeline.service.session import Session, open_session
from pipeline.service.settling import settle
from pipeline.service.stopping import Stop
from pipeline.service.voice import Voice

if TYPE_CHECKING:
    from pipeline.results import Accepted

NOT_MEASURED = (False, "the noise was not measured")


def submit(result: Accepted, voice: Voice, api: Api, ledger: Ledger | None = None, pace: Pace | None = None) -> Receipt:
    """Submit an accepted sample.

    Parameters
    ----------
    result : Accepted
        What `Plan.run` returned; nothing less is taken.
    voice : Voice
    api : Api
    ledger : Ledger, optional
        Keeps the voice from being sent twice, now and in later runs. Without it nothing is remembered, and the
        account's own list is what keeps a voice of the same audio and fields from being made again.
    pace : Pace, optional
        `settle_s` is how long a voice is looked for whose answer was lost.

    Raises
    ------
    UsageError
        If the result was not accepted, or its clip cannot be sent as it is: nothing was sent.
    SubmitError
        See `submit_clip`.

    Examples
    --------
    >>> from pipeline import Api, load_profile, read
    >>> from pipeline.sandbox import running_sandbox
    >>> result = load_profile().run(read("samples/mia/harbour.flac"))
    >>> voice = Voice(name="Mia", gender="female", consent="Mia Berg, signed 2026-03-02")
    >>> with running_sandbox() as service, Api("a-key", service.base_url) as api:
    ...     str(submit(result, voice, api).outcome)
    'done'
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
        return submit_clip(clip, voice, api, ledger, enhance, pace)


def submit_clip(  # noqa: PLR0913, PLR0917 - all but three have defaults
    clip: Path,
    voice: Voice,
    api: Api,
    ledger: Ledger | None = None,
    enhance: tuple[bool, str] | None = None,
    pace: Pace | None = None,
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
    pace : Pace, optional
        As for `submit`.

    Raises
    ------
    UsageError
        If the clip cannot be sent as it is: nothing was sent.
    RefusedError, AccountError, BusyError
        If the service said no, or the ledger knows this audio under other fields: nothing was created.
    UnknownOutcome
        If the voice may exist, from now or from an earlier attempt, and looking for it did not settle that.
    UntrustedListError
        If the account's list cannot be believed: nothing was sent.
    """
    mistakes = clip_mistakes(clip)
    if mistakes:
        raise UsageError(f"The clip {clip.name} cannot be sent: {'; '.join(mistakes)}.")
    said = NOT_MEASURED if voice.enhance_audio == "auto" else decide((), None, voice.enhance_audio)
    wanted, why = enhance or said
    with nullcontext(ledger) if ledger else Ledger.in_memory() as known:
        session = open_session(api, known, pace or Pace(), Stop(), _ignore, trust_list=False)
        return _submitted(make_item(clip.name, sha256_of(clip), voice, wanted, api, why), clip, session)


def _submitted(item: Item, clip: Path, session: Session) -> Receipt:
    decision = decide_action(item, session)
    ledger, path, voice_id = session.ledger, item.path, decision.voice_id
    if decision.action is Action.ALREADY:
        return receipt(path, Outcome.ALREADY, State.DONE, decision.why, voice_id)
    if decision.action is Action.ADOPT and voice_id is not None:
        ledger.prepare(decision.item)
        ledger.done(decision.item.key, voice_id, decision.why)
        return receipt(path, Outcome.ALREADY, State.DONE, f"voice {voice_id}: {decision.why}", voice_id)
    if decision.action is Action.ASK:
        raise UnknownOutcome(f"The voice of {path}: {decision.why}.")
    if decision.action is Action.SKIP:
        raise RefusedError(f"{path}: {decision.why}; it was not sent.")
    return _sent(decision, clip, session)


def _sent(decision: Decision, clip: Path, session: Session) -> Receipt:
    """Send a clip once, after looking for what an earlier attempt made; what has no answer is looked for."""
    item = decision.item
    if decision.action is Action.SETTLE and (found := _looked_for(item, session)):
        return found
    snapshot = session.ledger.snapshot(session.api.account, session.listed.by_id)
    try:
        voice_id = send(item, clip, session.api, session.ledger, snapshot)
    except UnknownOutcome as error:
        found = _looked_for(item, session)
        if found:
            return found
        raise UnknownOutcome(f"{error} It was looked for and is not there: sending it again is safe.") from None
    return receipt(item.path, Outcome.DONE, State.DONE, f"created as voice {voice_id}", voice_id)


def _looked_for(item: Item, session: Session) -> Receipt | None:
    """Return the receipt of a voice that was found, None for one that is surely not there."""
    known = session.ledger.get(item.key)
    if known and known.state is State.SENDING:
        session.ledger.unknown(item.key, "the run that sent it was killed", counts=known.was_whole)
    found = settle(session, {item.key: session.stop.now_s()})[item.key]
    if found.state is State.ABSENT:
        return None
    if found.state is not State.DONE:
        raise UnknownOutcome(f"The voice of {item.path}: {found.message}.")
    return receipt(item.path, Outcome.DONE, State.DONE, found.message, found.voice_id)


def _ignore(event: Event) -> None:
    """Tell nobody."""
