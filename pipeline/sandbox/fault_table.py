"""The faults that have a name: the table behind ``voiceprep sandbox --fault NAME``."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping

from pipeline.errors import UsageError
from pipeline.sandbox.faults import HTML, Call, Cut, Fault


def _error(status: int, text: str) -> str:
    return json.dumps({"error": text, "status": status})


_INVALID = json.dumps({"detail": [{"type": "enum", "loc": ["body", "gender"], "msg": "Input should be 0, 1, 2 or 9"}]})
_FULL = json.dumps({"detail": {"code": "voice_limit_reached", "message": "You have used 10 of 10 custom voices."}})
_BUSY = _error(429, "Rate limit exceeded")
_DOWN = _error(503, "Service unavailable")
_ELSEWHERE = "http://127.0.0.2:9/elsewhere"

_ANSWERS = (
    Fault("unauthorized", "401: the key is not accepted.", 401, _error(401, "Invalid API key")),
    Fault("payment", "402: the account cannot pay.", 402, _error(402, "Payment required")),
    Fault("forbidden", "403: the key may not create voices.", 403, _error(403, "Not allowed")),
    Fault("full", "400: the account is full, as comparable services say it.", 400, _FULL),
    Fault("too-large", "413: the file is too large.", 413, _error(413, "Payload too large")),
    Fault("invalid-list", "422 with a list of mistakes, as the page shows it.", 422, _INVALID),
    Fault("invalid-text", "422 with one sentence.", 422, json.dumps({"detail": "The audio holds no speech."})),
    Fault("echo", "422 that repeats the key.", 422, json.dumps({"detail": "Refused for key {key}."})),
    Fault("busy", "429 with Retry-After: 1, at every call.", 429, _BUSY, headers={"Retry-After": "1"}),
    Fault("busy-once", "429 with Retry-After: 1, at the first call.", 429, _BUSY, headers={"Retry-After": "1"},
          first_calls=1),
    Fault("busy-date", "429 with the date of two seconds ahead, once.", 429, _BUSY, headers={"Retry-After": "{soon}"},
          first_calls=1),
    Fault("busy-long", "429 with Retry-After: 10000.", 429, _BUSY, headers={"Retry-After": "10000"}),
    Fault("busy-untold", "429 that does not say how long, at the first call.", 429, _BUSY, first_calls=1),
    Fault("redirect", "307 to another address; no voice is created.", 307, "", headers={"Location": _ELSEWHERE}),
)  # fmt: skip
"""Complete answers: nothing was created."""

_DOUBTS = (
    Fault("server-error", "500 with a web page; no voice is created.", 500, "<h1>Internal Server Error</h1>", HTML),
    Fault("unavailable", "503; no voice is created.", 503, _DOWN),
    Fault("unavailable-after", "503; the voice is created.", 503, _DOWN, creates=True),
    Fault("no-id", "200 without voice_id; the voice is created.", 200, "{}", creates=True),
    Fault("html", "200 with a web page; the voice is created.", 200, "<html>OK</html>", HTML, creates=True),
    Fault("slow", "The right answer after 3 seconds; the voice is created.", creates=True, delay_s=3.0),
    Fault("reset", "The connection breaks amid the request; no voice is created.", cut=Cut.REQUEST),
    Fault("drop", "The connection breaks after the request; no voice is created.", cut=Cut.SILENT),
    Fault("drop-after", "The connection breaks after the request; the voice is created.", cut=Cut.SILENT,
          creates=True),
    Fault("drop-late", "The same, and the voice appears 3 seconds later.", cut=Cut.SILENT, creates=True,
          commit_after_s=3.0),
    Fault("cut", "The answer breaks off; the voice is created.", cut=Cut.ANSWER, creates=True),
)  # fmt: skip
"""Answers, and the lack of one, that settle nothing."""

_HABITS = (
    Fault("renames", "A name that is taken gets a number behind it.", creates=True, renames=True),
    Fault("trims", "Descriptions are cut to 10 characters.", creates=True, description_limit=10),
    Fault("hides", "Descriptions are not listed.", creates=True, description_limit=0),
    Fault("publishes", "Every voice is published.", creates=True, publishes=True),
)
"""Right answers of a service that changes what it was told."""

_LISTS = (
    Fault("list-error", "The list answers 500.", 500, _error(500, "Oops"), call=Call.LIST),
    Fault("list-html", "The list answers a web page.", 200, "<html>OK</html>", HTML, call=Call.LIST),
    Fault("list-empty", "The list is empty.", 200, "[]", call=Call.LIST),
    Fault("list-half", "The list lacks every voice of its newer half.", call=Call.LIST, listed_share=0.5),
    Fault("list-busy", "The list answers 429 once.", 429, _BUSY, call=Call.LIST, headers={"Retry-After": "1"},
          first_calls=1),
    Fault("list-slow", "The list takes 3 seconds.", call=Call.LIST, delay_s=3.0),
    Fault("list-drop", "The list breaks off.", call=Call.LIST, cut=Cut.ANSWER),
    Fault("list-unauthorized", "The list answers 401.", 401, _error(401, "Invalid API key"), call=Call.LIST),
)  # fmt: skip

FAULTS: Mapping[str, Fault] = {fault.name: fault for fault in (*_ANSWERS, *_DOUBTS, *_HABITS, *_LISTS)}
"""Every fault that has a name, by it."""


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
