"""What the view of a changed wave takes over from the view before: what the change left as it was, or only scaled.

Decisions are taken over, levels are measured: where somebody speaks, at which pitch, and which samples were cut off is
the same whatever the level.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pipeline.dsp.frames import Double, energy
from pipeline.dsp.gain import gain_between
from pipeline.dsp.periods import Thinned
from pipeline.dsp.speech_level import Envelope

if TYPE_CHECKING:
    from pipeline.analysis import Analysis

DECISIONS = ("voice", "pitch", "clipped")
"""Views that say where, not how much."""

ROUNDING_RATIO = 0.01
"""Rounding that lies 20 dB under the noise cuts no peak off, and adds a millionth to the loudness. Where somebody
speaks is decided anew: in frames that a coder left empty, rounding is all there is, and one pause more or less can move
the noise floor by a decibel."""


class FromVoiceUp(NamedTuple):
    """What is wanted of a wave from the lowest voice up."""

    frame_power: Double
    thin: Thinned
    envelope: Envelope

    def scaled(self, gain: float) -> FromVoiceUp:
        """Return the same of the wave made louder."""
        return FromVoiceUp(
            self.frame_power * gain**2,
            self.thin._replace(wave=self.thin.wave * np.float32(gain)),
            Envelope(self.envelope.magnitude * abs(gain), self.envelope.power * gain**2),
        )


def after_gain(before: Analysis, after: Analysis) -> bool:
    """Take over what a gain over all only scales; say whether the change was one."""
    gain = gain_between(before.mono, after.mono)
    if gain is None:
        return False
    _hand_over(before, after, DECISIONS)
    if "from_voice_up" in vars(before):
        after.from_voice_up = before.from_voice_up.scaled(gain)
    after.step_powers = before.step_powers * gain**2
    after.true_peak = before.true_peak * abs(gain)
    return True


def after_rounding(before: Analysis, after: Analysis) -> None:
    """Take over what rounding to the steps of a file cannot change, if it lies far enough under the noise."""
    if np.abs(before.mono).max(initial=0.0) > 1.0:
        return  # what lies beyond full scale is cut off
    power = energy(after.mono - before.mono) / max(1, before.mono.size)
    noise = before.noise
    if noise is not None and noise.from_pauses and power <= ROUNDING_RATIO * noise.power:
        _hand_over(before, after, ("clipped",))
        after.step_powers = before.step_powers + power


def _hand_over(before: Analysis, after: Analysis, names: Collection[str]) -> None:
    """Hand over what is known; what nobody asked for yet is found out when somebody does."""
    vars(after).update({name: known for name, known in vars(before).items() if name in names})
