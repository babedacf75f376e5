"""An upload under way: what each error means for the sample it happened to, and for those after it."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.errors import AccountError, BusyError, RefusedError, UnknownOutcome, UsageError, VoiceprepError
from pipeline.service.api import Api
from pipeline.service.clips import ChangedClipError, opened_clip
from pipeline.service.deciding import Action
from pipeline.service.items import State
from pipeline.service.ledger import Ledger
from pipeline.service.pace import Pace
from pipeline.service.planning import Planned
from pipeline.service.receipts import Event, OnEvent, Outcome, Receipt, receipt
from pipeline.service.replies import NotSentError, RateLimitError
from pipeline.service.sending import send

_UNSENT = {
    Action.ALREADY: (Outcome.ALREADY, State.DONE),
    Action.UNSETTLED: (Outcome.UNKNOWN, State.UNKNOWN),
    Action.SKIP: (Outcome.SKIPPED, State.SKIPPED),
}

_OUTCOMES: tuple[tuple[tuple[type[VoiceprepError], ...], Outcome, State], ...] = (
    ((ChangedClipError, UsageError), Outcome.SKIPPED, State.SKIPPED),
    ((RefusedError,), Outcome.REFUSED, State.REFUSED),
    ((UnknownOutcome,), Outcome.UNKNOWN, State.UNKNOWN),
    ((NotSentError, AccountError, BusyError), Outcome.NOT_SENT, State.PREPARED),
)


@dataclass(slots=True)
class UploadRun:
    """One upload under way: samples one after the other; `stopped` says why no more are sent."""

    api: Api
    ledger: Ledger
    pace: Pace
    on_event: OnEvent
    stopped: str | None = field(default=None, init=False)
    unconnected: int = field(default=0, init=False)
    sent: bool = field(default=False, init=False)

    def receipt_of(self, entry: Planned) -> Receipt:
        """Do what is planned for one sample and tell of it."""
        done = _without_sending(entry) or self._sent(entry)
        self.on_event(Event("finished", done.path, done.message, done))
        return done

    def _sent(self, entry: Planned) -> Receipt:
        path = entry.item.path
        if self.stopped:
            return receipt(path, Outcome.NOT_SENT, State.NEW, "not sent: the run was stopped")
        self.on_event(Event("sending", path, f"sending {path}"))
        try:
            voice_id = self._send(entry)
        except VoiceprepError as error:
            self._count(error)
            return _receipt_of_error(path, error)
        self.unconnected = 0
        return receipt(path, Outcome.DONE, State.DONE, f"created as voice {voice_id}", voice_id)

    def _send(self, entry: Planned) -> int:
        """Send one sample; a rate limit is waited for, and then the same attempt is made again."""
        for waits in range(self.pace.max_waits):
            try:
                return self._attempt(entry)
            except RateLimitError as busy:
                self._wait(entry.item.path, busy, waits)
        return self._attempt(entry)

    def _attempt(self, entry: Planned) -> int:
        with opened_clip(entry.clip, entry.item.audio_sha256) as clip:
            if self.sent and not self.api.is_local:
                self.pace.sleep(self.pace.between_s)
            self.sent = True
            return send(entry.item, clip, self.api, self.ledger)

    def _wait(self, path: str, busy: RateLimitError, waits: int) -> None:
        wait_s = self.pace.wait_s(busy.retry_after_s, waits)
        if wait_s is None:
            raise busy
        self.on_event(Event("waiting", path, f"{busy} Waiting {wait_s:.0f} s."))
        self.pace.sleep(wait_s)

    def _count(self, error: VoiceprepError) -> None:
        """Stop the run where the next sample would fare the same."""
        self.unconnected = self.unconnected + 1 if isinstance(error, NotSentError) else 0
        if isinstance(error, AccountError | BusyError) or self.unconnected >= self.pace.max_unconnected:
            self.stopped = str(error)


def _without_sending(entry: Planned) -> Receipt | None:
    """Return the receipt of a sample that is not sent, None for one that is."""
    if entry.action is Action.SEND:
        return None
    outcome, state = _UNSENT[entry.action]
    return receipt(entry.item.path, outcome, state, entry.why, entry.voice_id)


def _receipt_of_error(path: str, error: VoiceprepError) -> Receipt:
    for kinds, outcome, state in _OUTCOMES:
        if isinstance(error, kinds):
            return receipt(path, outcome, state, str(error))
    raise error  # the ledger's own: without it nothing more may be sent
