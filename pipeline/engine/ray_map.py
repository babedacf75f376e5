"""The same map over a Ray cluster: for more takes than one machine has cores.

The unit of work, its records and the journal are those of the local pool; only where it runs is another. Every machine
needs voiceprep installed, and must reach the inputs and OUT: in a store (``s3://``), or under the same paths (a shared
file system). Nothing is uploaded from there: that is done where the command was given.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pipeline.engine.pool import POLL_S, TIMEOUT_S, Do, patience_s
from pipeline.engine.unit import failed
from pipeline.errors import UsageError, WorkerError
from pipeline.records import Record
from pipeline.sources import Work

RETRIES = 2
"""How often a file is handed out again after the machine or process that had it was lost."""

AHEAD = 2
"""Files a core that are handed out at once: the next is there when one is finished, and the rest waits here."""


@dataclass(frozen=True, slots=True)
class _Out:
    """A file that was handed out, and until when its record must be there."""

    source: Work
    until_s: float


def map_on_ray(
    work: Do,
    sources: Sequence[Work],
    address: str | None = None,
    jobs: int | None = None,
    timeout_s: float = TIMEOUT_S,
) -> Iterator[Record]:
    """Yield a record a source, as they are finished.

    Parameters
    ----------
    work : callable
        Picklable; takes a source and returns its record.
    sources : sequence of SourceFile or SourceGroup
        Handed out largest first, `AHEAD` a core at a time.
    address : str, optional
        Of a cluster (``auto``, ``ray://HOST:10001``); without one, a cluster of this machine's cores is started for the
        length of the run.
    jobs : int, optional
        Cores of a cluster that is started; all of the machine unless given.
    timeout_s : float
        As for `pipeline.engine.pool.map_files`; a file that takes longer is stopped.

    Raises
    ------
    UsageError
        If Ray is not installed, or there is no cluster at the address.
    """
    ray = _ray()
    with _connected(ray, address, jobs):
        task = ray.remote(num_cpus=1, max_retries=RETRIES)(_do)
        shared = ray.put(work)
        waiting = deque(sorted(sources, key=lambda source: source.size_bytes, reverse=True))
        most = AHEAD * max(1, int(ray.cluster_resources().get("CPU", 1)))
        out: dict[Any, _Out] = {}
        try:
            while waiting or out:
                while waiting and len(out) < most:
                    source = waiting.popleft()
                    until_s = time.monotonic() + AHEAD * patience_s(source, timeout_s)
                    out[task.remote(shared, source)] = _Out(source, until_s)
                done, _ = ray.wait(list(out), num_returns=1, timeout=POLL_S)
                for reference in done:
                    yield _outcome(ray, reference, out.pop(reference).source, timeout_s)
                _stop_overdue(ray, out)
        finally:  # also when the caller stops early: what was handed out is taken back
            for reference in out:
                ray.cancel(reference, force=True)


def _do(work: Do, source: Work) -> Record:
    return work(source)


def _stop_overdue(ray: Any, out: dict[Any, _Out]) -> None:
    now_s = time.monotonic()
    for reference, handed in out.items():
        if now_s > handed.until_s:
            ray.cancel(reference, force=True)


def _outcome(ray: Any, reference: Any, source: Work, timeout_s: float) -> Record:
    try:
        record: Record = ray.get(reference)
    except ray.exceptions.TaskCancelledError:
        return failed(source.name, WorkerError(f"It took longer than {timeout_s:g} s and was stopped: cut it shorter."))
    except ray.exceptions.RayError as error:
        text = f"The process that read it died {RETRIES + 1} times ({type(error).__name__}): export the file again."
        return failed(source.name, WorkerError(text))
    return record


@contextmanager
def _connected(ray: Any, address: str | None, jobs: int | None) -> Iterator[None]:
    """Join a cluster, or start one; leave it in the end. One that is joined already is left as it is."""
    if ray.is_initialized():
        yield
        return
    more = {} if address else {"num_cpus": jobs, "include_dashboard": False}
    try:
        ray.init(address=address, log_to_driver=False, logging_level="ERROR", **more)
    except (ConnectionError, ValueError, RuntimeError) as error:
        where = f"at {address}" if address else "on this machine"
        raise UsageError(f"There is no Ray cluster {where}: {error}") from error
    try:
        yield
    finally:
        ray.shutdown()


def _ray() -> Any:
    try:
        import ray
    except ImportError as error:
        raise UsageError("The engine ray needs Ray: pip install 'voiceprep[ray]'.") from error
    return ray
