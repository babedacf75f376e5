"""Take noise down, as far as the measured noise asks for it and no further."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from pipeline.analysis import NO_SPEECH, Analysis
from pipeline.audio import Audio
from pipeline.dsp.frames import Float, means, runs, to_db
from pipeline.dsp.gating import gated
from pipeline.dsp.noise_lowering import noise_lowered
from pipeline.dsp.noise_spectrum import MIN_PAUSE_S, noise_spectra
from pipeline.errors import UsageError
from pipeline.keep import Verdict
from pipeline.steps import CallableStage, Change

MIN_GAIN_DB = 3.0
"""Less improvement than this is not worth touching a voice for: PESQ fell in most clips that gained less."""

MAX_LEVEL_LOST_DB = 4.0
"""The voice may lose this much of its power with the noise that lay under it. Gating turns the gaps between
harmonics down too: 1 to 3 dB at 5 to 10 dB SNR, while PESQ rises; beyond this it eats the voice."""

MIN_C50_DB = 8.0
"""In a more echoing room the pauses hold the voice's own tail: learning that costs STOI (0.015 on 3 of 18 clips)
and gains no PESQ (0.02 at most)."""

SNRS_DB = (0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 35.0)
FLOORS_DB = (-30.0, -28.0, -25.0, -22.0, -18.0, -12.0, -7.0, -2.0)
"""What noise alone keeps, by SNR: strong on bad recordings, gentle on good ones. Deeper by 4 dB from 25 dB on gains
0.03 PESQ at 30 dB and costs clean takes 0.013 (half of the speakers and noises)."""

REDUCTION_RATIO = 0.75
"""noisereduce's, at full strength: 12 dB."""

Method = Literal["log_mmse", "noisereduce"]


@dataclass(frozen=True, slots=True)
class Denoise(CallableStage):
    """Turn down what is not voice in every bin, by the noise learned from the recording's own real pauses.

    Parameters
    ----------
    method : str
        ``log_mmse`` (ours) or ``noisereduce``.
    above_snr_db : float
        A recording with this SNR or more is left alone, in dB.
    strength_ratio : float
        0 (nothing) to 1 (as measured to be best): share of the reduction in dB.

    Notes
    -----
    ``log_mmse``: Ephraim and Malah 1985 with a floor that rises with the SNR, see `pipeline.dsp.log_mmse`. Digital
    silence is not learned from. Figures: ``python -m tests.evaluation.denoise``, table in README.

    Examples
    --------
    >>> from pipeline import read
    >>> Denoise()(read("samples/damaged/fan-noise.mp3")).steps[-1].kept
    True
    >>> Denoise()(read("samples/mia/harbour.flac")).steps[-1].why  # clean speech is left alone
    'quiet enough: 60 dB SNR'
    """

    name: ClassVar[str] = "denoise"
    mends: ClassVar[frozenset[str]] = frozenset({"noisy"})
    estimates: ClassVar[frozenset[str]] = frozenset({"snr_db", "audible_snr_db"})
    """Metrics that its output improves by more than what is heard."""

    method: Method = "log_mmse"
    above_snr_db: float = 35.0
    strength_ratio: float = 1.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.strength_ratio <= 1.0:
            raise UsageError(f"denoise: strength_ratio must be 0 to 1, not {self.strength_ratio}.")
        if self.method not in METHODS:
            raise UsageError(f"denoise: method must be one of {', '.join(METHODS)}, not {self.method!r}.")

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
        quieter = METHODS[self.method](audio.wave, analysis, snr_db, self.strength_ratio)
        if quieter is None:
            return Change(None, notes, "too little real pause to learn the noise from")
        return Change(audio.with_own_wave(quieter), notes)

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


def _log_mmse(wave: Float, analysis: Analysis, snr_db: float, strength_ratio: float) -> Float | None:
    noise = noise_spectra(analysis.spectrogram, analysis.voice, float(analysis.frequencies_hz[1]))
    floor_db = strength_ratio * float(np.interp(snr_db, SNRS_DB, FLOORS_DB))
    floor_gain = 10.0 ** (floor_db / 20.0)
    return noise_lowered(wave, analysis.sample_rate_hz, analysis.spectrogram, noise, floor_gain)


def _noisereduce(wave: Float, analysis: Analysis, snr_db: float, strength_ratio: float) -> Float | None:
    noise = room_tone(analysis)
    if noise.size < MIN_PAUSE_S * analysis.sample_rate_hz:
        return None
    dc = means(wave)
    quieter = gated(wave - dc, noise, analysis.sample_rate_hz, REDUCTION_RATIO * strength_ratio)
    quieter += dc
    return quieter


METHODS = {"log_mmse": _log_mmse, "noisereduce": _noisereduce}


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
    hop = analysis.hop
    wave = analysis.centred
    pieces = [wave[start * hop : stop * hop] for start, stop in runs(analysis.voice.pause)]
    return np.concatenate(pieces) if pieces else np.empty(0, dtype=np.float32)
