"""Profiles: the TOML files that say which steps run and what is good enough."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pipeline.errors import ProfileError, UsageError
from pipeline.plan import LEAST_S, Plan, Selection
from pipeline.records import Severity, Status
from pipeline.registry import make_step, split_steps
from pipeline.rubric import Part, Rubric
from pipeline.settings import apply_settings
from pipeline.spelling import did_you_mean

DEFAULT_PROFILE = "clone"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PartTable(_Strict):
    """``[grade.parts.NAME]``: one metric's curve and limits. See `pipeline.rubric.Part`."""

    metric: str
    weight: float = Field(0.0, ge=0.0)
    points: tuple[tuple[float, float], ...] = ()
    reject_below: float | None = None
    review_below: float | None = None
    note_below: float | None = None
    reject_above: float | None = None
    review_above: float | None = None
    note_above: float | None = None
    below: str = ""
    above: str = ""
    credit: float = Field(1.0, ge=0.0, le=1.0)
    unknown: float = Field(0.0, ge=0.0, le=100.0)

    @model_validator(mode="after")
    def _consistent(self) -> PartTable:
        if self.weight > 0.0 and len(self.points) < 2:
            raise ValueError("a part with weight needs a curve: points = [[metric, points], ...]")
        at = [pair[0] for pair in self.points]
        values = [pair[1] for pair in self.points]
        if at != sorted(set(at)):
            raise ValueError("points: the metric values must rise")
        if values not in (sorted(values), sorted(values, reverse=True)):
            raise ValueError("points: the points must only rise or only fall (worse never scores higher)")
        if any(not 0.0 <= value <= 100.0 for value in values):
            raise ValueError("points: the points lie between 0 and 100")
        if self.limits("below") and not self.below:
            raise ValueError("a limit below needs its finding: below = CODE")
        if self.limits("above") and not self.above:
            raise ValueError("a limit above needs its finding: above = CODE")
        return self

    def limits(self, side: Literal["below", "above"]) -> dict[Severity, float]:
        """Return the limits that are set on one side. Absence is off; 0 is a limit."""
        named = {severity: getattr(self, f"{severity}_{side}") for severity in _LIMITED}
        return {severity: limit for severity, limit in named.items() if limit is not None}

    def part(self, name: str) -> Part:
        """Return what the rubric uses."""
        return Part(
            name=name,
            metric=self.metric,
            weight=self.weight,
            points=self.points,
            below=self.limits("below"),
            above=self.limits("above"),
            below_code=self.below,
            above_code=self.above,
            credit=self.credit,
            unknown=self.unknown,
        )


_LIMITED = (Severity.REJECT, Severity.REVIEW, Severity.NOTE)


class GradeTable(_Strict):
    """``[grade]``: the two scores, and the parts."""

    accept_score: float = Field(ge=0.0, le=100.0)
    review_score: float = Field(ge=0.0, le=100.0)
    parts: dict[str, PartTable] = Field(min_length=1)

    @model_validator(mode="after")
    def _weighted(self) -> GradeTable:
        if self.review_score > self.accept_score:
            raise ValueError("review_score must not be above accept_score")
        if not any(part.weight > 0.0 for part in self.parts.values()):
            raise ValueError("at least one part needs a weight above 0")
        return self


class EncodeTable(_Strict):
    """``[encode]``: the WAV that is written."""

    subtype: Literal["PCM_16", "PCM_24"] = "PCM_16"


class SelectTable(_Strict):
    """``[select]``: how much of a long take is prepared. See `pipeline.plan.Selection`."""

    seconds: float = 60.0
    least_s: float = LEAST_S
    longer_than_s: float

    @model_validator(mode="after")
    def _possible(self) -> SelectTable:
        try:
            self.selection()
        except UsageError as error:
            raise ValueError(str(error)) from error
        return self

    def selection(self) -> Selection:
        """Return what the plan uses."""
        return Selection(self.seconds, self.least_s, self.longer_than_s)


class Example(_Strict):
    """``[[examples]]``: what the profile must say of a sample with these metrics; checked at every load."""

    name: str
    metrics: dict[str, float]
    status: Status


class Profile(_Strict):
    """A whole profile, validated."""

    name: str
    description: str
    steps: tuple[dict[str, Any], ...]
    select: SelectTable | None = None
    encode: EncodeTable = EncodeTable()
    grade: GradeTable
    examples: tuple[Example, ...] = Field(min_length=1)

    def plan(self, changed: bool = False) -> Plan:
        """Return what runs.

        Parameters
        ----------
        changed : bool
            Settings have moved it away from what was written: its examples no longer bind.

        Raises
        ------
        ProfileError
            If a step is unknown or wrong, or an example does not come out as it says; all of them at once.
        """
        steps, mistakes = [], []
        for number, table in enumerate(self.steps, start=1):
            try:
                steps.append(make_step(table))
            except UsageError as error:
                mistakes.append(f"steps, number {number}: {error}")
        rubric = Rubric(
            parts=tuple(part.part(name) for name, part in self.grade.parts.items()),
            accept_score=self.grade.accept_score,
            review_score=self.grade.review_score,
        )
        mistakes += [] if changed else self._broken_examples(rubric)
        if mistakes:
            raise ProfileError(f"The profile {self.name}{' with --set' if changed else ''}", mistakes)
        stages, metrics = split_steps(steps)
        return Plan(
            name=self.name,
            stages=stages,
            metrics=metrics,
            rubric=rubric,
            subtype=self.encode.subtype,
            selection=self.select.selection() if self.select else None,
        )

    def _broken_examples(self, rubric: Rubric) -> Iterator[str]:
        for example in self.examples:
            status = rubric.grade(dict(example.metrics)).status
            if status is not example.status:
                yield f"examples, {example.name}: comes out as {status}, but says {example.status}"


