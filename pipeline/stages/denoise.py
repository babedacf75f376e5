"""Take steady noise down, gently, and only where the measured noise asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from pipeline.analysis import NO_SPEECH, Analysis
from pipeline.audio import Audio
from pipeline.dsp.frames import HOP_S, Float, runs, to_db
from pipeline.errors import UsageError
from pipeline.keep import Verdict
from pipeline.steps import CallableStage, Change

MIN_GAIN_DB = 3.0
"""Less improvement than this is not worth touching a voice for: PESQ fell in most clips that gained less."""

MAX_LEVEL_LOST_DB = 4.0
"""The voice may lose this much of its power with the noise that lay under it. Gating turns the gaps between
harmonics down too: 1 to 3 dB at 5 to 10 dB SNR, while PESQ rises; beyond this it eats the voice."""

N_STD = 1.0
"""Standard deviations over the noise's mean at which a bin counts as voice."""

MIN_C50_DB = 8.0
"""In a more echoing room the pauses hold the voice's own tail: learning that costs STOI (0.015 on 3 of 18 clips)
and gains no PESQ (0.02 at most)."""

MIN_NOISE_S = 0.3
"""Room tone that the noise profile needs."""


@dataclass(frozen=True, slots=True)
class Denoise(CallableStage):
    """Spectral gating by noisereduce, with the noise learned from the recording's own real pauses.

    Parameters
    ----------
    above_snr_db : float
        A recording with this SNR or more is left alone, in dB.
    reduction_ratio : float
        Share by which bins under the noise threshold are turned down, 0 to 1 (0.75 is 12 dB).

    Notes
    -----
    noisereduce (Sainburg 2019), stationary method. Its defaults ruin clean speech (PESQ 4.6 to 1.7). With these
    settings, as kept or undone, on speakers and noises that the limits were not chosen on, wide-band PESQ rises by
    0.26 in steady noise, 0.22 with hum, 0.15 in recorded noises, and falls by 0.04 where nothing was added to the
    takes' own noise; no clip falls by more than 0.24 (``python -m tests.evaluation.repair CLIPS``). Digital silence is
    not learned from.
    """

    name: ClassVar[str] = "denoise"
    above_snr_db: float = 35.0
    reduction_ratio: float = 0.75

    def __post_init__(self) -> None:
        if not 0.0 <= self.reduction_ratio <= 1.0:
            raise UsageError(f"denoise: reduction_ratio must be 0 to 1, not {self.reduction_ratio}.")

    def apply(self, audio: Audio, analysis: Analysis) -> Change:
        """Return the quieter wave, or nothing where the noise does not ask for it."""
        snr_db = analysis.snr_db
        if snr_db is None:
            return Change(None, why=NO_SPEECH)
        notes = {"snr_db": round(snr_db, 2)}
        if analysis.reverb_c50_db is not None and analysis.reverb_c50_db < MIN_C50_DB:
            return Change(
                None, notes, f"the room answers too loudly to be told from noise (C50 {analysis.reverb_c50_db:.0f} dB)"
            )
        if snr_db >= self.above_snr_db:
            return Change(None, notes, f"quiet enough: {snr_db:.0f} dB SNR")
        noise = room_tone(analysis)
        if noise.size < MIN_NOISE_S * audio.sample_rate_hz:
            return Change(None, notes, "too little real pause to learn the noise from")
        return Change(audio.with_wave(self._gate(audio, noise)), notes)

    def helped(self, before: Analysis, after: Analysis) -> Verdict:
        """Keep it if the noise fell and the voice did not."""
        if before.snr_db is None or after.snr_db is None:
            return Verdict(kept=False, why="the effect on the noise cannot be measured")
        gain_db = after.snr_db - before.snr_db
        if gain_db < MIN_GAIN_DB:
            return Verdict(kept=False, why=f"the noise fell by only {gain_db:.1f} dB")
        lost_db = _voice_lost_db(before, after)
        if lost_db > MAX_LEVEL_LOST_DB:
            return Verdict(kept=False, why=f"the voice lost {lost_db:.1f} dB")
        return Verdict(kept=True, why=f"noise {gain_db:.1f} dB lower against the voice")

    def _gate(self, audio: Audio, noise: Float) -> Float:
        from noisereduce import reduce_noise  # ~0.8 s to import

        n_fft = 2 ** round(np.log2(0.046 * audio.sample_rate_hz))  # 2048 at 44.1 kHz: resolves harmonics
        hz_per_bin = audio.sample_rate_hz / (n_fft / 2)
        middle = audio.wave.mean(axis=1, keepdims=True, dtype=np.float64)  # the noise was learned without DC
        quieter = reduce_noise(
            y=audio.wave - middle,
            sr=audio.sample_rate_hz,
            y_noise=noise.astype(np.float64),
            stationary=True,
            prop_decrease=self.reduction_ratio,
            n_std_thresh_stationary=N_STD,
            n_fft=n_fft,
            freq_mask_smooth_hz=max(500.0, hz_per_bin),
            chunk_size=None,  # one piece: its chunks go through a file on disk
        )
        return np.ascontiguousarray(quieter + middle, dtype=np.float32)


def _voice_lost_db(before: Analysis, after: Analysis) -> float:
    """Return by how much the power of the same speech frames fell, the noise's share taken off both."""
    assert before.noise is not None  # noqa: S101 - for the type checker: an SNR has a noise
    assert after.noise is not None  # noqa: S101
    speech = before.voice.speech
    had = before.frame_power[speech].mean() - before.noise.power
    has = after.frame_power[speech].mean() - after.noise.power
    return float(to_db(had) - to_db(has)) if had > 0.0 else 0.0


def room_tone(analysis: Analysis) -> Float:
    """Return the real pauses joined, shape (samples,): what the noise is learned from."""
    hop = round(HOP_S * analysis.sample_rate_hz)
    pieces = [analysis.centred[start * hop : stop * hop] for start, stop in runs(analysis.voice.pause)]
    return np.concatenate(pieces) if pieces else np.empty(0, dtype=np.float32)
