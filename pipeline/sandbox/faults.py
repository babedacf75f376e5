"""What can go wrong at the service, by name: the table behind ``voiceprep sandbox --fault NAME``."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pipeline.errors import UsageError

JSON, HTML = "application/json", "text/html"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong with create calls.

    Parameters
    ----------
    name, description : str
    status : int
    body : str
    content_type : str
    headers : mapping
    creates : bool
        Whether the voice is created all the same; otherwise the call ends before that.
    first_calls : int, optional
        Only so many calls are hit; all of them unless given.
    delay_s : float
        Waited before the answer.
    """

    name: str
    description: str
    status: int = 200
    body: str = ""
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    creates: bool = False
    first_calls: int | None = None
    delay_s: float = 0.0

    def hits(self, call: int) -> bool:
        """Return whether it hits a create call; the first is 1."""
        return self.first_calls is None or call <= self.first_calls


def _error(status: int, text: str) -> str:
    return json.dumps({"error": text, "status": status})


_INVALID = json.dumps({"detail": [{"type": "enum", "loc": ["body", "gender"], "msg": "Input should be 0, 1, 2 or 9"}]})
_BUSY = _error(429, "Rate limit exceeded")
_SOON = {"Retry-After": "1"}

_ALL = (
    Fault("unauthorized", "401: the key is not accepted.", 401, _error(401, "Invalid API key")),
    Fault("payment", "402: the account cannot pay.", 402, _error(402, "Payment required")),
    Fault("forbidden", "403: the key may not create voices.", 403, _error(403, "Not allowed")),
    Fault("too-large", "413: the file is too large.", 413, _error(413, "Payload too large")),
    Fault("invalid-list", "422 with a list of mistakes, as the page shows it.", 422, _INVALID),
    Fault("invalid-text", "422 with one sentence.", 422, json.dumps({"detail": "The audio holds no speech."})),
    Fault("busy", "429 with Retry-After: 1, at every call.", 429, _BUSY, headers=_SOON),
    Fault("busy-once", "429 with Retry-After: 1, at the first call only.", 429, _BUSY, headers=_SOON, first_calls=1),
    Fault("server-error", "500 with a web page; no voice is created.", 500, "<h1>Internal Server Error</h1>", HTML),
    Fault("unavailable", "503; no voice is created.", 503, _error(503, "Service unavailable")),
    Fault("no-id", "200 without voice_id; the voice is created.", 200, "{}", creates=True),
    Fault("html", "200 with a web page; the voice is created.", 200, "<html>OK</html>", HTML, creates=True),
    Fault("slow", "The right answer after 3 seconds; the voice is created.", creates=True, delay_s=3.0),
)

FAULTS: Mapping[str, Fault] = {fault.name: fault for fault in _ALL}
"""Every fault by its name."""


def find_faults(names: Iterable[str]) -> tuple[Fault, ...]:
    """Return faults by name.

    Raises
    ------
    UsageError
        If there is none of a name.
    """
    return tuple(_find(name) for name in names)


def _find(name: str) -> Fault:
    if name not in FAULTS:
        near = difflib.get_close_matches(name, FAULTS, n=1)
        hint = f"Did you mean {near[0]}? " if near else ""
        raise UsageError(f"There is no fault {name!r}. {hint}There are {', '.join(FAULTS)}.")
    return FAULTS[name]
