"""What came in, as far as the report needs it: the wave itself is not held until the sample is done."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.analysis import Analysis
from pipeline.audio import Audio
from pipeline.dsp.frames import Float
from pipeline.preview.picture import Picture, draw
from pipeline.preview.sound import peak

_FULL = 32_767.0


@dataclass(frozen=True, slots=True)
class Came:
    """A picture, and sound of 16 bits whose loudest sample is at full scale: no gain under full scale asks for more."""

    picture: Picture
    sound: npt.NDArray[np.int16]
    peak: float
    sample_rate_hz: int

    @classmethod
    def of(cls, audio: Audio) -> Came:
        """Return what is needed of what came in."""
        analysis = Analysis(audio)
        loudest = peak(analysis.mono)
        louder = analysis.mono * np.float32(_FULL / loudest)
        sound = np.rint(louder, out=louder).astype(np.int16)
        return cls(draw(analysis), sound, loudest, audio.sample_rate_hz)

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.sound.size / self.sample_rate_hz

    def wave(self) -> Float:
        """Return it as loud as it came, float32 of shape (samples,)."""
        return np.multiply(self.sound, np.float32(self.peak / _FULL), dtype=np.float32)
