"""The metrics: one a file, and the table of them.

A metric looks at an `Analysis` and gives a `Reading`: a number, or None and why there is none.
"""

from __future__ import annotations

from pipeline.metrics.bandwidth import Bandwidth
from pipeline.metrics.clicks import Clicks
from pipeline.metrics.clipping import ClippedRatio
from pipeline.metrics.coding import SpectralHoles
from pipeline.metrics.dc_offset import DcOffset
from pipeline.metrics.dropouts import Dropouts
from pipeline.metrics.duration import Duration
from pipeline.metrics.hum import Hum
from pipeline.metrics.loudness import Loudness, LoudnessRange
from pipeline.metrics.noise import NoiseFloor, SignalToNoise
from pipeline.metrics.reverb import Reverb
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
        NoiseFloor(),
        ClippedRatio(),
        Loudness(),
        LoudnessRange(),
        TruePeak(),
        SpeechLevel(),
        Bandwidth(),
        Reverb(),
        Hum(),
        Dropouts(),
        Clicks(),
        SpectralHoles(),
        DcOffset(),
    )
}
"""Every built-in metric by name."""

__all__ = ["METRICS"]
