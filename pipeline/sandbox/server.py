"""The sandbox as a server on 127.0.0.1: for a person in a terminal, or for the length of a test."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.sandbox.fault_table import find_faults
from pipeline.sandbox.faults import Fault
from pipeline.sandbox.state import SandboxState

if TYPE_CHECKING:
    import uvicorn

HOST = "127.0.0.1"
START_WITHIN_S = 10.0


@dataclass(frozen=True, slots=True)
class Running:
    """A sandbox that answers: the address for ``--api-url``, and its state."""

    base_url: str
    state: SandboxState


def serve(
    port: int,
    voices_limit: int | None = None,
    faults: Sequence[str] = (),
    on_ready: Callable[[str], None] | None = None,
) -> None:
    """Serve until interrupted.

    Parameters
    ----------
    port : int
        0 takes any free one.
    voices_limit : int, optional
        So many voices the account may hold.
    faults : sequence of str
        Names from `pipeline.sandbox.FAULTS`; each call gets the first that hits it.
    on_ready : callable, optional
        Told the address for ``--api-url`` before the first call is answered.

    Raises
    ------
    UsageError
        If the port is taken, or there is no such fault.
    """
    state = SandboxState(voices_limit, find_faults(faults))
    with _bound(port) as listening:
        if on_ready:
            on_ready(_base_url(listening))
        _server(state).run(sockets=[listening])


@contextmanager
def running_sandbox(
    port: int = 0, voices_limit: int | None = None, faults: Sequence[Fault | str] = ()
) -> Iterator[Running]:
    """Serve in a thread as long as the context lasts. Parameters and errors as `serve`; a fault may be one's own."""
    known = tuple(find_faults([fault])[0] if isinstance(fault, str) else fault for fault in faults)
    state = SandboxState(voices_limit, known)
    with _bound(port) as listening:
        server = _server(state)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            _wait_until_started(server, thread)
            yield Running(_base_url(listening), state)
        finally:
            server.should_exit = True
            thread.join(START_WITHIN_S)


def _bound(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
        listening.listen()
    except (OSError, OverflowError) as error:
        listening.close()
        raise UsageError(f"The sandbox cannot listen on {HOST}:{port} ({error}): give another --port.") from error
    return listening


def _base_url(listening: socket.socket) -> str:
    return f"http://{HOST}:{listening.getsockname()[1]}/apis"


def _server(state: SandboxState) -> uvicorn.Server:
    import uvicorn

    from pipeline.sandbox.app import create_app

    config = uvicorn.Config(
        create_app(state),
        log_level="critical",
        access_log=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=2,
    )
    return uvicorn.Server(config)


def _wait_until_started(server: uvicorn.Server, thread: threading.Thread) -> None:
    deadline_s = time.monotonic() + START_WITHIN_S
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline_s:
            raise UsageError("The sandbox did not start.")
        time.sleep(0.005)
