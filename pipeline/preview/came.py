"""What came in, as far as the report needs it: the wave itself is not held until the sample is done."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from typing import IO

import numpy as np

from pipeline.analysis import Analysis
from pipeline.audio import Audio
from pipeline.errors import EncodeError
from pipeline.preview.picture import Picture, draw
from pipeline.preview.sound import FULL, Sixteen, peak, sixteen_bits


@dataclass(frozen=True, slots=True)
class Came:
    """A picture, and sound on the disk until it is closed: its loudest sample is the largest number of 16 bits.

    No gain that stays under full scale asks for more bits than that.
    """

    picture: Picture
    peak: float
    sample_rate_hz: int
    duration_s: float
    file: IO[bytes]

    @classmethod
    def of(cls, audio: Audio) -> Came:
        """Return what is needed of what came in. Raises EncodeError where there is no room for it."""
        analysis = Analysis(audio)
        loudest = peak(analysis.mono)
        file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with this
        came = cls(draw(analysis), loudest, audio.sample_rate_hz, audio.duration_s, file)
        try:
            file.writelines(block.data for block in sixteen_bits(analysis.mono, FULL / loudest))
        except OSError as error:
            came.close()
            raise EncodeError(f"The sound for the report found no room ({error.strerror}).") from error
        return came

    def sound(self) -> Sixteen:
        """Return the sound, shape (samples,)."""
        self.file.seek(0)
        return np.frombuffer(self.file.read(), dtype=np.int16)

    def close(self) -> None:
        """Let the sound go."""
        self.file.close()
