"""Previews on the disk: written beside the clips by whoever has the sound in hand, read by the report.

``OUT/report/NAME.json`` holds a `Preview`, ``NAME.before.flac`` what came in, at the loudness of what came out, and
``NAME.after.flac`` what came out where no clip was written.
"""

from __future__ import annotations

import math
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.analysis import Analysis
from pipeline.errors import EncodeError
from pipeline.measure import Measurements
from pipeline.preview.came import Came
from pipeline.preview.files import preview_name, sound_file
from pipeline.preview.picture import Picture, draw
from pipeline.preview.sound import FULL, matching_gain_db, peak_dbfs, write_flac
from pipeline.records import Severity, Span
from pipeline.results import Result
from pipeline.rubric import Part, Rubric
from pipeline.selection.mapping import kept_spans

LISTEN_LUFS = -20.0
"""What is heard of a sample that has no second half to match."""


class Limits(BaseModel):
    """What a profile asks of one metric: a part of its rubric, as plain data."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    part: str
    metric: str
    points: tuple[tuple[float, float], ...] = ()
    below: dict[Severity, float] = {}
    above: dict[Severity, float] = {}


class Preview(BaseModel):
    """What the report shows of a sample beside its record.

    `kept_s` are the stretches of the input that the output consists of, in order. The sound of the input was made
    `gain_db` louder; that of the output is to be played at `after_volume` (0 to 1), and then both are equally loud.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    before: Picture
    after: Picture | None
    kept_s: tuple[Span, ...]
    gain_db: float
    after_volume: float
    accept_score: float
    review_score: float
    limits: tuple[Limits, ...]


def keep_preview(  # noqa: PLR0913, PLR0917 - what came, what became of it, by what, and where it is kept
    came: Came, result: Result, rubric: Rubric, out: Path, name: str, has_clip: bool
) -> None:
    """Draw and write what the report shows of a sample.

    Parameters
    ----------
    came : Came
        What came in.
    result : Result
        What became of it.
    rubric : Rubric
        By which it was judged.
    out : Path
    name : str
        What the record calls it.
    has_clip : bool
        Whether what came out is in ``clips/`` or ``rejected/`` already.

    Raises
    ------
    EncodeError
        If it cannot be written.
    """
    went = Analysis(result.sample.audio)
    had_lufs, has_lufs = (_loudness(taken) for taken in (result.before, result.after or result.before))
    wanted_lufs = has_lufs if has_clip else LISTEN_LUFS
    gain_db = matching_gain_db(had_lufs, wanted_lufs, 20.0 * math.log10(came.peak))
    write_flac(came.sound(), came.sample_rate_hz, came.peak * _factor(gain_db), sound_file(out, name, "before"))
    after_gain_db = 0.0
    if has_clip:
        sound_file(out, name, "after").unlink(missing_ok=True)  # of an earlier run that wrote none
    else:
        after_gain_db = matching_gain_db(has_lufs, wanted_lufs, peak_dbfs(went.mono))
        write_flac(went.mono, went.sample_rate_hz, FULL * _factor(after_gain_db), sound_file(out, name, "after"))
    louder_db = (has_lufs or 0.0) + after_gain_db - (had_lufs or 0.0) - gain_db
    preview = Preview(
        before=came.picture,
        after=draw(went),
        kept_s=kept_spans(result.sample.steps, came.duration_s),
        gain_db=round(gain_db, 2),
        after_volume=round(min(1.0, _factor(-louder_db)), 4),
        accept_score=rubric.accept_score,
        review_score=rubric.review_score,
        limits=tuple(_limits(part) for part in rubric.parts),
    )
    _write(out / preview_name(name), preview.model_dump_json())


def _factor(gain_db: float) -> float:
    return float(10.0 ** (gain_db / 20.0))


def _loudness(taken: Measurements) -> float | None:
    return taken.values.get("loudness_lufs")


def read_preview(out: Path, name: str) -> Preview | None:
    """Return what was kept of a sample; None where nothing was, or it is of another version."""
    try:
        return Preview.model_validate_json((out / preview_name(name)).read_bytes())
    except (OSError, ValidationError):
        return None


def _limits(part: Part) -> Limits:
    return Limits(
        part=part.name, metric=part.metric, points=part.points, below=dict(part.below), above=dict(part.above)
    )


def _write(file: Path, text: str) -> None:
    temporary = file.with_name(f".{file.name}.tmp")
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(file)
    except OSError as error:
        raise EncodeError(f"The preview {file.name} cannot be written: {error.strerror}.") from error
