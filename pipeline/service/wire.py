"""The wire: one request a call, nothing repeated, no redirect followed, the key on no other road."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.errors import NotSentError, UnknownOutcome, UsageError
from pipeline.service.crash import reached
from pipeline.service.replies import Reply, error_for
from pipeline.service.secret import ApiKey

if TYPE_CHECKING:
    import httpx

MAX_REPLY_BYTES = 64 * 1024

_POINTS = {
    "connection.connect_tcp.complete": "connected",
    "http11.send_request_body.complete": "body-sent",
}
"""Where tests may end the process (`pipeline.service.crash`), by the name that httpcore gives the moment."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Limits of one request. `read_s` holds for each piece of an answer and for the whole; a list gets `list_s`."""

    connect_s: float = 10.0
    write_s: float = 60.0
    read_s: float = 120.0
    list_s: float = 30.0
    pool_s: float = 10.0


class Wire:
    """Requests to one address with one key.

    Parameters
    ----------
    key : ApiKey
    base_url : str
    timeouts : Timeouts
    transport : httpx.BaseTransport, optional
        For tests.
    proxy : str, optional
        The address of a proxy.
    """

    def __init__(
        self,
        key: ApiKey,
        base_url: str,
        timeouts: Timeouts,
        transport: httpx.BaseTransport | None = None,
        proxy: str | None = None,
    ) -> None:
        self._key, self._base_url, self._timeouts = key, base_url, timeouts
        self._client = _client(transport, proxy)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def ask(self, method: str, path: str, limit_bytes: int, doubt: str, **body: Any) -> Reply:
        """Make one request and return its success; every other answer, and the lack of one, is an error of ours.

        Parameters
        ----------
        method, path : str
        limit_bytes : int
            So much is read of a success; of anything else `MAX_REPLY_BYTES`.
        doubt : str
            What a message says where it is not settled what the service did.
        **body
            As httpx takes it.

        Raises
        ------
        SubmitError
            See `Api.create_voice`.
        """
        with _translated(self._base_url, doubt):
            reply = self._reply(method, path, limit_bytes, doubt, body)
        if reply.status != 200:
            raise error_for(reply, self._key, doubt)
        return reply

    def _reply(self, method: str, path: str, limit_bytes: int, doubt: str, body: dict[str, Any]) -> Reply:
        import httpx

        limits = self._timeouts
        within_s = limits.read_s if method == "POST" else min(limits.read_s, limits.list_s)
        timeout = httpx.Timeout(within_s, connect=limits.connect_s, write=limits.write_s, pool=limits.pool_s)
        headers = {"x-api-key": self._key.reveal(), "accept": "application/json", "accept-encoding": "identity"}
        asked: dict[str, Any] = {"headers": headers, "timeout": timeout, **body}
        if method == "POST":
            asked["extensions"] = {"trace": _trace}
        with self._client.stream(method, self._base_url + path, **asked) as response:
            limit_bytes = limit_bytes if response.status_code == 200 else MAX_REPLY_BYTES
            content = _read(response, limit_bytes, within_s, doubt)
            return Reply(response.status_code, response.headers, content)


@contextmanager
def _translated(base_url: str, doubt: str) -> Iterator[None]:
    """Turn what httpx raises into our errors; without its cause, whose request holds the key."""
    import httpx

    try:
        yield
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as error:
        kind = type(error).__name__
        why = "its certificate is not to be trusted" if "CERTIFICATE" in str(error) else kind
        where = f"There is no connection to {base_url} ({why})"
        raise NotSentError(f"{where}: nothing was sent; check the network and the address.") from None
    except (httpx.TimeoutException, httpx.TransportError, httpx.DecodingError, OSError) as error:
        kind = type(error).__name__
        raise UnknownOutcome(f"The connection broke or timed out before the answer ({kind}); {doubt}.") from None
    except (httpx.InvalidURL, UnicodeError) as error:
        kind = type(error).__name__
        raise NotSentError(f"The request could not be written ({kind}): nothing was sent.") from None


def _trace(moment: str, details: object) -> None:
    if moment in _POINTS:
        reached(_POINTS[moment])


def _client(transport: httpx.BaseTransport | None, proxy: str | None) -> httpx.Client:
    """Return a client that adds nothing: no retry, no redirect, no proxy or other setting from the environment.

    A connection is used once: one that the server closed while it lay idle would leave a create call unsettled.
    """
    import httpx

    limits = httpx.Limits(max_keepalive_connections=0)
    try:
        return httpx.Client(
            transport=transport,
            limits=limits,
            proxy=proxy,
            follow_redirects=False,
            trust_env=False,
        )
    except (ValueError, httpx.InvalidURL) as error:  # a proxy's address may hold a password: it is not repeated
        raise UsageError(f"The address of the proxy cannot be read ({type(error).__name__}).") from None


def _read(response: httpx.Response, limit_bytes: int, within_s: float, doubt: str) -> bytes:
    """Read an answer up to a limit; a server that trickles its answer is left, not waited for."""
    deadline_s = time.monotonic() + within_s
    content = bytearray()
    for piece in response.iter_bytes():
        content += piece
        if len(content) > limit_bytes:
            break
        if time.monotonic() > deadline_s:
            raise UnknownOutcome(f"The answer took longer than {within_s:.0f} s; {doubt}.")
    return bytes(content[:limit_bytes])
