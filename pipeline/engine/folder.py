"""A folder: the unit of work mapped over its files, resumed, counted and published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.engine.finished import Wanted, finished
from pipeline.engine.journal import Journal, read_journal
from pipeline.engine.pool import TIMEOUT_S, Do, OnProgress, bound, map_files, map_here
from pipeline.engine.ray_map import map_on_ray
from pipeline.engine.stamps import settled, source_stamps
from pipeline.engine.stored_journal import StoredJournal
from pipeline.engine.unit import check_file, process_file, process_group
from pipeline.engine.workers import CHECK_NEEDS, RUN_NEEDS, default_jobs
from pipeline.errors import UsageError
from pipeline.places import Place, is_in_one_process, is_stored, list_anew, place
from pipeline.plan import Plan
from pipeline.records import Record, Severity, Status
from pipeline.sources import Grouping, SourceFile, Work, find_sources

if TYPE_CHECKING:
    import pandas


class Engine(StrEnum):
    """Where the work runs."""

    LOCAL = "local"
    RAY = "ray"


OnRecord = Callable[[Record], None]
OnSources = Callable[[Sequence[Work]], None]


@dataclass(frozen=True, slots=True)
class Report:
    """The records of a run, in the order of the sources.

    Examples
    --------
    >>> Report((Record(path="a.wav", status=Status.ACCEPTED), Record(path="b.wav", status=Status.REVIEW))).counts()
    {'accepted': 1, 'review': 1, 'rejected': 0, 'failed': 0}
    """

    records: tuple[Record, ...]
    reused: int = 0

    def counts(self) -> dict[str, int]:
        """Return how many samples have each status; every status is there."""
        counted = Counter(record.status for record in self.records)
        return {status.value: counted[status] for status in Status}

    def to_fix_first(self) -> list[tuple[str, int]]:
        """Return the codes that keep samples from being accepted, with how many each, the commonest first."""
        heavy = (Severity.REJECT, Severity.REVIEW)
        codes = Counter(
            code for record in self.records for code in {f.code for f in record.findings if f.severity in heavy}
        )
        return codes.most_common()

    def to_dict(self) -> dict[str, Any]:
        """Return what ``--json`` prints: the records, and a summary."""
        summary = {
            **self.counts(),
            "total": len(self.records),
            "reused": self.reused,
            "fix_first": self.to_fix_first(),
        }
        return {"records": [record.to_dict() for record in self.records], "summary": summary}

    def to_frame(self) -> pandas.DataFrame:
        """Return a pandas frame: a row a sample, a column a measure before and after.

        Raises
        ------
        UsageError
            If pandas is not installed.
        """
        try:
            import pandas
        except ImportError as error:
            raise UsageError("A frame needs pandas: pip install pandas.") from error
        return pandas.DataFrame([_row(record) for record in self.records])

    def _repr_html_(self) -> str:
        """Return what a notebook shows: how many of each status, and a row a sample."""
        from pipeline.report.notebook import records_html

        return records_html(self.records)


def _row(record: Record) -> dict[str, Any]:
    """Return a record as one level of columns: ``before.snr_db`` and so on."""
    row: dict[str, Any] = {
        "path": record.path,
        "status": record.status.value,
        "score_before": record.score.before,
        "score_after": record.score.after,
        "findings": [finding.code for finding in record.findings],
        "clip": record.output.path if record.output else None,
        "error": record.error.message if record.error else None,
    }
    for side, values in (("before", record.before), ("after", record.after)):
        row |= {f"{side}.{name}": value for name, value in (values or {}).items()}
    return row


def run(
    plan: Plan,
    paths: Sequence[str | Place],
    out: str | Place,
    *,
    jobs: int | None = None,
    keep_rejected: bool = False,
    preview: bool = True,
    on_record: OnRecord | None = None,
    on_sources: OnSources | None = None,
    on_progress: OnProgress | None = None,
    group: Grouping | None = None,
    timeout_s: float = TIMEOUT_S,
    engine: Engine = Engine.LOCAL,
    ray_address: str | None = None,
) -> Report:
    """Prepare and grade files and folders.

    Parameters
    ----------
    plan : Plan
    paths : sequence of path
        Files and folders, here or in a store (``s3://bucket/takes``); folders are searched to the bottom.
    out : path
        Gets ``clips/`` and ``records.jsonl``. What an earlier run finished with the same plan is not done again.
    jobs : int, optional
        Worker processes; one a core unless given.
    keep_rejected : bool
        Write rejected samples too, under ``rejected/``.
    preview : bool
        Write what `pipeline.report.write_report` shows and plays, under ``report/``.
    on_record, on_sources : callable, optional
        Told of each finished record, and at the start what will be worked on; once more what is left of it, after the
        records that an earlier run had finished.
    on_progress : callable, optional
        Told of a file's name, the step it is at, how much of a long one is looked at, and how much there is.
    group : callable, optional
        Puts files together of which one sample is assembled; each stands alone otherwise.
    timeout_s : float
        For one file.
    engine : Engine
        ``ray`` maps the same work over a Ray cluster; see `pipeline.engine.ray_map`.
    ray_address : str, optional
        Of the cluster; one of this machine is started without.

    Raises
    ------
    UsageError
        If an input does not exist or holds no sound, there is no cluster, or another run works on `out`.
    EncodeError
        If `out` cannot be written.

    Notes
    -----
    Call it under ``if __name__ == "__main__":`` in a script: the workers are processes of their own.

    Examples
    --------
    >>> import tempfile
    >>> from pipeline import load_profile
    >>> with tempfile.TemporaryDirectory() as out:
    ...     report = run(load_profile(), ["samples/mia/hello.wav"], out, jobs=1)
    >>> report.counts()["rejected"], report.to_fix_first()
    (1, [('short', 1)])
    """
    there = _from_anywhere(place(out))
    sources = _grouped(paths, there, group)
    if engine is Engine.RAY:
        _refuse_what_only_we_see([there, *(file for source in sources for file in source.files)])
    _tell(on_sources, sources)
    wanted = Wanted(plan.digest(), keep_rejected, preview)
    stamps = {source.name: source_stamps(source) for source in sources}  # what was listed a moment ago is known
    with _journal(there) as journal:
        todo = []
        for source in sources:
            entry = finished(journal.entries, there, source, stamps[source.name], wanted)
            if entry is None:
                todo.append(source)
                continue
            journal.restamp(entry)
            _tell(on_record, entry.record)
        _tell(on_sources, todo) if len(todo) < len(sources) else None
        work = bound(process_file, process_group, plan, out=there, keep_rejected=keep_rejected, preview=preview)
        rested = {source.name: settled(stamps[source.name]) for source in todo}
        if engine is Engine.RAY:
            made = map_on_ray(work, todo, ray_address, jobs, timeout_s, on_progress)
        elif is_in_one_process(there):
            made = map_here(work, todo)
        else:
            made = _mapped(work, todo, jobs, timeout_s, RUN_NEEDS, on_progress)
        with closing(made):  # however the block ends: workers and folders do not wait for the collector
            for record in made if todo else ():
                journal.add(record, wanted.plan, rested[record.path])
                _tell(on_record, record)
        records = journal.publish(source.name for source in sources)
    return Report(tuple(records), reused=len(sources) - len(todo))


def _from_anywhere(out: Place) -> Place:
    """Return a place that other processes find too, whatever folder they stand in."""
    return out.absolute() if isinstance(out, Path) else out


def _refuse_what_only_we_see(places: Iterable[Place]) -> None:
    if any(is_in_one_process(one) for one in places):
        raise UsageError("What lies in the memory of this process is not seen by a cluster: use the local engine.")


def _journal(out: Place) -> Journal:
    if is_stored(out):
        return StoredJournal(out)
    return Journal(out)


def _mapped(  # noqa: PLR0917 - as `map_files`
    work: Do,
    sources: Sequence[Work],
    jobs: int | None,
    timeout_s: float,
    needs: Sequence[str],
    on_progress: OnProgress | None,
) -> Generator[Record, None, None]:
    """Map over the pool; what other processes do not see is done in this one."""
    if any(is_in_one_process(file) for source in sources for file in source.files):
        return map_here(work, sources)
    return map_files(work, sources, jobs or default_jobs(), timeout_s, needs, on_progress)


def _grouped(paths: Sequence[str | Place], out: Place, group: Grouping | None) -> Sequence[Work]:
    sources: list[SourceFile] = find_sources(paths, skip=out)
    return group(sources) if group else sources


def pending(
    plan: Plan,
    paths: Sequence[str | Place],
    out: str | Place,
    *,
    keep_rejected: bool = False,
    preview: bool = True,
    group: Grouping | None = None,
) -> dict[str, bool]:
    """Return which sources `run` would work on: name to whether there is anything to do. Writes nothing."""
    there = place(out)
    sources = _grouped(paths, there, group)
    stamps = {source.name: source_stamps(source) for source in sources}
    list_anew(there) if is_stored(there) else None
    entries = read_journal(there)
    wanted = Wanted(plan.digest(), keep_rejected, preview)
    by_name = {source.name: source for source in sources}
    return {name: finished(entries, there, source, stamps[name], wanted) is None for name, source in by_name.items()}


def check(
    plan: Plan,
    paths: Sequence[str | Place],
    *,
    jobs: int | None = None,
    on_record: OnRecord | None = None,
    on_sources: OnSources | None = None,
    on_progress: OnProgress | None = None,
    timeout_s: float = TIMEOUT_S,
) -> Report:
    """Grade files and folders as they are; write nothing. Parameters and errors as `run`.

    Examples
    --------
    >>> from pipeline import load_profile
    >>> [str(record.status) for record in check(load_profile(), ["samples/mia/hello.wav"], jobs=1).records]
    ['rejected']
    """
    sources = find_sources(paths)
    _tell(on_sources, sources)
    by_name: dict[str, Record] = {}
    work = bound(check_file, process_group, plan)
    made = _mapped(work, sources, jobs, timeout_s, CHECK_NEEDS, on_progress)
    with closing(made):
        for record in made:
            by_name[record.path] = record
            _tell(on_record, record)
    return Report(tuple(by_name[source.name] for source in sources))


def _tell(listener: Callable[..., None] | None, what: object) -> None:
    if listener:
        listener(what)
