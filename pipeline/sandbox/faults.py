"""What can go wrong at the service, as plain data: a test scripts it call by call, a person picks it by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

JSON, HTML = "application/json", "text/html"


class Call(StrEnum):
    """The call that a fault hits."""

    CREATE = "create"
    LIST = "list"


class Cut(StrEnum):
    """Where the connection breaks: with the request unread, after it and before any answer, or amid the answer."""

    REQUEST = "request"
    SILENT = "silent"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong with a call.

    Parameters
    ----------
    name, description : str
    status : int
    body : str
        ``{key}`` in it becomes the key of the request, as services do that echo it.
    content_type : str
    headers : mapping
        ``{soon}`` in one becomes the date of two seconds ahead.
    creates : bool
        Whether the voice is created all the same; otherwise the call ends before that.
    call : Call
    first_calls : int, optional
        Only so many calls are hit; all of them unless given.
    delay_s : float
        Waited before the answer.
    commit_after_s : float
        A created voice appears only so long after the answer.
    cut : Cut, optional
    renames : bool
        A name that is taken gets a number behind it.
    description_limit : int, optional
        So many characters of a description are kept.
    publishes : bool
        The voice is listed as published.
    listed_share : float
        So much of the list is answered, the oldest voices first.
    """

    name: str
    description: str
    status: int = 200
    body: str = ""
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    creates: bool = False
    call: Call = Call.CREATE
    first_calls: int | None = None
    delay_s: float = 0.0
    commit_after_s: float = 0.0
    cut: Cut | None = None
    renames: bool = False
    description_limit: int | None = None
    publishes: bool = False
    listed_share: float = 1.0

    def hits(self, number: int) -> bool:
        """Return whether it hits a call by its number; the first is 1."""
        return self.first_calls is None or number <= self.first_calls
