"""The cluster: joined or started, and found to be able to do the work before any is handed out."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pipeline.errors import UsageError
from pipeline.plan import package_version

REACH_S, PROBE_S = 5.0, 60.0
"""How long to wait for a cluster to be reached; and for the first process on it to start."""

INSTALL = "install the same version there, and all that the profile names"


def the_ray() -> Any:
    """Return Ray. Raises UsageError where it is not installed."""
    try:
        import ray
    except ImportError as error:
        raise UsageError("The engine ray needs Ray: pip install 'voiceprep[ray]'.") from error
    return ray


@contextmanager
def connected(ray: Any, address: str | None, jobs: int | None) -> Iterator[None]:
    """Join a cluster, or start one; leave it in the end. One that is joined already is left as it is.

    Raises
    ------
    UsageError
        If there is none, or its machines do not have this version.
    """
    if ray.is_initialized():
        _probe(ray)
        yield
        return
    _reach(address)
    more = {} if address else {"num_cpus": jobs, "include_dashboard": False}
    try:
        ray.init(address=address or "local", log_to_driver=False, logging_level="ERROR", **more)
    except (ConnectionError, ValueError, RuntimeError) as error:
        raise _no_cluster(address, str(error)) from error
    try:
        _probe(ray)
        yield
    finally:
        ray.shutdown()


def _reach(address: str | None) -> None:
    """Knock at the address first: Ray itself asks again for minutes."""
    found = re.fullmatch(r"(?:ray://)?\[?([^/]+?)\]?:(\d+)", address or "")
    if found is None:
        return
    try:
        socket.create_connection((found[1], int(found[2])), REACH_S).close()
    except (OSError, OverflowError) as error:
        raise _no_cluster(address, str(error)) from error


def _no_cluster(address: str | None, why: str) -> UsageError:
    where = f"at {address}" if address else "on this machine"
    return UsageError(f"There is no Ray cluster {where}: {why.strip() or 'no answer'}")


def _probe(ray: Any) -> None:
    """Ask the cluster for its version of voiceprep: another would fail with every file, or judge it differently."""

    def asked() -> str:  # a function within another travels whole: it can be run where voiceprep is missing
        from pipeline.plan import package_version

        return package_version()

    try:
        there = ray.get(ray.remote(num_cpus=0)(asked).remote(), timeout=PROBE_S)
    except ray.exceptions.GetTimeoutError as error:
        raise UsageError(f"The Ray cluster starts no process in {PROBE_S:g} s: look at its machines.") from error
    except ray.exceptions.RayError as error:
        raise not_installed(error) from error
    if there != (here := package_version()):
        raise UsageError(f"The cluster's machines have voiceprep {there}, this one has {here}: {INSTALL}.")


def not_installed(error: Exception) -> UsageError:
    """Return the sentence for an error of importing, with what could not be imported."""
    missing = re.search(r"(?:ModuleNotFound|Import)Error: (.+)|(No module named \S+)", str(error))
    why = (missing[1] or missing[2]) if missing else str(error).strip().splitlines()[-1]
    return UsageError(f"voiceprep cannot be imported on the cluster's machines ({why.strip()}): {INSTALL}.")


def is_not_installed(ray: Any, error: Any) -> bool:
    """Return whether a task failed because it could not be read where it should have run."""
    cause = getattr(error, "cause", None)
    unread = isinstance(cause, ImportError | AttributeError | ray.exceptions.RaySystemError)
    return unread or "failed to import on the worker" in str(cause)
