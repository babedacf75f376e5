"""A Ray cluster: joined or started, looked at once before it gets work, and left in the end."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from pipeline.errors import UsageError
from pipeline.plan import package_version

ANSWER_S = 60.0
"""A machine of the cluster gets so long to start a process that imports voiceprep."""

CONNECT_S = 5.0


@contextmanager
def connected(ray: Any, address: str | None, jobs: int | None) -> Iterator[None]:
    """Join a cluster, or start one of this machine; leave it in the end. One that is joined already is left as it is.

    Raises
    ------
    UsageError
        If there is no cluster at the address, or its machines have no voiceprep, or another.
    """
    if ray.is_initialized():
        _look_at(ray)
        yield
        return
    if address:
        _reach(address)
    more = {} if address else {"num_cpus": jobs, "include_dashboard": False}
    try:
        ray.init(address=address or "local", log_to_driver=False, logging_level="ERROR", **more)
    except (ConnectionError, ValueError, RuntimeError) as error:
        where = f"at {address}" if address else "on this machine"
        raise UsageError(f"There is no Ray cluster {where}: {error}") from error
    try:
        _look_at(ray)
        yield
    finally:
        ray.shutdown()


def _reach(address: str) -> None:
    """Try the address of a cluster: Ray itself tries an unreachable one for minutes."""
    parts = urlsplit(address if "://" in address else f"//{address}")
    try:
        host, port = parts.hostname, parts.port
        if host is None or port is None:
            return  # a name such as ``auto``
        socket.create_connection((host, port), CONNECT_S).close()
    except (OSError, ValueError) as error:
        raise UsageError(f"There is no Ray cluster at {address}: {error}.") from error


def _look_at(ray: Any) -> None:
    """Have one machine say which voiceprep it has."""
    there = ray.remote(num_cpus=0, max_retries=0)(_version).remote()
    try:
        version = ray.get(there, timeout=ANSWER_S)
    except ray.exceptions.GetTimeoutError as error:
        raise UsageError(f"The Ray cluster gave no answer for {ANSWER_S:g} s.") from error
    except ray.exceptions.RayError as error:
        text = "voiceprep cannot be imported on the machines of the Ray cluster: install it there as it is here."
        raise UsageError(text) from error
    if version != package_version():
        text = (
            f"The machines of the Ray cluster have voiceprep {version}, this one {package_version()}: install the same."
        )
        raise UsageError(text)


def _version() -> str:
    return package_version()


def without_the_work(ray: Any, error: Any) -> UsageError | None:
    """Return the sentence for a task that its machine could not even read: so will no other be; None for others."""
    cause = getattr(error, "cause", None)
    if not isinstance(cause, ImportError | ray.exceptions.RaySystemError) and "failed to import" not in str(cause):
        return None
    said = re.search(r"No module named [^\s\"]+|cannot import name [^\n]+|Can't get attribute [^\n]+", str(error))
    why = said[0] if said else str(cause).splitlines()[0]
    return UsageError(f"The machines of the Ray cluster cannot import the work: {why}. Install there what is here.")
