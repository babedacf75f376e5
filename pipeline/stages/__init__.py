"""The stages: one a file, and the table of them.

A stage changes audio, or says why it did not. It knows nothing of files, profiles or the network.
"""

from __future__ import annotations

from collections.abc import Callable

from pipeline.stages.declip import Declip
from pipeline.stages.denoise import Denoise
from pipeline.stages.hum import RemoveHum
from pipeline.stages.level import EvenLevel
from pipeline.stages.loudness import NormalizeLoudness
from pipeline.stages.rumble import RemoveRumble
from pipeline.stages.trim import TrimSilence
from pipeline.steps import Stage

STAGES: dict[str, Callable[..., Stage]] = {
    Declip.name: Declip,
    RemoveRumble.name: RemoveRumble,
    RemoveHum.name: RemoveHum,
    TrimSilence.name: TrimSilence,
    Denoise.name: Denoise,
    EvenLevel.name: EvenLevel,
    NormalizeLoudness.name: NormalizeLoudness,
}
"""Every built-in stage by name, in the order in which they make sense."""

__all__ = ["STAGES", "Declip", "Denoise", "EvenLevel", "NormalizeLoudness", "RemoveHum", "RemoveRumble", "TrimSilence"]
