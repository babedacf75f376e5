"""The sandbox's doorstep: each call meets its fault here, before the request is read and as the answer leaves."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from pipeline.sandbox.faults import Call, Cut, Fault
from pipeline.sandbox.state import SandboxState

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

SOON_S = 2.0

_CALLS = {("POST", "/create-custom-voice"): Call.CREATE, ("GET", "/list-voices"): Call.LIST}


class Doorstep:
    """An ASGI application around the sandbox's: counts the calls, takes their faults, breaks connections."""

    def __init__(self, app: App, state: SandboxState) -> None:
        self._app, self._state = app, state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        call = _CALLS.get((scope.get("method", ""), str(scope.get("path", "")).removeprefix("/apis")))
        fault = self._state.next_fault(call) if call else None
        scope["fault"] = fault
        if fault and fault.cut is Cut.REQUEST:
            _transport(send).abort()
            return
        await self._app(scope, receive, _cutting(send, fault) if fault and fault.cut else send)


def _cutting(send: Send, fault: Fault) -> Send:
    async def cut(message: MutableMapping[str, Any]) -> None:
        transport = _transport(send)
        if fault.cut is Cut.SILENT:
            transport.abort()
            return
        body = message.get("body", b"")
        await send(
            message
            if message["type"] == "http.response.start"
            else {**message, "body": body[: len(body) // 2], "more_body": True}
        )
        if message["type"] == "http.response.body":
            transport.close()

    return cut


def _transport(send: Send) -> asyncio.Transport:
    """Return the connection under an answer. uvicorn does not offer it; a test holds that it is there."""
    transport: asyncio.Transport = send.__self__.transport  # type: ignore[attr-defined]
    return transport


def filled(text: str, key: str) -> str:
    """Return a fault's text with what it asks for put in."""
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=SOON_S), usegmt=True)
    return text.replace("{key}", key).replace("{soon}", date)
