"""The unit of work: one file, from path to record. It does not know where it runs, and never raises."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePath
from typing import Protocol

from pipeline.codec import encode
from pipeline.codec.limits import MAX_BYTES
from pipeline.errors import DecodeError, EncodeError, StepError, TooLong, UnreadError, VoiceprepError
from pipeline.places import Place, at_hand, handed_over
from pipeline.plan import GRADING, Plan
from pipeline.preview import Came, keep_preview
from pipeline.records import Failure, Output, Record, Score, Status, Step
from pipeline.repair import Bench
from pipeline.results import Rejected, Result
from pipeline.sample import with_note
from pipeline.selection import assemble, in_source_time, read_best
from pipeline.selection.picture import FOLDER, draw_likeness
from pipeline.selection.select import HELD_S
from pipeline.sources import SourceGroup, stays_inside

CLIPS, REJECTED = "clips", "rejected"


class Tell(Protocol):
    """Is told what is done with a file, and of long passes how far they are: done and in all, in one unit."""

    def __call__(self, step: str, done: float = 0.0, total: float = 0.0) -> None:
        """Take the name of a step, and how far it is."""
        ...


def nobody(step: str, done: float = 0.0, total: float = 0.0) -> None:
    """Listen to nothing."""


def process_file(  # noqa: PLR0913, PLR0917 - what is done, with what, how, and who is told
    plan: Plan,
    path: str | Place,
    out: str | Place,
    name: str = "",
    keep_rejected: bool = False,
    preview: bool = False,
    tell: Tell = nobody,
) -> Record:
    """Decode, repair, grade and write one file; of one longer than the plan's selection says, the best part.

    Parameters
    ----------
    plan : Plan
    path : path
        The source, here or in a store (``s3://bucket/take.wav``); never changed.
    out : path
        The output folder, here or in a store; the clip goes to ``clips/NAME.wav`` in it.
    name : str
        What the record calls the source; the file's name if empty.
    keep_rejected : bool
        Write a rejected sample, to ``rejected/NAME.wav``.
    preview : bool
        Write what the report shows and plays of it too, to ``report/``.
    tell : callable, optional
        Told of each step as it begins, and of the pass over a long recording in seconds done and in all.

    Returns
    -------
    Record
        With status failed and `error` set where the file could not be judged: this never raises for a bad file.

    Examples
    --------
    >>> import tempfile
    >>> from pipeline import load_profile
    >>> with tempfile.TemporaryDirectory() as out:
    ...     record = process_file(load_profile(), "samples/mia/harbour.flac", out)
    >>> str(record.status), record.output.path
    ('accepted', 'clips/harbour.flac.wav')
    """
    name = name or PurePath(str(path)).name
    try:
        _refuse_outside(name)
        with _fetched(path) as file, handed_over(out) as folder:
            tell("decode")
            bench = Bench.of(read_best(file, plan, tell=partial(tell, "select")))
            return _finished(bench, plan, name, folder, keep_rejected, preview, tell)
    except Exception as error:  # noqa: BLE001 - the promise of this function; the kind of error is in the record
        return failed(name, error)


def process_group(  # noqa: PLR0913, PLR0917 - as `process_file`
    plan: Plan,
    group: SourceGroup,
    out: str | Place,
    keep_rejected: bool = False,
    preview: bool = False,
    tell: Tell = nobody,
) -> Record:
    """Assemble one sample of the best clips of a group, repair, grade and write it, and draw how alike they are.

    Parameters and returns as `process_file`; the picture goes to ``pictures/NAME.png``.
    """
    try:
        _refuse_outside(group.name)
        with ExitStack() as stack:
            files = {one.name: stack.enter_context(_fetched(one.file)) for one in group.members}
            folder = stack.enter_context(handed_over(out))
            sample = assemble(group.name, files, plan, tell=partial(tell, "assemble"))
            picture = f"{FOLDER}/{group.name}.png"
            draw_likeness(group.name, sample.steps[0].notes["clips"], folder / picture)
            sample = with_note(sample, "picture", picture)
            return _finished(Bench.of(sample), plan, group.name, folder, keep_rejected, preview, tell)
    except Exception as error:  # noqa: BLE001 - as above
        return failed(group.name, error)


def check_file(plan: Plan, path: str | Place, name: str = "", tell: Tell = nobody) -> Record:
    """Grade one file and write nothing. Returns a record as `process_file` does, and never raises for a bad file.

    A take of over five minutes is graded by its best part, in memory that does not grow with it: unless the plan has no
    selection, or takes longer ones whole.

    Examples
    --------
    >>> from pipeline import load_profile
    >>> record = check_file(load_profile(), "samples/damaged/not-audio.mp3")
    >>> str(record.status), record.error.kind
    ('failed', 'UnsupportedFormat')
    """
    name = name or PurePath(str(path)).name
    selection = plan.selection
    whole = replace(selection, longer_than_s=max(HELD_S, selection.longer_than_s)) if selection else None
    try:
        with _fetched(path) as file:
            tell("decode")
            sample = read_best(file, plan, whole, partial(tell, "select"))
            tell(GRADING)
            return _recorded(plan.check(sample), name, None)
    except Exception as error:  # noqa: BLE001 - as above
        return failed(name, error)


def _refuse_outside(name: str) -> None:
    """Raise EncodeError for a name by which clips, previews and pictures would not be written below their folders."""
    if not stays_inside(name):
        raise EncodeError(f"Nothing can be written under the name {name!r}, which leads out of its folder: rename it.")


@contextmanager
def _fetched(path: str | Place) -> Iterator[Path]:
    """Give a file to read, as `at_hand` does; raise UnreadError where that fails."""
    with ExitStack() as stack:
        try:
            file = stack.enter_context(at_hand(path, MAX_BYTES))
        except TooLong:
            raise
        except DecodeError as error:
            raise UnreadError(str(error)) from error
        yield file


def _finished(  # noqa: PLR0913, PLR0917 - as `process_file`
    bench: Bench, plan: Plan, name: str, out: Path, keep_rejected: bool, preview: bool, tell: Tell
) -> Record:
    """Repair and grade what was read, write what is to be written, and return the record."""
    with closing(Came.of(bench.sample.audio)) if preview else nullcontext() as came:
        result = plan.run_on(bench, tell)
        tell("write")
        written = _written(result, name, out, keep_rejected)
        if came:
            keep_preview(came, result, plan.rubric, out, name, has_clip=written is not None)
    return _recorded(result, name, written)


def _written(result: Result, name: str, out: Path, keep_rejected: bool) -> tuple[Output, Step] | None:
    if isinstance(result, Rejected) and not keep_rejected:
        return None
    folder = REJECTED if isinstance(result, Rejected) else CLIPS
    relative = f"{folder}/{name}.wav"
    output, _ = encode(result.sample.audio, out / relative, result.subtype, relative)
    return output, Step(name="encode", params={"subtype": result.subtype}, why="written")


def _recorded(result: Result, name: str, written: tuple[Output, Step] | None) -> Record:
    sample, steps = result.sample, in_source_time(result.sample.steps, name)
    return Record(
        path=name,
        sha256=sample.sha256,
        status=result.grade.status,
        source=sample.source,
        before=result.before.values,
        after=result.after.values if result.after else None,
        score=Score(before=result.score_before, after=result.grade.score if result.after else None),
        parts=result.grade.parts,
        findings=result.grade.findings,
        steps=(*steps, written[1]) if written else steps,
        output=written[0] if written else None,
    )


def failed(name: str, error: BaseException) -> Record:
    """Return the record of a file that could not be judged."""
    kind = type(error).__name__
    message = str(error) if isinstance(error, VoiceprepError) else f"An unexpected {kind}: {error}"
    return Record(path=name, status=Status.FAILED, error=Failure(step=_step(error), kind=kind, message=message))


def _step(error: BaseException) -> str:
    if isinstance(error, StepError):
        return error.step
    if isinstance(error, EncodeError):
        return "encode"
    return "decode" if isinstance(error, DecodeError) else "worker"
