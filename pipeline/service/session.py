"""The account as an upload finds it: one list that is believed, before anything is sent."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.errors import BusyError, NotSentError, RateLimitError, UnknownOutcome, UntrustedListError
from pipeline.service.api import Api
from pipeline.service.items import Item, State
from pipeline.service.ledger import Ledger
from pipeline.service.listing import VoiceList
from pipeline.service.pace import Pace
from pipeline.service.receipts import OnEvent
from pipeline.service.stopping import Stop
from pipeline.service.trust import distrust

READ_TRIES = 4
MAX_READ_WAIT_S = 30.0


@dataclass(slots=True)
class Session:
    """An account, what it listed at the start, and what this run made since.

    Parameters
    ----------
    accounts : frozenset of str
        The account's names in the ledger: a new key of the same account has a new one.
    listed : VoiceList
        The list at the start.
    snapshot : int, optional
        Its number in the ledger, from the first sending on.
    made : set of int
        Ids of this run.
    """

    api: Api
    ledger: Ledger
    pace: Pace
    stop: Stop
    on_event: OnEvent
    accounts: frozenset[str]
    listed: VoiceList
    snapshot: int | None = None
    made: set[int] = field(default_factory=set)

    @property
    def settle_s(self) -> float:
        """How long a voice is looked for; never less than its answer may take."""
        return max(self.pace.settle_s, self.api.timeouts.read_s)

    def look(self) -> VoiceList:
        """Return the list of now. Raises UntrustedListError if it is not believed, else as `read_list`."""
        listed = read_list(self.api, self.stop)
        why = distrust(listed, self.listed.by_id, self.made)
        if why:
            raise UntrustedListError(f"{why[0].upper()}{why[1:]}: such a list proves nothing.")
        return listed


def open_session(  # noqa: PLR0913, PLR0917 - what a session is made of
    api: Api, ledger: Ledger, pace: Pace, stop: Stop, on_event: OnEvent, trust_list: bool
) -> Session:
    """Look at the account.

    Raises
    ------
    UntrustedListError
        If the list lacks what it must hold; not with `trust_list`.
    SubmitError
        If there is no list.
    """
    listed = read_list(api, stop)
    accounts = names_of(api.account, api.base_url, ledger, listed)
    why = distrust(listed, ledger.last_listed(api.account) | ledger.voice_ids(accounts))
    if not listed.voices and ledger.has_voices_at(api.base_url):
        why = why or "the service lists no voice at all, though the ledger has some that were made with another key"
    if why and not trust_list:
        raise UntrustedListError(
            f"Nothing was sent, because {why}: such a list proves nothing. Try again later; "
            "if the list is right, because voices were deleted or this is another account, say --trust-list."
        )
    return Session(api, ledger, pace, stop, on_event, accounts, listed)


def read_list(api: Api, stop: Stop) -> VoiceList:
    """Return the list, asked for again where that may help: a read changes nothing.

    Raises
    ------
    SubmitError
        See `Api.list_voices`.
    """
    import tenacity

    tries = tenacity.Retrying(
        retry=tenacity.retry_if_exception(_may_help),
        stop=tenacity.stop_after_attempt(READ_TRIES),
        wait=_wait_s,
        sleep=stop.sleep,
        reraise=True,
    )
    return tries(api.list_voices)


def names_of(account: str, base_url: str, ledger: Ledger, listed: VoiceList) -> frozenset[str]:
    """Return the names under which the ledger knows an account: whoever lists the private voices of another is it."""
    return frozenset([account, *(item.account for item in ledger.items() if _is_of(item, base_url, listed))])


def _is_of(item: Item, base_url: str, listed: VoiceList) -> bool:
    if item.marker in listed.by_marker:
        return True
    voice = listed.by_id.get(item.voice_id or 0) if item.state is State.DONE and item.base_url == base_url else None
    return voice is not None and voice.name == item.fields["voice_name"]


def _may_help(error: BaseException) -> bool:
    if isinstance(error, RateLimitError):
        return (error.retry_after_s or 0.0) <= MAX_READ_WAIT_S
    return isinstance(error, UnknownOutcome | NotSentError | BusyError)


def _wait_s(state: object) -> float:
    """Return how long to wait before reading again: as told, or half a second, doubled each time."""
    outcome, number = getattr(state, "outcome", None), getattr(state, "attempt_number", 1)
    error = outcome.exception() if outcome else None
    asked_s = error.retry_after_s if isinstance(error, RateLimitError) else None
    return 0.5 * 2.0 ** (number - 1) if asked_s is None else asked_s
