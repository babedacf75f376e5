"""What the best part is selected from: a sample in memory or a recording on the disk, by one shape."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Protocol

from pipeline.audio import Audio
from pipeline.dsp.downmix import to_mono
from pipeline.sample import Sample


class Take(Protocol):
    """A take of any length: `pipeline.codec.recording.Recording` is one, and so is `HeldTake`."""

    path: str
    duration_s: float
    sample_rate_hz: int

    def pieces(self, piece_s: float) -> Iterator[Audio]:
        """Yield all of it in mono pieces of that length, the last one shorter."""
        ...

    def cut(self, start_s: float, stop_s: float) -> Sample:
        """Return a stretch in full quality."""
        ...


class HeldTake:
    """A sample as a take."""

    def __init__(self, sample: Sample) -> None:
        self.sample, self.path, self.duration_s = sample, sample.path, sample.audio.duration_s
        self.sample_rate_hz = sample.audio.sample_rate_hz
        self._mono = sample.audio.with_wave(to_mono(sample.audio.wave, sample.audio.sample_rate_hz)[0])

    def pieces(self, piece_s: float) -> Iterator[Audio]:
        """Yield all of it in mono pieces of that length, the last one shorter."""
        size = round(piece_s * self._mono.sample_rate_hz)
        for start in range(0, self._mono.frames, size):
            yield self._mono.with_wave(self._mono.wave[:, start : start + size])

    def cut(self, start_s: float, stop_s: float) -> Sample:
        """Return a stretch."""
        rate = self._mono.sample_rate_hz
        return replace(
            self.sample, audio=self._mono.with_wave(self._mono.wave[:, round(start_s * rate) : round(stop_s * rate)])
        )


class Progress(Protocol):
    """Is told how far the pass over a long take has come."""

    def __call__(self, done_s: float, total_s: float) -> None:
        """Take seconds of sound: looked at, and in all."""
        ...


class Clock:
    """Tells a `Progress` at most every half second."""

    def __init__(self, tell: Progress | None, total_s: float) -> None:
        self._tell, self._total_s, self._told = tell, total_s, 0.0

    def at(self, done_s: float) -> None:
        """Take how far it is."""
        now = time.monotonic()
        if self._tell and now - self._told > 0.5:
            self._told = now
            self._tell(min(done_s, self._total_s), self._total_s)
