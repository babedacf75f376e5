"""The same map over a Ray cluster: for more takes than one machine has cores.

The unit of work, its records and the journal are those of the local pool; only where it runs is another. Every machine
needs voiceprep installed, and must reach the inputs and OUT: in a store (``s3://``), or under the same paths (a shared
file system). Nothing is uploaded from there: that is done where the command was given.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Collection, Generator, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.engine.cluster import connected, without_the_work
from pipeline.engine.pool import POLL_S, TIMEOUT_S, Do, OnProgress, patience_s
from pipeline.engine.scratch import unpacked_within
from pipeline.engine.telling import listen
from pipeline.engine.unit import failed
from pipeline.engine.worker import STOP_S
from pipeline.errors import UsageError, WorkerError
from pipeline.records import Record
from pipeline.sources import Work

RETRIES = 2
"""How often a file is handed out again after the machine or process that had it was lost."""

AHEAD = 2
"""Files a core that are handed out at once: the next is there when one is finished, and the rest waits here."""

BEGUN = "begun"
"""What a worker says first of a source."""


@dataclass(slots=True)
class _Out:
    """A file that was handed out, and until when its record must be there: known once somebody has begun with it."""

    source: Work
    until_s: float | None = None


Said = tuple[str, str, float, float]


class _Ears:
    """An actor: workers tell it how far they are, and the driver asks it now and then."""

    def __init__(self) -> None:
        self._said: list[Said] = []

    def hear(self, *said: Any) -> None:
        self._said.append(said)

    def said(self) -> list[Said]:
        said, self._said = self._said, []
        return said


class _Listening:
    """The driver's side of the actor. It is never waited for; where it is lost, only progress is."""

    def __init__(self, ray: Any) -> None:
        self._ray, self.ears = ray, ray.remote(num_cpus=0)(_Ears).remote()
        self._asked = self.ears.said.remote()

    def said(self, handed: Collection[str]) -> list[Said]:
        """Return what was said since, as far as it is known: without the actor, that all was begun with by now."""
        if not self._ray.wait([self._asked], timeout=0.0)[0]:
            return []
        try:
            said: list[Said] = self._ray.get(self._asked)
        except self._ray.exceptions.RayError:
            said = [(name, BEGUN, 0.0, 0.0) for name in handed]
            self.ears = self._ray.remote(num_cpus=0)(_Ears).remote()
        self._asked = self.ears.said.remote()
        return said


def map_on_ray(  # noqa: PLR0913, PLR0917 - as `pipeline.engine.pool.map_files`
    work: Do,
    sources: Sequence[Work],
    address: str | None = None,
    jobs: int | None = None,
    timeout_s: float = TIMEOUT_S,
    on_progress: OnProgress | None = None,
) -> Generator[Record, None, None]:
    """Yield a record a source, as they are finished.

    Parameters
    ----------
    work : callable
        Picklable; takes a source and returns its record.
    sources : sequence of SourceFile or SourceGroup
        Handed out largest first, `AHEAD` a core at a time.
    address : str, optional
        Of a cluster (``auto``, ``HOST:6379``, ``ray://HOST:10001``); without one, a cluster of this machine's cores is
        started for the length of the run.
    jobs : int, optional
        Cores of a cluster that is started; all of the machine unless given. Of one that is joined, so many are used.
    timeout_s : float
        As for `pipeline.engine.pool.map_files`, from when a machine begins with a file; then it is stopped.
    on_progress : callable, optional
        Told where each file is, and how far long ones are.

    Raises
    ------
    UsageError
        If Ray is not installed, there is no cluster at the address, or its machines have no voiceprep, or another.
    """
    ray = _ray()
    with connected(ray, address, jobs), unpacked_within(work) as done_within:
        task = ray.remote(num_cpus=1, max_retries=RETRIES)(_do)
        listening, shared = _Listening(ray), ray.put(done_within)
        waiting = deque(sorted(sources, key=lambda source: source.size_bytes, reverse=True))
        out: dict[Any, _Out] = {}
        try:
            while waiting or out:
                while waiting and len(out) < AHEAD * _cores(ray, jobs):
                    source = waiting.popleft()
                    out[task.remote(shared, source, listening.ears)] = _Out(source)
                done, _ = ray.wait(list(out), num_returns=1, timeout=POLL_S)
                _pass_on(listening.said([each.source.name for each in out.values()]), out, timeout_s, on_progress)
                for reference in done:
                    yield _outcome(ray, reference, out.pop(reference).source, timeout_s)
                _stop_overdue(ray, out)
        finally:  # also when the caller stops early
            _take_back(ray, list(out))


def _do(work: Do, source: Work, ears: Any) -> Record:
    """Do the work of one source; whatever goes wrong with it is its record."""
    listen(lambda *said: ears.hear.remote(source.name, *said))
    ears.hear.remote(source.name, BEGUN, 0.0, 0.0)
    try:
        return work(source)
    except Exception as error:  # noqa: BLE001 - whatever it was, it was this source's
        return failed(source.name, error)


def _cores(ray: Any, jobs: int | None) -> int:
    """Return how many cores there are to use: a cluster may grow and shrink."""
    cores = max(1, int(ray.cluster_resources().get("CPU", 1)))
    return min(cores, jobs or cores)


def _pass_on(said: Sequence[Said], out: dict[Any, _Out], timeout_s: float, on_progress: OnProgress | None) -> None:
    """Note when files were begun with, and pass on how far they are."""
    by_name = {handed.source.name: handed for handed in out.values()}
    for name, step, done, total in said:
        if step == BEGUN and name in by_name:
            by_name[name].until_s = time.monotonic() + patience_s(by_name[name].source, timeout_s)
        elif on_progress and name in by_name:
            on_progress(name, step, done, total)


def _stop_overdue(ray: Any, out: dict[Any, _Out]) -> None:
    now_s = time.monotonic()
    for reference, handed in out.items():
        if handed.until_s is not None and now_s > handed.until_s:
            ray.cancel(reference, force=True)


def _take_back(ray: Any, out: list[Any]) -> None:
    """Take back what was handed out: asked first, so that it tidies up; what does not hear is ended."""
    for force in (False, True):
        for reference in out:
            ray.cancel(reference, force=force)
        out = ray.wait(out, num_returns=len(out), timeout=STOP_S)[1] if out else []


def _outcome(ray: Any, reference: Any, source: Work, timeout_s: float) -> Record:
    try:
        record: Record = ray.get(reference)
    except ray.exceptions.TaskCancelledError:
        return failed(
            source.name, WorkerError(f"It took longer than {timeout_s:g} s and was stopped: cut the file shorter.")
        )
    except ray.exceptions.RayTaskError as error:  # not what the work raised: that is its record
        if unread := without_the_work(ray, error):
            raise unread from error
        return failed(source.name, WorkerError(f"It could not be handed out: {error.cause or error}"))
    except ray.exceptions.RayError as error:
        text = f"The process that read it died {RETRIES + 1} times ({type(error).__name__}): export the file again."
        return failed(source.name, WorkerError(text))
    return record


def _ray() -> Any:
    try:
        import ray
    except ImportError as error:
        raise UsageError("The engine ray needs Ray: pip install 'voiceprep[ray]'.") from error
    return ray
