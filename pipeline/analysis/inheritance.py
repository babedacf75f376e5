"""What the view of a changed wave takes over from the view before: what the change left as it was, or only scaled.

Decisions are taken over, levels are measured: where somebody speaks, at which pitch, and which samples were cut off is
the same whatever the level.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pipeline.dsp.frames import Double
from pipeline.dsp.gain import gain_between
from pipeline.dsp.periods import Thinned
from pipeline.dsp.renewal import edge_frames, renew_edges
from pipeline.dsp.speech_level import Envelope

if TYPE_CHECKING:
    from pipeline.analysis import Analysis

DECISIONS = ("voice", "pitch", "plateaus")
"""Views that say where, not how much."""

RATIOS = ("snr_db", "audible_snr_db", "dip_db", "snr_limit_db", "reverb_c50_db", "clipped_power_ratio")
"""Views of one level over another: the same whatever the gain."""


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


def after_gain(before: Analysis, after: Analysis) -> float | None:
    """Take over what a gain over all only scales; return the gain, None where the change was none."""
    gain = gain_between(before.mono, after.mono)
    if gain is None:
        return None
    _hand_over(before, after, DECISIONS)
    if "from_voice_up" in vars(before):
        after.from_voice_up = before.from_voice_up.scaled(gain)
    after.step_powers = before.step_powers * gain**2
    after.true_peak = before.true_peak * abs(gain)
    return gain


def after_cut(before: Analysis, after: Analysis, start: int) -> None:
    """Take over what a cut leaves as it was: its plateaus, its rounding, and the spectra of frames that are the same.

    What those had taken off as DC is that of the whole: it is seen in bins below the voice alone.
    """
    _hand_over(before, after, ("quantisation_noise",))
    if "plateaus" in vars(before):
        inside = np.clip(before.plateaus - start, 0, after.frames)
        after.plateaus = inside[inside[:, 0] < inside[:, 1]]
    spectrogram = vars(before).pop("spectrogram", None)
    first, rest = divmod(start, before.hop)
    count = 1 + after.mono.size // before.hop
    if (
        spectrogram is None
        or rest
        or before.is_padded
        or after.is_padded
        or count < 4 * edge_frames(before.sample_rate_hz)
    ):
        return
    after.spectrogram = spectrogram[first : first + count]
    renew_edges(after.spectrogram, after.mono, after.sample_rate_hz, after.dc)


def as_written(after: Analysis, written: Analysis, gain: float) -> None:
    """Take over into the view of a wave what stages are judged by, as measured where it was made louder and rounded."""
    _ = written.audible_snr_db, written.clipped_power_ratio, written.wide_bands
    _hand_over(written, after, (*DECISIONS, *RATIOS))
    after.from_voice_up = written.from_voice_up.scaled(1.0 / gain)
    after.wide_bands, after.bands = (bands * np.float32(gain**-2) for bands in (written.wide_bands, written.bands))
    if written.noise is not None:
        after.noise = replace(written.noise, power=written.noise.power / gain**2)


def _hand_over(before: Analysis, after: Analysis, names: Collection[str]) -> None:
    """Hand over what is known; what nobody asked for yet is found out when somebody does."""
    vars(after).update({name: known for name, known in vars(before).items() if name in names})
