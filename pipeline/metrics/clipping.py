"""How much of the wave was cut off at the top."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pipeline.analysis import Analysis
from pipeline.dsp.frames import runs
from pipeline.records import Span
from pipeline.steps import Reading

NEAR_S = 0.1
"""Plateaus closer than this are told as one place."""


@dataclass(frozen=True, slots=True)
class ClippedRatio:
    """Share of samples on a clipped plateau, wherever its level is now, 0 to 1. 0 for silence."""

    name: ClassVar[str] = "clipped_ratio"
    unit: ClassVar[str] = "ratio"

    def measure(self, analysis: Analysis) -> Reading:
        """Return the share, and the places: plateaus under `NEAR_S` apart joined."""
        return Reading(float(analysis.clipped.mean()), at_s=_places(analysis))


def _places(analysis: Analysis) -> tuple[Span, ...]:
    places: list[Span] = []
    for start, stop in runs(analysis.clipped) / analysis.sample_rate_hz:
        if places and start - places[-1][1] < NEAR_S:
            places[-1] = (places[-1][0], round(float(stop), 3))
        else:
            places.append((round(float(start), 3), round(float(stop), 3)))
    return tuple(places)
