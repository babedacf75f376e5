"""What an upload tells: a receipt a sample, events on the way, a report at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pipeline.service.items import State
from pipeline.service.ledger import now_utc


class Outcome(StrEnum):
    """What became of a sample in this run."""

    DONE = "done"
    ALREADY = "already"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"
    NOT_SENT = "not_sent"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one sample; `at` is when that was, in UTC.

    Examples
    --------
    >>> receipt("mia/take1.mp3", Outcome.DONE, State.DONE, "made", 9001).to_dict()["voice_id"]
    9001
    """

    path: str
    voice_id: int | None
    state: State
    at: str
    message: str
    outcome: Outcome

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "path": self.path,
            "voice_id": self.voice_id,
            "state": self.state.value,
            "at": self.at,
            "message": self.message,
            "outcome": self.outcome.value,
        }


def receipt(path: str, outcome: Outcome, state: State, message: str, voice_id: int | None = None) -> Receipt:
    """Return a receipt of now."""
    return Receipt(path, voice_id, state, now_utc(), message, outcome)


@dataclass(frozen=True, slots=True)
class Event:
    """Something happened.

    Parameters
    ----------
    kind : str
        account (what it holds, and how many samples there are), sending, waiting, looking or finished.
    path, message : str
    receipt : Receipt, optional
        Of a sample that is finished.
    total : int
        How many samples there are.
    """

    kind: str
    path: str
    message: str
    receipt: Receipt | None = None
    total: int = 0


OnEvent = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class Halt:
    """Why a run stopped before its end, and its exit code: 4 if trying again will not help, 1 if it may."""

    why: str
    exit_code: int


@dataclass(frozen=True, slots=True)
class UploadReport:
    """An upload's end.

    Parameters
    ----------
    receipts : tuple of Receipt
        One for each sample that has a voice, in order.
    halt : Halt, optional
        Why the run was stopped.
    without_voice : tuple of str
        Paths of samples that were good enough and have no row in the manifest.
    problems : tuple of str
        What a person must look at: a voice that is published, made twice, or has another name.
    notes : tuple of str
        What could not be checked.
    """

    receipts: tuple[Receipt, ...]
    halt: Halt | None = None
    without_voice: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def stopped(self) -> str | None:
        """Why the run was stopped."""
        return self.halt.why if self.halt else None

    def counts(self) -> dict[str, int]:
        """Return how many samples have each outcome; every outcome is there."""
        counted = Counter(entry.outcome for entry in self.receipts)
        return {outcome.value: counted[outcome] for outcome in Outcome}

    @property
    def exit_code(self) -> int:
        """0 if everything is at the service as it should be, the halt's code if there is one, 1 otherwise."""
        if self.halt:
            return self.halt.exit_code
        finished = {Outcome.DONE, Outcome.ALREADY}
        return 0 if all(entry.outcome in finished for entry in self.receipts) and not self.problems else 1

    def to_dict(self) -> dict[str, Any]:
        """Return what ``--json`` prints."""
        return {
            **self.counts(),
            "stopped": self.stopped,
            "without_voice": list(self.without_voice),
            "problems": list(self.problems),
            "notes": list(self.notes),
            "receipts": [entry.to_dict() for entry in self.receipts],
        }
