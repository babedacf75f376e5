"""The address of the service: TLS, or this very machine."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from pipeline.errors import UsageError

DEFAULT_URL = "https://client.camb.ai/apis"
URL_NAME = "CAMB_API_URL"


def base_url_from(said: str | None, environ: Mapping[str, str]) -> str:
    """Return the address to use: the one that was said, the environment's, or the service's own.

    Raises
    ------
    UsageError
        If it is not a plain https address (http is allowed to this machine only: the key would travel in the open).
    """
    url = (said or environ.get(URL_NAME, "").strip() or DEFAULT_URL).rstrip("/")
    parts = _split(url)
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise UsageError("The address of the service must hold no user, password, query or fragment.")
    if parts.scheme not in {"https", "http"} or not parts.hostname:
        raise UsageError(f"The address {url!r} must look like {DEFAULT_URL}.")
    if parts.scheme == "http" and not is_loopback(url):
        raise UsageError(f"The address {url} is not encrypted: use https. Plain http is for 127.0.0.1 only.")
    return url


def is_loopback(url: str) -> bool:
    """Return whether an address is this very machine."""
    host = _split(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port  # looked at here because it is only checked when asked for
    except ValueError as error:
        raise UsageError(f"The address {url!r} cannot be read: it must look like {DEFAULT_URL}.") from error
    if any(char.isspace() or not char.isprintable() for char in url):
        raise UsageError(f"The address {url!r} holds blanks or control characters: it must look like {DEFAULT_URL}.")
    return parts
