"""An upload under way: what each error means for the sample it happened to, and for those after it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from pipeline.errors import (
    AccountError,
    BusyError,
    ChangedClipError,
    NotSentError,
    RateLimitError,
    RefusedError,
    StoppedError,
    UnknownOutcome,
    UsageError,
    VoiceprepError,
)
from pipeline.service.crash import reached
from pipeline.service.deciding import Action
from pipeline.service.items import Item, State
from pipeline.service.pace import Gate
from pipeline.service.planning import Planned
from pipeline.service.receipts import Event, Halt, Outcome, Receipt, receipt
from pipeline.service.sending import send
from pipeline.service.session import Session
from pipeline.service.settling import Settled, look_once

_UNSENT = {
    Action.ALREADY: (Outcome.ALREADY, State.DONE),
    Action.ASK: (Outcome.UNKNOWN, State.NEEDS_HUMAN),
    Action.SKIP: (Outcome.SKIPPED, State.SKIPPED),
}

_OUTCOMES: tuple[tuple[tuple[type[VoiceprepError], ...], Outcome, State], ...] = (
    ((ChangedClipError, UsageError), Outcome.SKIPPED, State.SKIPPED),
    ((RefusedError,), Outcome.REFUSED, State.REFUSED),
    ((NotSentError, AccountError, BusyError), Outcome.NOT_SENT, State.PREPARED),
    ((StoppedError,), Outcome.NOT_SENT, State.NEW),
)

_OUTCOME_OF = {State.DONE: Outcome.DONE, State.ABSENT: Outcome.NOT_SENT}


@dataclass(slots=True)
class UploadRun:
    """One upload under way.

    `halt` says why no more are sent; `given_up_s` holds, by key, when attempts without an answer were given up.
    """

    session: Session
    halt: Halt | None = None
    given_up_s: dict[str, float] = field(default_factory=dict)
    gate: Gate = field(init=False)
    _unconnected: int = field(default=0, init=False)
    _in_doubt: int = field(default=0, init=False)
    _mutex: threading.Lock = field(default_factory=threading.Lock, init=False)

    def __post_init__(self) -> None:
        between_s = 0.0 if self.session.api.is_local else self.session.pace.between_s
        self.gate = Gate(between_s, self.session.stop)

    def receipt_of(self, entry: Planned) -> Receipt | None:
        """Do what is planned for one sample and tell of it; None where it must be looked for first."""
        if entry.action is Action.SETTLE:
            self.given_up_s[entry.item.key] = self.session.stop.now_s()
            return None
        done = self._without_sending(entry) or self._sent(entry)
        return self.tell(done) if done else None

    def settled(self, item: Item, found: Settled) -> Receipt:
        """Return the receipt of a voice that was looked for, and tell of it."""
        outcome = _OUTCOME_OF.get(found.state, Outcome.UNKNOWN)
        return self.tell(receipt(item.path, outcome, found.state, found.message, found.voice_id))

    def tell(self, done: Receipt) -> Receipt:
        """Tell of a receipt."""
        reached("reporting")
        self.session.on_event(Event("finished", done.path, done.message, done))
        return done

    def _without_sending(self, entry: Planned) -> Receipt | None:
        """Return the receipt of a sample that is not sent, None for one that is."""
        path = entry.item.path
        if entry.action is Action.ADOPT and entry.voice_id is not None:
            self.session.ledger.prepare(entry.item)
            self.session.ledger.done(entry.item.key, entry.voice_id, entry.why)
            return receipt(path, Outcome.ALREADY, State.DONE, f"voice {entry.voice_id}: {entry.why}", entry.voice_id)
        if entry.action is Action.SEND:
            return None
        outcome, state = _UNSENT[entry.action]
        return receipt(path, outcome, state, entry.why, entry.voice_id)

    def _sent(self, entry: Planned) -> Receipt | None:
        path = entry.item.path
        try:
            voice_id = self._send(entry)
        except UnknownOutcome as error:
            return self._in_doubt_of(entry.item, error)
        except VoiceprepError as error:
            self._count(error)
            return _receipt_of_error(path, error)
        self._unconnected = self._in_doubt = 0
        self.session.made.add(voice_id)
        message = f"created as voice {voice_id}{self._beside(entry.item, voice_id)}"
        return receipt(path, Outcome.DONE, State.DONE, message, voice_id)

    def _beside(self, item: Item, voice_id: int) -> str:
        """Return what is said of other voices of the same name: to the service, an update is a new voice."""
        name = item.fields["voice_name"]
        listed = {voice.id for voice in self.session.listed.by_name.get(name, ())}
        made = self.session.ledger.in_state({State.DONE}, self.session.accounts)
        same = listed | {each.voice_id for each in made if each.fields["voice_name"] == name and not each.deleted_at}
        others = ", ".join(str(number) for number in sorted(number or 0 for number in same - {voice_id}))
        return f"; the name {name} is also that of {others}, which stays as it is" if others else ""

    def _send(self, entry: Planned) -> int:
        """Send one sample; a rate limit is waited for, and then the same attempt is made again."""
        waited_s, waits = 0.0, 0
        while True:
            try:
                return self._attempt(entry)
            except RateLimitError as busy:
                wait_s = self.session.pace.wait_s(busy.retry_after_s, waits, waited_s)
                if wait_s is None:
                    raise
                self.session.on_event(Event("waiting", entry.item.path, f"{_ended(busy)} Waiting {wait_s:.0f} s."))
                self.gate.hold(wait_s)
                waited_s, waits = waited_s + wait_s, waits + 1

    def _attempt(self, entry: Planned) -> int:
        session, path = self.session, entry.item.path
        self.gate.enter()
        with session.stop.flight():
            if session.stop.requested or self.halt:
                raise StoppedError("not sent: the run was stopped")
            session.on_event(Event("sending", path, f"sending {path}"))
            return send(entry.item, entry.clip, session.api, session.ledger, self._snapshot())

    def _snapshot(self) -> int:
        with self._mutex:
            if self.session.snapshot is None:
                ids = self.session.listed.by_id
                self.session.snapshot = self.session.ledger.snapshot(self.session.api.account, ids)
            return self.session.snapshot

    def _in_doubt_of(self, item: Item, error: UnknownOutcome) -> Receipt | None:
        """Look at once: mostly the voice is there. Otherwise it is looked for at the end of the run."""
        self.given_up_s[item.key] = self.session.stop.now_s()
        self.session.on_event(Event("looking", item.path, f"{item.path}: {error}"))
        found = None if self.session.stop.requested else look_once(self.session, item)
        if found is None:
            self._count(error)
            return None
        del self.given_up_s[item.key]
        self._in_doubt = 0
        return receipt(item.path, Outcome.DONE, found.state, found.message, found.voice_id)

    def _count(self, error: VoiceprepError) -> None:
        """Stop the run where the next sample would fare the same."""
        most = self.session.pace.max_in_doubt
        self._unconnected = self._unconnected + 1 if isinstance(error, NotSentError) else 0
        self._in_doubt = self._in_doubt + 1 if isinstance(error, UnknownOutcome) else 0
        if isinstance(error, AccountError | BusyError) or self._unconnected >= most:
            self.halt = self.halt or Halt(str(error), 4)
        elif self._in_doubt >= most:
            self.halt = self.halt or Halt(f"{most} attempts in a row had no answer: try again later. {error}", 1)


def _ended(error: VoiceprepError) -> str:
    """Return what an error says as a whole sentence: the service's own words at its end may have no full stop."""
    return str(error) if str(error).endswith((".", "!", "?")) else f"{error}."


def _receipt_of_error(path: str, error: VoiceprepError) -> Receipt:
    for kinds, outcome, state in _OUTCOMES:
        if isinstance(error, kinds):
            return receipt(path, outcome, state, str(error))
    raise error  # the ledger's own: without it nothing more may be sent
