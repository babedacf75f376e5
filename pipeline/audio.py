"""The wave: what every stage changes and every metric looks at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.errors import AudioError

Wave = npt.NDArray[np.float32]
"""A float32 array of shape ``(channels, frames)``; full scale is ±1.0."""

MAX_ABS = 256.0
"""Values beyond this (+48 dBFS) are no sound. Ours: float files overshoot by 20 dB at most."""


@dataclass(frozen=True, slots=True, eq=False)
class Audio:
    """A finite, read-only wave and its rate.

    Parameters
    ----------
    wave : array_like
        Shape ``(channels, frames)``, at least one of each; turned into float32. Full scale is ±1.0
        and may be exceeded up to `MAX_ABS`. The caller's array is never changed: it is copied
        unless it is read-only already.
    sample_rate_hz : int
        Samples per second and channel, at least 1.

    Raises
    ------
    AudioError
        If the shape is another, a value is NaN, infinite or beyond `MAX_ABS`, or the rate is not positive.

    Examples
    --------
    >>> sound = Audio(np.zeros((2, 8000), np.float32), 16000)
    >>> sound.channels, sound.duration_s
    (2, 0.5)
    >>> Audio([[0.0, float("nan")]], 16000)
    Traceback (most recent call last):
    ...
    pipeline.errors.AudioError: The sound holds values that are not numbers (NaN or infinity): export it again.
    """

    wave: Wave
    sample_rate_hz: int

    def __post_init__(self) -> None:
        wave = _checked(self.wave)
        if self.sample_rate_hz < 1:
            raise AudioError(f"The sample rate must be at least 1 Hz, not {self.sample_rate_hz}.")
        object.__setattr__(self, "wave", wave)
        object.__setattr__(self, "sample_rate_hz", int(self.sample_rate_hz))

    @property
    def channels(self) -> int:
        """Number of channels."""
        return int(self.wave.shape[0])

    @property
    def frames(self) -> int:
        """Samples per channel."""
        return int(self.wave.shape[1])

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.frames / self.sample_rate_hz

    def with_wave(self, wave: npt.NDArray[np.floating[Any]]) -> Audio:
        """Return the same rate around another wave."""
        return Audio(wave, self.sample_rate_hz)

    def with_own_wave(self, wave: Wave) -> Audio:
        """Return the same rate around a wave that was made for this and that nobody else writes to: no copy is made."""
        wave.flags.writeable = False
        return Audio(wave, self.sample_rate_hz)


def _checked(wave: npt.NDArray[np.floating[Any]]) -> Wave:
    array = np.asarray(wave)
    if array.ndim != 2 or 0 in array.shape:
        raise AudioError(f"A wave has the shape (channels, frames), at least one of each, not {array.shape}.")
    if not np.issubdtype(array.dtype, np.floating):
        raise AudioError(f"A wave holds floating-point samples with full scale ±1.0, not {array.dtype}.")
    top, bottom = float(array.max()), float(array.min())  # NaN wins in either
    if not np.isfinite([top, bottom]).all():
        raise AudioError("The sound holds values that are not numbers (NaN or infinity): export it again.")
    if max(top, -bottom) > MAX_ABS:
        raise AudioError("The sound holds values far beyond any level: export it again with full scale at ±1.0.")
    frozen = array.dtype == np.float32 and array.flags.c_contiguous and not array.flags.writeable
    result = array if frozen else np.array(array, dtype=np.float32, order="C")
    result.flags.writeable = False
    return result