def profile_paths() -> dict[str, Path]:
    """Return the built-in profiles: name to file."""
    here = Path(__file__).parent
    folder = here / "configs"  # in an installed wheel
    if not folder.is_dir():
        folder = here.parent / "configs"  # in the repository
    return {path.stem: path for path in sorted(folder.glob("*.toml"))}


def load_profile(name_or_path: str | Path = DEFAULT_PROFILE, settings: Sequence[str] = ()) -> Plan:
    """Read a profile and return its plan.

    Parameters
    ----------
    name_or_path : str or Path
        A built-in profile's name, or a TOML file.
    settings : sequence of str
        Changes, ``step.field=value`` each, as of ``--set``; also ``grade.accept_score=75`` and
        ``encode.subtype=PCM_24``.

    Raises
    ------
    UsageError
        If there is no such profile.
    ProfileError
        If it is wrong; all mistakes at once.

    Examples
    --------
    >>> plan = load_profile("clone", ["trim.pad_s=0.3", "grade.accept_score=80"])
    >>> plan.rubric.accept_score, [stage.name for stage in plan.stages]
    (80.0, ['declip', 'rumble', 'hum', 'trim', 'denoise', 'loudness'])
    """
    path = profile_paths().get(str(name_or_path), Path(name_or_path))
    return read_profile(path, settings).plan(changed=bool(settings))


def read_profile(path: Path, settings: Sequence[str] = ()) -> Profile:
    """Read and validate a profile's file, `settings` applied. Raises as `load_profile`."""
    table = _read_extended(path)
    apply_settings(table, settings)
    try:
        return Profile.model_validate(table)
    except ValidationError as error:
        where = f"The profile {path.name}{' with --set' if settings else ''}"
        raise ProfileError(where, [_sentence(mistake) for mistake in error.errors()]) from error


def _read_extended(path: Path) -> dict[str, Any]:
    """Read a profile over the one that it extends: tables are merged, everything else is replaced."""
    own = _read_toml(path)
    base = own.pop("extends", None)
    if base is None:
        return own
    if base not in profile_paths() or profile_paths()[base] == path:
        raise ProfileError(f"The profile {path.name}", [f"extends: there is no other built-in profile {base!r}"])
    return _merged(_read_extended(profile_paths()[base]), own)


def _merged(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    both_tables = {key for key in own if isinstance(own[key], dict) and isinstance(base.get(key), dict)}
    return base | own | {key: _merged(base[key], own[key]) for key in both_tables}


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        known = ", ".join(profile_paths())
        raise UsageError(f"There is no profile {path}: give a file, or one of {known}.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"The profile {path} cannot be read: {error}.") from error
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"The profile {path.name}", [f"it is not TOML: {error}"]) from error


def _sentence(mistake: Mapping[str, Any]) -> str:
    place = ".".join(str(part) for part in mistake["loc"]) or "the file"
    if mistake["type"] == "extra_forbidden":
        *path, field = mistake["loc"]
        return f"{place}: there is no such field{did_you_mean(str(field), _fields(path))}"
    if mistake["type"] in _MUST:
        return f"{place}: {_MUST[mistake['type']].format(**_plain(mistake.get('ctx', {})))}, not {mistake['input']!r}"
    text = str(mistake["msg"]).removeprefix("Value error, ")
    return f"{place}: {text[0].lower()}{text[1:]}"


_NUMBER, _TABLE = "must be a number", "must be a table"
_MUST = {
    "float_parsing": _NUMBER,
    "float_type": _NUMBER,
    "string_type": "must be a text",
    "tuple_type": "must be a list",
    "dict_type": _TABLE,
    "model_type": _TABLE,
    "less_than_equal": "must be at most {le}",
    "greater_than_equal": "must be at least {ge}",
    "literal_error": "must be {expected}",
    "enum": "must be {expected}",
}
"""What pydantic says by type, in plain English."""


def _plain(context: Mapping[str, Any]) -> dict[str, str]:
    return {name: f"{value:g}" if isinstance(value, float) else str(value) for name, value in context.items()}


def _fields(path: Sequence[int | str]) -> list[str]:
    """Return the fields that the table at a place may have."""
    tables: dict[tuple[str, ...], type[BaseModel]] = {
        (): Profile,
        ("select",): SelectTable,
        ("encode",): EncodeTable,
        ("grade",): GradeTable,
        ("grade", "parts"): PartTable,
        ("examples",): Example,
    }
    above = tuple(str(part) for part in path)
    return list(tables.get(above, tables.get(above[:-1], Profile)).model_fields)
