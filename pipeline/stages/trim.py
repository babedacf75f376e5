"""Cut what comes before and after the speech."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from pipeline.analysis import NO_SPEECH, Analysis
from pipeline.audio import Audio
from pipeline.dsp.frames import HOP_S
from pipeline.errors import UsageError
from pipeline.keep import Verdict
from pipeline.steps import CallableStage, Change

FADE_S = 0.005
"""Length of the fade at a cut: too short to hear, long enough not to click."""

MAX_SPEECH_LOST_RATIO = 0.1
"""The floor is learned anew from fewer pauses, so weak sounds at the threshold may be counted differently."""


@dataclass(frozen=True, slots=True)
class TrimSilence(CallableStage):
    """Leave `pad_s` of the recording's own room tone around the speech and cut the rest.

    Parameters
    ----------
    pad_s : float
        Seconds kept before the first and after the last speech, 0 or more; fewer where the recording has
        fewer. Never filled up with zeros.

    Notes
    -----
    Speech is what `find_voice` hears, against the recording's own floor: a quiet take is not cut away and a
    click is not speech. Without speech nothing is cut. The notes `start_s` and `end_s` are what was kept, in
    source time, padding included.
    """

    name: ClassVar[str] = "trim"
    pad_s: float = 0.15

    def __post_init__(self) -> None:
        if not 0.0 <= self.pad_s <= 10.0:
            raise UsageError(f"trim: pad_s must be 0 to 10 seconds, not {self.pad_s}.")

    def apply(self, audio: Audio, analysis: Analysis) -> Change:
        """Return the cut wave, or nothing where there is nothing to cut."""
        speech = np.flatnonzero(analysis.voice.speech)
        if speech.size == 0:
            return Change(None, {"start_s": 0.0, "end_s": audio.duration_s}, f"{NO_SPEECH}: nothing was cut")
        rate = audio.sample_rate_hz
        start = max(0, round((speech[0] * HOP_S - self.pad_s) * rate))
        stop = min(audio.frames, round((speech[-1] * HOP_S + self.pad_s) * rate))
        notes = {"start_s": start / rate, "end_s": stop / rate}
        if audio.frames - (stop - start) < FADE_S * rate:
            return Change(None, {"start_s": 0.0, "end_s": audio.duration_s}, "no more silence than the padding")
        return Change(_cut(audio, start, stop), notes)

    def helped(self, before: Analysis, after: Analysis) -> Verdict:
        """Keep the cut if all the speech is still there."""
        if after.speech_s < before.speech_s * (1.0 - MAX_SPEECH_LOST_RATIO):
            return Verdict(kept=False, why=f"speech went from {before.speech_s:.2f} s to {after.speech_s:.2f} s")
        cut_s = before.audio.duration_s - after.audio.duration_s
        return Verdict(kept=True, why=f"{cut_s:.2f} s without speech cut off")


def _cut(audio: Audio, start: int, stop: int) -> Audio:
    """Return the piece, faded at the ends that were cut but not at those that were there already."""
    piece = audio.wave[:, start:stop].copy()
    middle = audio.wave.mean(axis=1, keepdims=True, dtype=np.float64).astype(np.float32)  # fading DC would thump
    fade = np.linspace(0.0, 1.0, min(round(FADE_S * audio.sample_rate_hz), piece.shape[1] // 2), dtype=np.float32)
    head, tail = piece[:, : fade.size], piece[:, piece.shape[1] - fade.size :]
    if start > 0:
        head[:] = middle + (head - middle) * fade
    if stop < audio.frames:
        tail[:] = middle + (tail - middle) * fade[::-1]
    return audio.with_wave(piece)
