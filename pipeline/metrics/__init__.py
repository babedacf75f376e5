"""The metrics: one a file, and the table of them.

A metric looks at an `Analysis` and gives a `Reading`: a number, or None and why there is none.
"""

from __future__ import annotations

from pipeline.metrics.bandwidth import Bandwidth
from pipeline.metrics.clicks import ClickRate, Clicks
from pipeline.metrics.clipping import ClippedPower, ClippedRatio
from pipeline.metrics.dc_offset import DcOffset
from pipeline.metrics.diversity import PhoneticDiversity
from pipeline.metrics.dropouts import DropoutRate, Dropouts
from pipeline.metrics.duration import Duration
from pipeline.metrics.emptied import Emptied
from pipeline.metrics.hum import Hum
from pipeline.metrics.images import ImageRatio
from pipeline.metrics.level_drift import LevelDrift
from pipeline.metrics.loudness import Loudness, LoudnessRange
from pipeline.metrics.music import Music
from pipeline.metrics.noise import AudibleSnr, NoiseFloor, NoiseVariation, SignalToNoise
from pipeline.metrics.overlap import Overlap
from pipeline.metrics.pace import Pace, PaceVariation
from pipeline.metrics.pitch import PitchMedian, PitchRange
from pipeline.metrics.reverb import Reverb
from pipeline.metrics.speakers import SpeakerChanges
from pipeline.metrics.speech import SpeechLevel, SpeechRatio, SpeechTime
from pipeline.metrics.true_peak import TruePeak
from pipeline.steps import Metric

METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Duration(),
        SpeechTime(),
        SpeechRatio(),
        SignalToNoise(),
        AudibleSnr(),
        NoiseFloor(),
        NoiseVariation(),
        ClippedRatio(),
        ClippedPower(),
        Loudness(),
        LoudnessRange(),
        TruePeak(),
        SpeechLevel(),
        Bandwidth(),
        ImageRatio(),
        Reverb(),
        Hum(),
        Dropouts(),
        DropoutRate(),
        Clicks(),
        ClickRate(),
        Emptied(),
        DcOffset(),
        LevelDrift(),
        Pace(),
        PaceVariation(),
        PhoneticDiversity(),
        SpeakerChanges(),
        Overlap(),
        Music(),
        PitchMedian(),
        PitchRange(),
    )
}
"""Every built-in metric by name."""

__all__ = ["METRICS"]
