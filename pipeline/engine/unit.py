"""The unit of work: one file, from path to record. It does not know where it runs, and never raises."""

from __future__ import annotations

from pathlib import Path

from pipeline.codec import encode, read
from pipeline.errors import DecodeError, EncodeError, StepError, VoiceprepError
from pipeline.plan import Plan
from pipeline.records import Failure, Output, Record, Score, Status, Step
from pipeline.results import Rejected, Result
from pipeline.selection import in_source_time, select

CLIPS, REJECTED = "clips", "rejected"


def process_file(plan: Plan, path: str | Path, out: str | Path, name: str = "", keep_rejected: bool = False) -> Record:
    """Decode, repair, grade and write one file.

    Parameters
    ----------
    plan : Plan
    path : path
        The source; never changed.
    out : path
        The output folder; the clip goes to ``clips/NAME.wav`` in it.
    name : str
        What the record calls the source; the file's name if empty.
    keep_rejected : bool
        Write a rejected sample, to ``rejected/NAME.wav``.

    Returns
    -------
    Record
        With status failed and `error` set where the file could not be judged: this never raises for a bad file.
    """
    name = name or Path(path).name
    try:
        sample = read(path)
        result = plan.run(select(sample, plan, plan.selection) if plan.selection else sample)
        return _recorded(result, name, _written(result, name, Path(out), keep_rejected))
    except Exception as error:  # noqa: BLE001 - the promise of this function; the kind of error is in the record
        return failed(name, error)


def check_file(plan: Plan, path: str | Path, name: str = "") -> Record:
    """Grade one file and write nothing. Returns a record as `process_file` does, and never raises for a bad file."""
    name = name or Path(path).name
    try:
        return _recorded(plan.check(read(path)), name, None)
    except Exception as error:  # noqa: BLE001 - as above
        return failed(name, error)


def _written(result: Result, name: str, out: Path, keep_rejected: bool) -> tuple[Output, Step] | None:
    if isinstance(result, Rejected) and not keep_rejected:
        return None
    folder = REJECTED if isinstance(result, Rejected) else CLIPS
    relative = f"{folder}/{name}.wav"
    output, _ = encode(result.sample.audio, out / relative, result.subtype, relative)
    return output, Step(name="encode", params={"subtype": result.subtype}, why="written")


def _recorded(result: Result, name: str, written: tuple[Output, Step] | None) -> Record:
    sample, steps = result.sample, in_source_time(result.sample.steps)
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
