"""All metrics of one wave, and what there is to say about those without a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.analysis import Analysis
from pipeline.errors import StepError
from pipeline.findings import event_finding
from pipeline.labels import listed
from pipeline.records import METRIC_NAMES, Finding, MetricValues, Severity, Span
from pipeline.steps import Metric, Reading

_DIGITS = 6
"""Significant digits of a metric in a record: beyond any meter's precision, and the same on every machine."""


@dataclass(frozen=True, slots=True)
class Measurements:
    """Metric values by name, places where seen, and findings on the measuring itself."""

    values: MetricValues
    at_s: dict[str, tuple[Span, ...]]
    findings: tuple[Finding, ...]


def measure(analysis: Analysis, metrics: Sequence[Metric]) -> Measurements:
    """Take every metric of a wave.

    Raises
    ------
    StepError
        If a metric raises: a metric that failed must be visible, not missing.
    """
    readings = {metric.name: _read(metric, analysis) for metric in metrics}
    names = (*METRIC_NAMES, *(name for name in readings if name not in METRIC_NAMES))
    values = {name: _rounded(readings[name].value) if name in readings else None for name in names}
    places = {name: reading.at_s for name, reading in readings.items() if reading.at_s}
    return Measurements(values, places, (*_undefined(readings), *_not_measured(names, readings)))


def _read(metric: Metric, analysis: Analysis) -> Reading:
    try:
        reading = metric.measure(analysis)
    except (Exception, SystemExit) as error:  # a metric may be anyone's code: one sample fails, with the metric's name
        raise StepError(metric.name, f"{type(error).__name__}: {error}") from error
    if reading.value is not None and not np.isfinite(reading.value):
        raise StepError(metric.name, f"gave {reading.value}, which is no number")
    return reading


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.{_DIGITS}g}")


def _undefined(readings: dict[str, Reading]) -> list[Finding]:
    """Return one finding for each reason, naming the metrics it leaves without a number, and one for each note."""
    reasons: dict[str, list[str]] = {}
    for name, reading in readings.items():
        if reading.value is None:
            reasons.setdefault(reading.why or "no reason was given", []).append(name)
    found = [
        event_finding("undefined", Severity.NOTE, f"{listed(names)} could not be told: {why}.")
        for why, names in reasons.items()
    ]
    notes = [reading.note for reading in readings.values() if reading.note]
    return found + [event_finding("noise_estimated", Severity.NOTE, f"{note}.".capitalize()) for note in notes]


def _not_measured(names: Sequence[str], readings: dict[str, Reading]) -> list[Finding]:
    missing = [name for name in names if name not in readings]
    return [event_finding("not_measured", Severity.NOTE, listed(missing))] if missing else []
