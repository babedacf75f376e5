"""How quiet the room is, by itself and against the voice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pipeline.analysis import NO_SPEECH, Analysis
from pipeline.dsp.frames import to_db
from pipeline.steps import Reading

WITHOUT_PAUSES = "the noise was estimated from dips within the speech: there is too little real pause to measure in"


@dataclass(frozen=True, slots=True)
class SignalToNoise:
    """Active speech level (ITU-T P.56) over the noise floor in real pauses, in dB; about 0 to 80.

    Both are taken from 80 Hz up. Digital silence is no pause and does not count, nor do seconds far louder than the
    usual voice (`pipeline.dsp.level_drift.far_louder`). Noise that comes and goes can pass for
    speech; it is found where it keeps a band of the voice from falling quiet (`pipeline.dsp.unsteady`), else the number
    is too high. Where there is too little real pause the floor comes from
    the dips within speech and the reading says so. None without speech: silence, steady noise, steady tones.
    """

    name: ClassVar[str] = "snr_db"
    unit: ClassVar[str] = "dB"

    def measure(self, analysis: Analysis) -> Reading:
        """Return the ratio, None without speech."""
        dips = analysis.noise is not None and not analysis.noise.from_pauses
        return Reading(analysis.snr_db, why=NO_SPEECH, note=WITHOUT_PAUSES if dips else "")


@dataclass(frozen=True, slots=True)
class AudibleSnr:
    """SNR weighted with how far the voice stands over the noise in each band of the ear, in dB; about 0 to 60.

    What the grade uses: noise in one corner of the spectrum is heard less than hiss of the same power, and noise that
    comes and goes keeps a band of the voice from falling quiet. None where `SignalToNoise` is. Ours, after Hu and
    Loizou (2008) and Martin (2001), see `pipeline.dsp.audible` and `pipeline.dsp.unsteady`.
    """

    name: ClassVar[str] = "audible_snr_db"
    unit: ClassVar[str] = "dB"

    def measure(self, analysis: Analysis) -> Reading:
        """Return the weighted ratio, None without speech."""
        return Reading(analysis.audible_snr_db, why=NO_SPEECH)


@dataclass(frozen=True, slots=True)
class NoiseFloor:
    """Mean level of the noise in real pauses, in dBFS; None without speech, as for `SignalToNoise`."""

    name: ClassVar[str] = "noise_floor_dbfs"
    unit: ClassVar[str] = "dBFS"

    def measure(self, analysis: Analysis) -> Reading:
        """Return the level, None without speech."""
        return Reading(None if analysis.noise is None else float(to_db(analysis.noise.power)), why=NO_SPEECH)


@dataclass(frozen=True, slots=True)
class NoiseVariation:
    """How far the noise wanders, in dB: the 95th percentile over the median of the level of 0.1 s without voice.

    0.5 to 2 for steady noise, 5 and more for clatter and traffic. Ours. None without speech and under 1 s of pause.
    """

    name: ClassVar[str] = "noise_variation_db"
    unit: ClassVar[str] = "dB"

    def measure(self, analysis: Analysis) -> Reading:
        """Return the spread, None without enough pause."""
        return Reading(analysis.noise_variation_db, why="there is too little pause to tell")
