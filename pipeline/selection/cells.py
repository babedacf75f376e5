"""A long take in cells: short stretches that are each graded alone, so that memory does not grow with the take."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.analysis import Analysis
from pipeline.audio import Audio
from pipeline.dsp.frames import HOP_S, Bool, Double
from pipeline.measure import measure
from pipeline.records import Severity
from pipeline.rubric import Rubric
from pipeline.steps import Metric

CELL_S, STEP_S = 20.0, 10.0
"""A room and a noise are heard in 20 s of speech; halves that overlap tell where a damage begins to 10 s."""

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


def cut_cells(audio: Audio, metrics: Sequence[Metric], rubric: Rubric) -> tuple[list[Cell], Bool]:
    """Return the cells of a take, and which of its frames are speech.

    Parameters
    ----------
    audio : Audio
        Mono.
    metrics, rubric
        As of a `Plan`.
    """
    spoken = np.zeros(math.ceil(audio.duration_s / HOP_S) + 1, dtype=np.bool_)
    cells = []
    for start_s, piece in _pieces(audio):
        analysis = Analysis(piece)
        first = round(start_s / HOP_S)
        found = analysis.spoken[: spoken.size - first]
        spoken[first : first + found.size] |= found
        cells.append(_cell(start_s, piece, analysis, metrics, rubric))
    return cells, spoken


def _pieces(audio: Audio) -> Iterator[tuple[float, Audio]]:
    size, step = round(CELL_S * audio.sample_rate_hz), round(STEP_S * audio.sample_rate_hz)
    for start in range(0, max(1, audio.frames - (size - step)), step):
        yield start / audio.sample_rate_hz, audio.with_wave(audio.wave[:, start : start + size])


def _cell(start_s: float, piece: Audio, analysis: Analysis, metrics: Sequence[Metric], rubric: Rubric) -> Cell:
    grade = rubric.grade(measure(analysis, metrics).values)
    found = {finding.code: finding.severity for finding in grade.findings}
    cost = -math.log(max(grade.score, 0.3) / 100.0)
    cost += sum(FINDING_COST.get(severity, 0.0) for code, severity in found.items() if code not in TOO_SHORT)
    if "no_speech" in found:
        cost = SILENT_COST
    stop_s = start_s + piece.duration_s
    return Cell(start_s, stop_s, cost, analysis.speech_level_dbfs, analysis.timbre)
