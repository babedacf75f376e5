"""What became of attempts without an answer: looked for in the account's list until the voice must have been there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from pipeline.errors import SubmitError
from pipeline.service.crash import reached
from pipeline.service.items import UNSETTLED, Item, State
from pipeline.service.ledger import Ledger
from pipeline.service.listing import VoiceList
from pipeline.service.matching import Certainty, Match, find_match
from pipeline.service.receipts import Event
from pipeline.service.session import Session

LOOKS_S = (0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0)
"""So long after an attempt was given up its voice is looked for, and once more when the settle time is over."""

TOLD_S = 0.5
"""Shorter waits are not told of: attempts that were given up one after the other are looked for so."""

MOST_DOUBTS = 1
"""So many attempts of a voice may end without an answer; after the next a person decides."""


@dataclass(frozen=True, slots=True)
class Settled:
    """How a look ended for an item."""

    state: State
    message: str
    voice_id: int | None = None


def look_once(session: Session, item: Item) -> Settled | None:
    """Look for a voice's marker right after its answer was lost; None if it is not there, or there is no list."""
    try:
        match = find(item, session.look(), session.ledger)
    except SubmitError:
        return None
    return _if_found(session, item, match) if match and match.certainty is Certainty.MARKED else None


def settle(session: Session, given_up_s: Mapping[str, float]) -> dict[str, Settled]:
    """Look for voices until each is found or its settle time is over, and note what was found.

    One look is enough for an attempt whose request never was whole: no later commit can come of it.

    Parameters
    ----------
    session : Session
    given_up_s : mapping
        The moment, by the clock of the session's `Stop`, at which the attempt of each key was given up.

    Raises
    ------
    StoppedError
        If the run is to stop; what is open then stays unknown.
    """
    pending, settled = dict(given_up_s), dict[str, Settled]()
    looked_s = float("-inf")
    while pending:
        due_s = min(_due_s(moment_s, looked_s, session.settle_s) for moment_s in pending.values())
        _wait(session, due_s, len(pending))
        looked_s = session.stop.now_s()
        ended = _look(session, pending, looked_s)
        settled |= ended
        pending = {key: moment_s for key, moment_s in pending.items() if key not in ended}
    return settled


def find(item: Item, listed: VoiceList, ledger: Ledger) -> Match | None:
    """Return the listed voices that may be an item's."""
    known = {each.voice_id for each in ledger.items() if each.voice_id is not None and each.key != item.key}
    return find_match(item, listed, ledger.listed_before(item.snapshot), known)


def echoes(session: Session, listed: VoiceList) -> bool | None:
    """Return whether the service lists descriptions as they were sent; None where no voice of ours can show it."""
    sent = [item for item in session.ledger.of_account(session.accounts) if item.snapshot is not None]
    shown = [listed.by_id[item.voice_id] for item in sent if item.voice_id in listed.by_id and item.voice_id]
    return any(voice.marker for voice in shown) if shown else None


def _due_s(given_up_s: float, looked_s: float, settle_s: float) -> float:
    looks = [given_up_s + after_s for after_s in (*LOOKS_S, settle_s) if after_s <= settle_s]
    return next((look_s for look_s in looks if look_s > looked_s), looks[-1])


def _wait(session: Session, due_s: float, count: int) -> None:
    wait_s = due_s - session.stop.now_s()
    if wait_s >= TOLD_S:
        whose = "1 voice whose answer was" if count == 1 else f"{count} voices whose answers were"
        session.on_event(Event("looking", "", f"Looking for {whose} lost: again in {wait_s:.0f} s."))
    if wait_s > 0:
        session.stop.sleep(wait_s)


def _look(session: Session, pending: Mapping[str, float], now_s: float) -> dict[str, Settled]:
    items = [item for key in pending if (item := session.ledger.get(key))]
    over = {item.key for item in items if not item.was_whole or now_s - pending[item.key] >= session.settle_s}
    try:
        listed = session.look()
    except SubmitError as error:
        message = f"nothing tells whether it exists, and the list could not be had: {error}"
        return {key: Settled(State.UNKNOWN, message) for key in over}
    unsettled = session.ledger.in_state(UNSETTLED, session.accounts)
    matches = {item.key: find(item, listed, session.ledger) for item in (*unsettled, *items)}
    ended = {}
    for item in items:
        reached("reconciling")
        match = _unless_claimed(item, matches)
        found = _if_found(session, item, match) or (
            _given_up(session, item, matches[item.key], listed) if item.key in over else None
        )
        if found:
            ended[item.key] = found
    return ended


def _unless_claimed(item: Item, matches: Mapping[str, Match | None]) -> Match | None:
    """Return an item's match, unless a voice without a marker may as well be that of another item in doubt."""
    match = matches[item.key]
    if match is None or match.certainty is Certainty.MARKED:
        return match
    ids = {voice.id for voice in match.voices}
    others = (other for key, other in matches.items() if other and key != item.key)
    return None if any(ids & _ids(other) for other in others) else match


def _ids(match: Match) -> set[int]:
    return {voice.id for voice in match.voices}


def _if_found(session: Session, item: Item, match: Match | None) -> Settled | None:
    if match is None or match.certainty is Certainty.POSSIBLE:
        return None
    if match.certainty is Certainty.LIKELY and not item.was_whole:
        return None
    if match.certainty is Certainty.LIKELY and len(match.voices) > 1:
        return None
    voice_id = match.voices[0].id
    by = "its marker" if match.certainty is Certainty.MARKED else "its name and fields, new in the list"
    session.ledger.done(item.key, voice_id, f"found by {by}")
    session.made.add(voice_id)
    return Settled(State.DONE, f"found as voice {voice_id} by {by}; the answer to its attempt was lost", voice_id)


def _given_up(session: Session, item: Item, match: Match | None, listed: VoiceList) -> Settled:
    """Note that a voice was not found by the end of its settle time."""
    if not item.was_whole and item.doubts <= MOST_DOUBTS:
        session.ledger.absent(item.key, "its request never left whole")
        return Settled(State.ABSENT, "no voice was made of it: it may be sent again")
    if match:
        why = f"it may be {_named(match)}, which {'is' if len(match.voices) == 1 else 'are'} new in the account's list"
    elif echoes(session, listed) is False:
        why = "it is not in the list, but the service does not list descriptions as they were sent"
    elif item.doubts > MOST_DOUBTS:
        why = f"{item.doubts} attempts ended without an answer, and it is not in the list"
    else:
        session.ledger.absent(item.key, "looked for and not there")
        return Settled(State.ABSENT, "no voice was made of it: it may be sent again")
    session.ledger.needs_human(item.key, why)
    return Settled(State.NEEDS_HUMAN, f"{why}: see voiceprep voices, then voiceprep voices settle")


def _named(match: Match) -> str:
    names: Collection[str] = [f"{voice.id} ({voice.name})" for voice in match.voices[:5]]
    return f"voice {' or '.join(names)}"
