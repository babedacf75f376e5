"""A long recording that stays on the disk: read in one pass, piece by piece, and cut where it was found good."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.audio import Audio, Wave
from pipeline.codec import ffmpeg, sndfile
from pipeline.codec.decode import decode_copy, decoded_sample, lowered
from pipeline.codec.decoded import Decoded, damage
from pipeline.codec.limits import MAX_LONG_S, too_long
from pipeline.codec.quiet import quiet_stderr
from pipeline.codec.snapshot import Snapshot, snapshot
from pipeline.dsp.downmix import to_mono
from pipeline.errors import TooLong
from pipeline.records import Source, Step
from pipeline.sample import Sample


class Recording:
    """A recording of any length, mono as `pipeline.codec.read` makes it, in memory that does not grow with it.

    Made by `opened`, and readable as long as that block lasts.

    Parameters
    ----------
    copy : Snapshot
    path : str
        The source's name.
    file : Path
        What libsndfile reads: the copy, or what ffmpeg made of it.
    decoder, codec : str
        See `Decoded`.
    gain : float
        Turns the file's values into the recording's.
    """

    def __init__(self, copy: Snapshot, path: str, file: Path, decoder: str, codec: str, gain: float = 1.0) -> None:  # noqa: PLR0913, PLR0917 - made here alone
        self._copy, self._file, self._gain, self.path = copy, file, gain, path
        self.decoder, self.codec = decoder, codec
        with self._opened() as sound:
            self.sample_rate_hz, self.channels = int(sound.samplerate), int(sound.channels)
            self.duration_s = sound.frames / sound.samplerate
        self._announced_s = self.duration_s

    def pieces(self, piece_s: float) -> Iterator[Audio]:
        """Yield the whole recording in mono pieces, the last one shorter; from then on `duration_s` is what came.

        Raises
        ------
        TooLong
            Beyond `limits.MAX_LONG_S`.
        DecodeError
            If values are no sound.
        """
        frames, size = 0, round(piece_s * self.sample_rate_hz)
        with self._opened() as sound:
            while len(block := self._read(sound, size)):
                frames += len(block)
                if frames > MAX_LONG_S * self.sample_rate_hz:
                    raise too_long(self.sample_rate_hz, 1, MAX_LONG_S)
                yield Audio(self._mono(block)[0], self.sample_rate_hz)
        self.duration_s = frames / self.sample_rate_hz

    def cut(self, start_s: float, stop_s: float) -> Sample:
        """Return a stretch in full quality as `pipeline.codec.read` gives whole recordings."""
        started, rate = time.perf_counter(), self.sample_rate_hz
        with self._opened() as sound:
            sound.seek(min(round(start_s * rate), sound.frames))
            mono, notes = self._mono(self._read(sound, round((stop_s - start_s) * rate)))
        wave, lower_hz = lowered(mono, rate)
        if lower_hz != rate:
            notes["resampled_hz"] = lower_hz
        if damaged := damage(self.duration_s, self._announced_s):
            notes["damaged"] = damaged
        step = Step(
            name="decode",
            params={"max_duration_s": MAX_LONG_S},
            notes={"decoder": self.decoder, **notes},
            elapsed_s=round(time.perf_counter() - started, 4),
        )
        return Sample(Audio(wave, lower_hz), self.path, self._copy.sha256, self._source(), (step,))

    @contextmanager
    def _opened(self) -> Iterator[Any]:
        import soundfile

        with self._quiet():
            sound = soundfile.SoundFile(self._file)
        with sound:
            yield sound

    def _quiet(self) -> AbstractContextManager[None]:
        return quiet_stderr() if self._copy.container.name == "mp3" else nullcontext()

    def _read(self, sound: Any, frames: int) -> Wave:
        """Return the next frames, none where it ends or breaks."""
        import soundfile

        with self._quiet():
            try:
                block: Wave = sound.read(frames, dtype="float32", always_2d=True)
            except soundfile.LibsndfileError:
                return np.empty((0, self.channels), dtype=np.float32)
        return block

    def _mono(self, block: Wave) -> tuple[Wave, dict[str, Any]]:
        if len(block):
            sndfile.check_values(block)
        return to_mono(np.ascontiguousarray(block.T) * np.float32(self._gain), self.sample_rate_hz)

    def _source(self) -> Source:
        return Source(
            container=self._copy.container.name,
            codec=self.codec,
            sample_rate_hz=self.sample_rate_hz,
            channels=self.channels,
            duration_s=round(self.duration_s, 6),
            bytes=self._copy.bytes,
        )


@contextmanager
def opened(path: str | Path, in_memory_s: float) -> Iterator[Sample | Recording]:
    """Open a recording: one of up to `in_memory_s` as a sample, a longer one as a `Recording` on the disk.

    Raises as `pipeline.codec.read`, but takes up to `limits.MAX_LONG_S`.
    """
    started = time.perf_counter()
    with snapshot(Path(path)) as copy:
        short = _short(copy, in_memory_s)
        name = Path(path).name
        yield decoded_sample(copy, short, name, in_memory_s, started) if short else _recording(copy, name)


def _short(copy: Snapshot, in_memory_s: float) -> Decoded | None:
    """Return what a short recording decodes to; None where it goes on."""
    if copy.container.in_process and sndfile.announces_s(copy.file) > in_memory_s:
        return None
    try:
        return decode_copy(copy, in_memory_s)
    except TooLong:
        return None


def _recording(copy: Snapshot, name: str) -> Recording:
    if copy.container.in_process and sndfile.announces_s(copy.file) > 0.0:
        return Recording(copy, name, copy.file, "libsndfile", sndfile.codec_of(copy.file))
    file, codec = ffmpeg.convert(copy.file, copy.container.demuxer)
    return Recording(copy, name, file, "ffmpeg", codec, gain=ffmpeg.HEADROOM)
