"""An upload: each voice made exactly once, nothing sent before the account was looked at, nothing left untold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import AccountError, NotSentError, StoppedError, SubmitError
from pipeline.records import Record
from pipeline.service.api import Api
from pipeline.service.audit import problems, renamed
from pipeline.service.deciding import Action
from pipeline.service.items import UNSETTLED, State
from pipeline.service.lanes import in_lanes
from pipeline.service.ledger import Ledger
from pipeline.service.listing import VoiceList
from pipeline.service.pace import Pace
from pipeline.service.planning import Planned, good_enough, plan_uploads
from pipeline.service.receipts import Event, Halt, OnEvent, Outcome, Receipt, UploadReport, receipt
from pipeline.service.session import Session, open_session
from pipeline.service.settling import Settled, settle
from pipeline.service.stopping import Stop, StopRequested
from pipeline.service.upload_run import UploadRun
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
    tell(Event("account", "", account_line(planned, session)))
    return _Upload(session, planned).run(without_voice)


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


def account_line(planned: Sequence[Planned], session: Session) -> str:
    """Return what a person wants to know before the first voice is made."""
    sends = sum(entry.action is Action.SEND for entry in planned)
    ours = len(session.ledger.voice_ids(session.accounts) & session.listed.by_id.keys())
    held = len(session.listed.voices)
    return (
        f"{sends} voice{'s' * (sends != 1)} to make. The account lists {held} voice{'s' * (held != 1)} (public and "
        f"shared ones too), {ours} of them made from here."
    )


class _Upload:
    """The phases of one upload; `receipts` by the item's key."""

    def __init__(self, session: Session, planned: Sequence[Planned]) -> None:
        self._session, self._planned = session, planned
        self._run = UploadRun(session)
        self._receipts: dict[str, Receipt] = {}

    def run(self, without_voice: tuple[str, ...]) -> UploadReport:
        looked = None
        try:
            self._note_killed_attempts()
            self._send(self._planned)
            self._settle()
            looked = self._look_again()
        except (StopRequested, StoppedError):
            self._run.halt = _halt_of(None, self._session.stop)
        finally:
            self._note_abandoned_attempts()
        known = self._session.ledger.of_account(self._session.accounts)
        listed = looked or self._session.listed
        receipts = tuple(self._receipt_of(entry) for entry in self._planned)
        notes = [*renamed(known, listed), *self._unverified(looked)]
        return UploadReport(receipts, self._run.halt, without_voice, tuple(problems(known, listed)), tuple(notes))

    def _note_killed_attempts(self) -> None:
        """Note that attempts under way are those of a run that was killed, for this one holds the lock."""
        ledger = self._session.ledger
        for item in ledger.items():
            if item.state is State.SENDING:
                ledger.unknown(item.key, "the run that sent it was killed", counts=item.was_whole)
        for item in ledger.in_state({State.UNKNOWN}, self._session.accounts):
            self._run.given_up_s[item.key] = self._session.stop.now_s()

    def _send(self, planned: Sequence[Planned]) -> None:
        session = self._session
        try:
            for entry, done in in_lanes(self._run.receipt_of, planned, session.pace.concurrency, session.stop):
                if done:
                    self._receipts[_key(entry)] = done
        except KeyboardInterrupt:  # from Python, where no signal is ours
            session.stop.request()
            session.stop.wait_until_over()
            raise
        if session.stop.requested:
            raise StoppedError("the run was stopped")

    def _settle(self) -> None:
        """Look for what had no answer; what is surely not there is sent once more, and looked for again."""
        while self._run.given_up_s:
            unknown = {item.key for item in self._session.ledger.items() if item.state is State.UNKNOWN}
            pending = {key: moment_s for key, moment_s in self._run.given_up_s.items() if key in unknown}
            self._run.given_up_s = {}
            found = settle(self._session, pending)
            for key, settled in found.items():
                self._told(key, settled)
            again = [entry for entry in self._planned if _is_absent(found.get(entry.item.key))]
            if not self._run.halt:
                self._send([_as_sent_again(entry) for entry in again if entry.action in {Action.SEND, Action.SETTLE}])

    def _told(self, key: str, settled: Settled) -> None:
        item = self._session.ledger.get(key)
        if item:
            self._receipts[key] = self._run.settled(item, settled)

    def _look_again(self) -> VoiceList | None:
        """Return the list after what was made, None where nothing was or there is none."""
        session = self._session
        if not session.made:
            return None
        for wait_s in (0.0, 1.0, 2.0):  # a list may be a little behind
            session.stop.sleep(wait_s)
            with suppress(SubmitError):
                return session.look()
        return None

    def _unverified(self, looked: VoiceList | None) -> list[str]:
        if looked is not None or not self._session.made:
            return []
        return ["The account's list could not be had after the upload: run voiceprep voices verify later."]

    def _note_abandoned_attempts(self) -> None:
        if not self._session.stop.requested:
            return
        ledger = self._session.ledger
        for item in ledger.in_state({State.SENDING}, self._session.accounts):
            with suppress(SubmitError):  # its answer came after all
                ledger.unknown(item.key, "the run was stopped before the answer")

    def _receipt_of(self, entry: Planned) -> Receipt:
        """Return a sample's receipt; of one that none was told of, what the ledger knows."""
        done = self._receipts.get(_key(entry))
        if done:
            return done
        item = self._session.ledger.get(entry.item.key) or entry.item
        if item.state is State.DONE:
            return receipt(item.path, Outcome.DONE, item.state, f"created as voice {item.voice_id}", item.voice_id)
        if item.state is State.UNKNOWN:
            return receipt(item.path, Outcome.UNKNOWN, item.state, f"{item.error}: the next upload looks for it first")
        return receipt(item.path, Outcome.NOT_SENT, item.state, "not sent: the run was stopped")


def _key(entry: Planned) -> str:
    return entry.item.key if entry.action is not Action.SKIP else f"skipped {entry.item.path}"


def _is_absent(found: Settled | None) -> bool:
    return found is not None and found.state is State.ABSENT


def _as_sent_again(entry: Planned) -> Planned:
    return Planned(entry.item, entry.clip, Action.SEND, "an earlier attempt did not make it")


def _halt_of(error: BaseException | None, stop: Stop) -> Halt:
    if stop.requested:
        return Halt("the run was stopped: the same command goes on from there", 128 + (stop.signal or 2))
    return Halt(str(error), 4 if isinstance(error, AccountError | NotSentError) else 1)


def _ignore(event: Event) -> None:
    """Tell nobody."""
