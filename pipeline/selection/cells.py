"""A long take in cells: short stretches that are each graded alone, so that memory does not grow with the take."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.analysis import Analysis
from pipeline.audio import Audio
from pipeline.dsp.frames import HOP_S, Bool, Double, Float
from pipeline.dsp.lower_rate import at_lower_rate
from pipeline.measure import measure
from pipeline.metrics.clipping import ClippedPower, ClippedRatio
from pipeline.records import MetricValues, Severity
from pipeline.rubric import Rubric
from pipeline.selection.takes import Clock, Progress, Take
from pipeline.steps import Metric

CELL_S, STEP_S = 20.0, 10.0
"""A room and a noise are heard in 20 s of speech; halves that overlap tell where a damage begins to 10 s."""

RATE_HZ = 16_000
"""All that a grade asks of a voice lies under 8 kHz. At 44.1 kHz a cell takes 71 ms, at this rate 40."""

FULL_RATE = (ClippedRatio(), ClippedPower())
"""Measured before the rate is lowered: a filter bends the plateaus that they look for."""

SILENT_COST = 6.0
"""Cost of a cell without speech, so that no window goes around one: e to the 6 is more than any score can lose."""

FINDING_COST = {Severity.REJECT: 2.0, Severity.REVIEW: 0.5}
"""Cost of what a limit alone keeps out: another voice, music, dropouts; but for what is said of a cell's length."""

TOO_SHORT = frozenset(["short", "long", "no_speech", "unjudged"])


@dataclass(frozen=True, slots=True)
class Cell:
    """One stretch of a take.

    Parameters
    ----------
    start_s, stop_s : float
    cost : float
        What its damages leave of a voice, as the negative logarithm of its score, and what its findings cost.
    level_dbfs : float or None
        Of the speech.
    timbre : float64, shape (12,), or None
        Mean cepstrum of the speech.
    """

    start_s: float
    stop_s: float
    cost: float
    level_dbfs: float | None
    timbre: Double | None


@dataclass(frozen=True, slots=True)
class _Half:
    """Half a cell: at the lower rate, with what was measured at the full one."""

    audio: Audio
    measured: MetricValues


@dataclass(frozen=True, slots=True)
class Judge:
    """What cells are graded by: the metrics that a rubric weighs or sets a limit to, so no time goes to the others."""

    metrics: tuple[Metric, ...]
    rubric: Rubric

    @classmethod
    def of(cls, metrics: Sequence[Metric], rubric: Rubric) -> Judge:
        """Return the judge of a plan's metrics and rubric."""
        names = rubric.deciding() - {metric.name for metric in FULL_RATE}
        return cls(tuple(metric for metric in metrics if metric.name in names), rubric)

    def cost(self, analysis: Analysis, measured: MetricValues) -> float:
        """Return what is wrong with a cell; `measured` holds what is known of it already."""
        grade = self.rubric.grade(measure(analysis, self.metrics).values | measured)
        found = {finding.code: finding.severity for finding in grade.findings}
        if "no_speech" in found:
            return SILENT_COST
        told = sum(FINDING_COST.get(severity, 0.0) for code, severity in found.items() if code not in TOO_SHORT)
        return told - math.log(max(grade.score, 0.3) / 100.0)


def cut_cells(take: Take, judge: Judge, tell: Progress | None = None) -> tuple[list[Cell], Bool]:
    """Return the cells of a take, and which of its frames are speech, in one pass and little memory.

    Parameters
    ----------
    take : Take
    judge : Judge
    tell : Progress, optional
    """
    spoken, cells = np.zeros(math.ceil(take.duration_s / HOP_S) + 1, dtype=np.bool_), []
    clock = Clock(tell, take.duration_s)
    for start_s, audio, measured in _cells(take):
        analysis = Analysis(audio)
        spoken = _with(spoken, round(start_s / HOP_S), analysis.spoken)
        cost = judge.cost(analysis, measured)
        cells.append(Cell(start_s, start_s + audio.duration_s, cost, analysis.speech_level_dbfs, analysis.timbre))
        clock.at(start_s + audio.duration_s)
    return cells, spoken


def _with(spoken: Bool, first: int, found: Bool) -> Bool:
    """Return the flags with those of a cell put in; a take may turn out longer than its header said."""
    if first + found.size > spoken.size:
        spoken = np.pad(spoken, (0, first + found.size - spoken.size))
    spoken[first : first + found.size] |= found
    return spoken


def _cells(take: Take) -> Iterator[tuple[float, Audio, MetricValues]]:
    """Yield each cell's start, its wave at the lower rate, and what was measured at the full one."""
    number, held = 0, None
    for half in _halves(take):
        if held is not None:
            yield number * STEP_S, *_joined(held, half)
            number += 1
        held = half
    if held is not None and number == 0:
        yield 0.0, held.audio, held.measured


def _joined(left: _Half, right: _Half) -> tuple[Audio, MetricValues]:
    audio = left.audio.with_wave(np.concatenate([left.audio.wave, right.audio.wave], axis=1))
    shares = [half.audio.duration_s / audio.duration_s for half in (left, right)]
    both: MetricValues = {
        name: shares[0] * (left.measured[name] or 0.0) + shares[1] * (right.measured[name] or 0.0)
        for name in left.measured
    }
    return audio, both


def _halves(take: Take) -> Iterator[_Half]:
    measured: list[MetricValues] = []
    rate = min(RATE_HZ, take.sample_rate_hz)
    for number, wave in enumerate(at_lower_rate(_waves(take, measured), take.sample_rate_hz, rate, STEP_S)):
        yield _Half(Audio(wave[None, :], rate), measured[min(number, len(measured) - 1)])


def _waves(take: Take, measured: list[MetricValues]) -> Iterator[Float]:
    """Yield the take in pieces, what was measured of each put into the list."""
    for piece in take.pieces(STEP_S):
        analysis = Analysis(piece)
        measured.append(measured_whole(analysis))
        yield piece.wave[0]


def measured_whole(analysis: Analysis) -> MetricValues:
    """Return what is measured at the full rate."""
    return {metric.name: metric.measure(analysis).value for metric in FULL_RATE}
