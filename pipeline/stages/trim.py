"""Cut what comes before and after the speech."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from pipeline.analysis import NO_SPEECH, Analysis
from pipeline.audio import Audio
from pipeline.dsp.frames import HOP_S, Float, means
from pipeline.dsp.renewal import FADED_S
from pipeline.dsp.splicing import FADE_S as SEAM_S
from pipeline.dsp.splicing import long_pauses, spliced
from pipeline.errors import UsageError
from pipeline.keep import Verdict
from pipeline.steps import CallableStage, Change

FADE_S = FADED_S
"""Length of the fade at a cut, 5 ms: too short to hear, long enough not to click."""

SNRS_DB, MARGINS_S = (10.0, 20.0, 30.0, 35.0), (0.3, 0.2, 0.1, 0.0)
"""What noise hides of first and last sounds, by SNR: kept beside the padding. Without it every fourth edge at 10 dB
and every fifth at 20 dB loses a consonant (``python -m tests.evaluation.trim``)."""

MAX_SPEECH_LOST_RATIO = 0.2
"""The floor is learned anew from fewer pauses, so weak sounds at the threshold may be counted differently: 15 % of two
seconds were, with nothing lost; of a creaking voice that was cut, 24 %."""


@dataclass(frozen=True, slots=True)
class TrimSilence(CallableStage):
    """Leave `pad_s` of the recording's own room tone around the speech and cut the rest.

    Parameters
    ----------
    pad_s : float
        Seconds kept before the first and after the last speech, 0 or more; fewer where the recording has
        fewer. Never filled up with zeros.
    max_pause_s : float
        Longer pauses between speech are shortened to this, at quiet points; 0 leaves them as they are.

    Notes
    -----
    Speech is from where the speaker begins to where they end (`pipeline.dsp.edges`), against the recording's own
    floor: a quiet take is not cut away, and a slam, a click or a breath apart is not speech. Without speech nothing
    is cut. The notes `start_s` and `end_s` are what was kept, in source time, padding included; `margin_s` is what the
    noise asked for beside it; `cuts_s` the shortened pauses, as what was cut out of each.

    Examples
    --------
    >>> from pipeline import read
    >>> shorter = TrimSilence(pad_s=0.2)(read("samples/mia/harbour.flac"))
    >>> shorter.steps[-1].why
    '0.78 s without speech cut off'
    """

    name: ClassVar[str] = "trim"
    mends: ClassVar[frozenset[str]] = frozenset({"long_pauses"})
    pad_s: float = 0.15
    max_pause_s: float = 0.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.pad_s <= 10.0:
            raise UsageError(f"trim: pad_s must be 0 to 10 seconds, not {self.pad_s}.")
        if self.max_pause_s and not 0.2 <= self.max_pause_s <= 60.0:
            raise UsageError(f"trim: max_pause_s must be 0 (off) or 0.2 to 60 seconds, not {self.max_pause_s}.")

    def apply(self, audio: Audio, analysis: Analysis) -> Change:
        """Return the cut wave, or nothing where there is nothing to cut."""
        edges = analysis.speech_edges
        if edges is None:
            return Change(None, {"start_s": 0.0, "end_s": audio.duration_s}, f"{NO_SPEECH}: nothing was cut")
        rate = audio.sample_rate_hz
        margin_s = float(np.interp(analysis.snr_db or 0.0, SNRS_DB, MARGINS_S))
        start = max(0, math.floor(edges[0] - (margin_s + self.pad_s) / analysis.hop_s) * analysis.hop)
        stop = min(audio.frames, round(((edges[1] - 1) * analysis.hop_s + margin_s + self.pad_s) * rate))
        notes: dict[str, object] = {"start_s": start / rate, "end_s": stop / rate, "margin_s": round(margin_s, 3)}
        pauses = self._long_pauses(analysis, start, stop)
        if pauses:
            notes["pauses_s"] = round(sum(last - first for first, last in pauses) / rate, 3)
            half_s = 0.5 * SEAM_S  # of the fade that takes the pause's place
            notes["cuts_s"] = [
                [round(first / rate + half_s, 3), round(last / rate - half_s, 3)] for first, last in pauses
            ]
        if not pauses and audio.frames - (stop - start) < FADE_S * rate:
            return Change(None, {"start_s": 0.0, "end_s": audio.duration_s}, "no more silence than the padding")
        cut = _cut(audio, start, stop)
        inner = [(first - start, last - start) for first, last in pauses]
        changed = audio.with_own_wave(spliced(cut, rate, inner))
        return Change(changed, notes, cut_at=None if pauses else start)

    def _long_pauses(self, analysis: Analysis, start: int, stop: int) -> list[tuple[int, int]]:
        if not self.max_pause_s:
            return []
        hop = analysis.hop
        found = long_pauses(analysis.voice.speech, analysis.frame_power, self.max_pause_s)
        return [(first * hop, last * hop) for first, last in found if first * hop > start and last * hop < stop]

    def helped(self, before: Analysis, after: Analysis) -> Verdict:
        """Keep the cut if all the speech is still there."""
        first, stop = before.speech_edges or (0, 0)
        had_s = float(before.spoken[first:stop].sum()) * HOP_S  # a slam outside the edges was no speech
        if after.speech_s < had_s * (1.0 - MAX_SPEECH_LOST_RATIO):
            return Verdict(kept=False, why=f"speech went from {had_s:.2f} s to {after.speech_s:.2f} s")
        cut_s = (before.frames - after.frames) / before.sample_rate_hz
        return Verdict(kept=True, why=f"{cut_s:.2f} s without speech cut off")


def _cut(audio: Audio, start: int, stop: int) -> Float:
    """Return the piece, faded at the ends that were cut but not at those that were there already."""
    piece = audio.wave[:, start:stop].copy()
    middle = means(audio.wave)  # fading DC would thump
    fade = np.linspace(0.0, 1.0, min(round(FADE_S * audio.sample_rate_hz), piece.shape[1] // 2), dtype=np.float32)
    head, tail = piece[:, : fade.size], piece[:, piece.shape[1] - fade.size :]
    if start > 0:
        head[:] = middle + (head - middle) * fade
    if stop < audio.frames:
        tail[:] = middle + (tail - middle) * fade[::-1]
    return piece
