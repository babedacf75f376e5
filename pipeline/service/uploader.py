"""An upload: each voice made exactly once, nothing sent before the account was looked at, nothing left untold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import AccountError, NotSentError, StopRequested, SubmitError
from pipeline.records import Record
from pipeline.service.api import Api
from pipeline.service.deciding import Action
from pipeline.service.items import UNSETTLED, State
from pipeline.service.ledger import Ledger
from pipeline.service.listing import VoiceList
from pipeline.service.pace import Pace
from pipeline.service.phases import Phases
from pipeline.service.planning import Planned, account_line, good_enough, plan_uploads
from pipeline.service.receipts import Event, Halt, OnEvent, Outcome, Receipt, UploadReport, receipt
from pipeline.service.session import Session, open_session
from pipeline.service.stopping import Stop, stopped
from pipeline.service.voice import Voice


def upload(  # noqa: PLR0913 - all but five are keywords with defaults
    out: Path,
    records: Sequence[Record],
    choose: Mapping[str, Voice],
    api: Api,
    ledger: Ledger,
    *,
    on_event: OnEvent | None = None,
    include_review: bool = False,
    allow_same_audio: bool = False,
    trust_list: bool = False,
    pace: Pace | None = None,
    stop: Stop | None = None,
) -> UploadReport:
    """Submit every accepted sample that has a voice.

    Parameters
    ----------
    out : Path
        The folder of the clips.
    records : sequence of Record
    choose : mapping
        The voice of each record's path; see `Manifest.match` and `voices_without_manifest`.
    api : Api
    ledger : Ledger
        What it knows is not sent again.
    on_event : callable, optional
        Told of what happens; with several at once, from several threads.
    include_review : bool
        Submit the samples for review too.
    allow_same_audio : bool
        Make another voice of audio that became one with other fields, or whose voice was deleted.
    trust_list : bool
        Believe the account's list though it lacks voices that were there.
    pace : Pace, optional
    stop : Stop, optional
        Asked to stop the run; see `stopped_by_signals`.

    Raises
    ------
    SubmitError
        If the ledger cannot be written: then nothing more was sent.
    """
    chosen = good_enough(records, include_review)
    without_voice = tuple(record.path for record in chosen if record.path not in choose)
    tell, stop = on_event or _ignore, stop or Stop()
    try:
        session = open_session(api, ledger, pace or Pace(), stop, tell, trust_list)
    except (SubmitError, StopRequested) as error:
        halt = _halt_of(error, stop)
        blind = plan_uploads(out, chosen, choose, api, _Blind(ledger, frozenset([api.account])), allow_same_audio)
        return UploadReport(tuple(_unsent(entry, halt) for entry in blind), halt, without_voice)
    if trust_list:
        _vouch(session)
    planned = plan_uploads(out, chosen, choose, api, session, allow_same_audio)
    tell(Event("account", "", account_line(planned, session), total=len(planned)))
    return Phases(session, planned).run(without_voice)


def _vouch(session: Session) -> None:
    """Note that a person says that the list is right: what it lacks was deleted, and the next run expects no more."""
    ledger = session.ledger
    ledger.snapshot(session.api.account, session.listed.by_id)
    for item in ledger.in_state({State.DONE}, session.accounts):
        if item.deleted_at is None and item.voice_id not in session.listed.by_id:
            ledger.deleted(item.key)


@dataclass(frozen=True, slots=True)
class _Blind:
    """What is known without the account's list: enough to say what was sent before, and for nothing else."""

    ledger: Ledger
    accounts: frozenset[str]
    listed: VoiceList = field(default_factory=lambda: VoiceList(()))


def _unsent(entry: Planned, halt: Halt) -> Receipt:
    item = entry.item
    if entry.action is Action.ALREADY:
        return receipt(
            item.path, Outcome.ALREADY, State.DONE, f"already submitted as voice {item.voice_id}", item.voice_id
        )
    outcome = Outcome.UNKNOWN if item.state in UNSETTLED else Outcome.NOT_SENT
    return receipt(item.path, outcome, item.state, f"not sent: {halt.why}")


def _halt_of(error: BaseException, stop: Stop) -> Halt:
    if stop.requested:
        return stopped(stop)
    return Halt(str(error), 4 if isinstance(error, AccountError | NotSentError) else 1)


def _ignore(event: Event) -> None:
    """Tell nobody."""
