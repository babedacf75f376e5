"""What the service answers, turned into one clear sentence and the class of error that says what to do next."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from pipeline.errors import AccountError, RateLimitError, RefusedError, SubmitError, UnknownOutcome
from pipeline.service.secret import ApiKey

MAX_TEXT = 500
"""Characters of the service's own words that a message holds."""

MAY_EXIST = "a voice may have been created, and is looked for before anything is sent again"
"""What follows from an answer to a create call that settles nothing."""

_ACCOUNT = {
    401: "The service does not accept the key (401): check CAMB_API_KEY",
    402: "The account cannot pay for another voice (402): look at its plan and credits",
    403: "The key may not create a voice, or the account is full (403): look at the key's rights and the plan",
}
_NOT_SETTLED = frozenset([408, 409, 425])

_FULL = re.compile(
    r"voice[_ ](limit|quota)|(limit|maximum|number) of (\w+ )?voices|too many voices|quota|upgrade your plan"
    r"|insufficient (credits?|funds)|payment_required|limit[_ ]reached",
    re.IGNORECASE,
)
"""How services say that the account is full. What camb.ai answers then is not known; these are its peers' words."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A complete answer; `body` is cut at what is read of one."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body as JSON, or None where it is something else."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    def code(self) -> str:
        """Return the word for programs that some services put beside the one for people, or nothing."""
        answer = self.json()
        detail = answer.get("detail", answer) if isinstance(answer, dict) else None
        return str(detail.get("code", "")) if isinstance(detail, dict) else ""


def error_for(reply: Reply, key: ApiKey, doubt: str = MAY_EXIST) -> SubmitError:
    """Return the error for an answer that is no success; `doubt` is what follows where it settles nothing."""
    said, status = _said(reply, key), reply.status
    if status == 429:
        return _busy(reply, said)
    if 300 <= status < 400:
        where = "which is not followed, because the key would go with it: check the address of the service"
        return UnknownOutcome(f"The service answered with a redirect ({status}), {where}; {doubt}.")
    if 400 <= status < 500 and status not in _NOT_SETTLED:
        return _definite_no(reply, said)
    return UnknownOutcome(f"The service's answer ({status}) settles nothing; {doubt}. {said}")


def _definite_no(reply: Reply, said: str) -> SubmitError:
    status = reply.status
    if status in _ACCOUNT:
        return AccountError(f"{_ACCOUNT[status]}. {said}")
    if _FULL.search(f"{_text(reply)} {reply.code()}"):
        return AccountError(f"The account takes no more voices ({status}): look at its plan. {said}")
    if status == 413:
        return RefusedError(f"The clip is too large for the service (413): shorten it. {said}")
    return RefusedError(f"The service refused the voice ({status}): correct what it names. {said}")


def _busy(reply: Reply, said: str) -> RateLimitError:
    wait_s = retry_after_s(reply.headers.get("retry-after"))
    if wait_s is None:
        wait_s = _until_reset_s(reply.headers.get("x-ratelimit-reset"))
    when = "later" if wait_s is None else f"in {wait_s:.0f} s"
    return RateLimitError(f"The service takes no more requests now (429): try again {when}. {said}", wait_s)


def retry_after_s(text: str | None) -> float | None:
    """Return how long to wait from the header, which holds seconds or a date; None where it holds neither."""
    if text is None:
        return None
    if text.strip().isdecimal() and text.isascii():
        return float(text)
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    moment = date if date.tzinfo else date.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _until_reset_s(text: str | None) -> float | None:
    """Return the same from the header that the vendor's own client reads second: seconds since 1970."""
    if text is None or not (text.isascii() and text.strip().isdecimal()):
        return None
    return max(0.0, float(text) - datetime.now(UTC).timestamp())


def clean(text: str, key: ApiKey, limit: int = MAX_TEXT) -> str:
    """Return foreign text as one short line without control characters, and without the key if it was echoed."""
    visible = (char if unicodedata.category(char)[0] != "C" else " " for char in key.redact(text))
    line = key.redact(" ".join("".join(visible).split()))
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def _said(reply: Reply, key: ApiKey) -> str:
    text = clean(_text(reply), key)
    return f"It said: {text}" if text else "It said nothing more."


def _text(reply: Reply) -> str:
    answer = reply.json()
    if isinstance(answer, dict):
        for name in ("detail", "error", "message"):
            if answer.get(name):
                return _detail(answer[name])
        return ""
    text = reply.body.decode("utf-8", errors="replace").strip()
    return "" if text.startswith("<") else text  # a proxy's web page says nothing to a person


def _detail(detail: Any) -> str:
    if isinstance(detail, list):
        return "; ".join(_detail(entry) for entry in detail)
    if isinstance(detail, dict) and "msg" in detail:
        place = detail.get("loc")
        named = [str(part) for part in place if part != "body"] if isinstance(place, list) else []
        return f"{'.'.join(named)}: {detail['msg']}" if named else str(detail["msg"])
    if isinstance(detail, dict):
        return _detail(detail.get("message") or detail.get("error") or json.dumps(detail, ensure_ascii=False))
    return str(detail)
