"""How high the voice is, and how much its pitch moves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from pipeline.analysis import Analysis
from pipeline.dsp.frames import HOP_S, Double
from pipeline.steps import Reading

LEAST_VOICED_S = 0.3
"""One short syllable: less says nothing of a person."""

NOT_VOICED = "no voiced speech was found"


@dataclass(frozen=True, slots=True)
class PitchMedian:
    """Median fundamental frequency of the voiced frames, in Hz; 60 to 500.

    Tracked by autocorrelation (Boersma 1993, see `pipeline.dsp.pitch`). None for silence, noise, whisper, steady
    tones (no speech) and where under 0.3 s is voiced. Music that passes for speech gives its own pitch.
    """

    name: ClassVar[str] = "pitch_median_hz"
    unit: ClassVar[str] = "Hz"

    def measure(self, analysis: Analysis) -> Reading:
        """Return the median, None without voiced speech."""
        hz = _voiced_hz(analysis)
        return Reading(None if hz is None else float(np.median(hz)), why=NOT_VOICED)


@dataclass(frozen=True, slots=True)
class PitchRange:
    """From the 10th to the 90th percentile of the pitch, in semitones; 0 is a monotone, reading has 4 to 16.

    Percentiles, so that the few frames an octave off count for little; a creaky voice has more. None where
    `PitchMedian` is.
    """

    name: ClassVar[str] = "pitch_range_semitones"
    unit: ClassVar[str] = "semitones"

    def measure(self, analysis: Analysis) -> Reading:
        """Return the range, None without voiced speech."""
        hz = _voiced_hz(analysis)
        if hz is None:
            return Reading(None, why=NOT_VOICED)
        low, high = np.percentile(hz, [10, 90])
        return Reading(12.0 * float(np.log2(high / low)), why=NOT_VOICED)


def _voiced_hz(analysis: Analysis) -> Double | None:
    hz = analysis.pitch.hz[analysis.pitch.voiced].astype(np.float64)
    return hz if hz.size * HOP_S >= LEAST_VOICED_S else None
