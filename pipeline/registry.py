"""Steps by name: the built-in tables, and those that other packages register.

A package registers a stage or metric as an entry point in the group ``voiceprep.steps``; the entry point's
name is the name that a profile uses.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import entry_points
from typing import Any

from pipeline.errors import UsageError, VoiceprepError
from pipeline.metrics import METRICS
from pipeline.spelling import did_you_mean
from pipeline.stages import STAGES
from pipeline.steps import Metric, Stage

GROUP = "voiceprep.steps"


_KINDS: Mapping[type, str] = {float: "a number", int: "a whole number", str: "a text", bool: "true or false,"}


def step_names() -> tuple[str, ...]:
    """Return every name that ``use = NAME`` may have in a profile."""
    return (*STAGES, *sorted(entry.name for entry in entry_points(group=GROUP)))


def make_step(table: Mapping[str, Any]) -> Stage | Metric:
    """Make a stage or metric from a profile's table: ``use`` names it, the rest are its parameters.

    Raises
    ------
    UsageError
        If the name or a parameter is unknown, a value is wrong, or the class has not the shape of a step.
    """
    params = dict(table)
    name = params.pop("use", None)
    if not isinstance(name, str):
        raise UsageError('it has no name: say which step, use = "trim"')
    factory = _factory(name)
    _check_names(name, factory, params)
    try:
        step = factory(**params)
    except VoiceprepError as error:
        raise UsageError(str(error)) from error
    except (TypeError, ValueError) as error:
        raise UsageError(f"{name}: {error}") from error
    if not isinstance(step, Stage | Metric):
        raise UsageError(f"{name} is neither a stage (apply, helped) nor a metric (measure)")
    return step


def _factory(name: str) -> Callable[..., object]:
    if name in STAGES:
        return STAGES[name]
    for entry in entry_points(group=GROUP):
        if entry.name == name:
            try:
                loaded: Callable[..., object] = entry.load()
            except (ImportError, AttributeError) as error:
                raise UsageError(f"{name} cannot be loaded from {entry.value}: {error}") from error
            return loaded
    raise UsageError(f"there is no step {name}{did_you_mean(name, step_names())}")


def _check_names(name: str, factory: Callable[..., object], params: Mapping[str, Any]) -> None:
    known = tuple(inspect.signature(factory).parameters)
    for param in params:
        if param not in known:
            raise UsageError(f"{name} has no parameter {param}{did_you_mean(param, known)}")
        _check_type(name, param, params[param], inspect.signature(factory).parameters[param].default)


def _check_type(name: str, param: str, value: object, default: object) -> None:
    """Refuse a value of another kind than the default's; whole numbers pass for fractions."""
    kinds: tuple[type, ...] = (int, float) if isinstance(default, float) else (type(default),)
    if default in (None, inspect.Parameter.empty):
        return
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        kind = _KINDS.get(kinds[-1], kinds[-1].__name__)
        raise UsageError(f"{name}.{param} must be {kind} such as {default!r}, not {value!r}")


def split_steps(steps: Sequence[Stage | Metric]) -> tuple[tuple[Stage, ...], tuple[Metric, ...]]:
    """Return the stages in their order, and every metric: the built-in ones and those of the profile."""
    stages = tuple(step for step in steps if isinstance(step, Stage))
    metrics = tuple(step for step in steps if isinstance(step, Metric))
    return stages, (*METRICS.values(), *metrics)
