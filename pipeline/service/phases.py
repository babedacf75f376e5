"""The phases of an upload: what was killed is noted, samples are sent, lost answers settled, the result looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress

from pipeline.errors import StoppedError, StopRequested, SubmitError
from pipeline.service.audit import problems, renamed
from pipeline.service.deciding import Action
from pipeline.service.items import State
from pipeline.service.lanes import in_lanes
from pipeline.service.listing import VoiceList
from pipeline.service.planning import Planned
from pipeline.service.receipts import Outcome, Receipt, UploadReport, receipt
from pipeline.service.session import Session
from pipeline.service.settling import Settled, settle
from pipeline.service.stopping import stopped
from pipeline.service.upload_run import UploadRun


class Phases:
    """The phases of one upload, by what was planned.

    Parameters
    ----------
    session : Session
    planned : sequence of Planned
    """

    def __init__(self, session: Session, planned: Sequence[Planned]) -> None:
        self._session, self._planned = session, planned
        self._run = UploadRun(session)
        self._receipts: dict[str, Receipt] = {}

    def run(self, without_voice: tuple[str, ...]) -> UploadReport:
        """Go through all of them. Raises SubmitError if the ledger cannot be written: nothing more was sent."""
        looked = None
        try:
            self._note_killed_attempts()
            self._send(self._planned)
            self._settle()
            looked = self._look_again()
        except (StopRequested, StoppedError):
            self._run.halt = stopped(self._session.stop)
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
            again = {} if self._run.halt else {entry.item.key: entry for entry in self._absent(found)}
            for key, settled in found.items():
                if key not in again:
                    self._told(key, settled)
            self._send([_as_sent_again(entry) for entry in again.values()])

    def _absent(self, found: Mapping[str, Settled]) -> list[Planned]:
        """Return what was to be sent and is surely not there."""
        wanted = [entry for entry in self._planned if entry.action in {Action.SEND, Action.SETTLE}]
        return [entry for entry in wanted if entry.item.key in found and found[entry.item.key].state is State.ABSENT]

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


def _as_sent_again(entry: Planned) -> Planned:
    return Planned(entry.item, entry.clip, Action.SEND, "an earlier attempt did not make it")
