"""What there is: stages, metrics, profiles and languages as rows, read from the code itself."""

from __future__ import annotations

import inspect
from typing import Any

from pipeline.metrics import METRICS
from pipeline.profile import profile_paths, read_profile
from pipeline.service.languages import languages
from pipeline.stages import STAGES

Row = dict[str, Any]


def stage_rows() -> list[Row]:
    """Return a row a stage: name, parameters with defaults, what it does."""
    rows = [{"stage": name, "parameters": _params(stage), "does": _first_line(stage)} for name, stage in STAGES.items()]
    encode = {
        "stage": "encode",
        "parameters": "subtype=PCM_16",
        "does": "Write mono WAV, dithered where bits are lost.",
    }
    return [*rows, encode]


def metric_rows() -> list[Row]:
    """Return a row a metric: name, unit, what it measures."""
    return [
        {"metric": name, "unit": metric.unit, "measures": _first_line(type(metric))} for name, metric in METRICS.items()
    ]


def profile_rows() -> list[Row]:
    """Return a row a profile: name, what it is for, its steps."""
    profiles = {name: read_profile(path) for name, path in profile_paths().items()}
    return [
        {
            "profile": name,
            "for": profile.description,
            "steps": ", ".join(str(step["use"]) for step in profile.steps),
        }
        for name, profile in profiles.items()
    ]


def language_rows() -> list[Row]:
    """Return a row a language of the service: id, tag, name."""
    return [{"id": language.id, "tag": language.code, "name": language.name} for language in languages()]


def _params(stage: Any) -> str:
    return ", ".join(f"{name}={param.default}" for name, param in inspect.signature(stage).parameters.items())


def _first_line(thing: Any) -> str:
    return (inspect.getdoc(thing) or "").partition("\n")[0]
