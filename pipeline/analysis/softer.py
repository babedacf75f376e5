"""A wave that is seen in a file which holds it: nobody else need hold it then."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from pipeline.analysis import Analysis
from pipeline.audio import Audio


def seen_in(after: Analysis, written: Analysis, gain: float) -> Analysis:
    """Return a view of a wave that holds none: a file holds it, made louder by a gain and rounded.

    Of several channels a file holds one: they are kept.
    """
    return Softer(written, gain) if after.audio.channels == 1 else after


class Softer(Analysis):
    """The wave that another has in it, made louder by a gain: made of that one, if somebody asks for it."""

    def __init__(self, louder: Analysis, gain: float) -> None:
        super().__init__(louder.audio)
        del self.audio
        self._louder, self._gain = louder, gain

    @property
    def frames(self) -> int:
        """Samples of a channel."""
        return self._louder.frames

    @cached_property
    def audio(self) -> Audio:  # type: ignore[override]
        """The wave itself."""
        audio = self._louder.audio
        return audio.with_own_wave(audio.wave * np.float32(1.0 / self._gain))
