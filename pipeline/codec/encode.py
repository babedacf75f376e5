"""Writing a WAV that is whole under its name, or not there."""

from __future__ import annotations

import hashlib
import os
import secrets
import wave
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedRandom
from pathlib import Path
from typing import IO, cast

import numpy as np

from pipeline.audio import Audio
from pipeline.codec.pcm import BITS, full_scale, quantise
from pipeline.dsp.downmix import to_mono
from pipeline.dsp.frames import Float
from pipeline.errors import EncodeError
from pipeline.records import Output

_BLOCK_FRAMES = 1 << 16


def encode(audio: Audio, path: Path, subtype: str = "PCM_16", name: str = "") -> tuple[Output, Audio]:
    """Write a mono WAV.

    Parameters
    ----------
    audio : Audio
        Several channels go through `pipeline.dsp.downmix.to_mono`.
    path : Path
        The file; its folders are made. One that is there is replaced, in one step.
    subtype : str
        ``PCM_16`` or ``PCM_24``; bits are lost as `pipeline.codec.pcm.quantise` says.
    name : str
        What the record calls the file; the file's own name if empty.

    Returns
    -------
    output : Output
        For the record, with the digest of the file's bytes.
    written : Audio
        Exactly what the file holds, to be measured. The same input gives the same bytes.

    Raises
    ------
    EncodeError
        If it cannot be written; nothing is left behind then.

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np
    >>> sound = Audio(np.full((1, 1600), 0.1, np.float32), 16000)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     output, written = encode(sound, Path(folder) / "tone.wav", "PCM_16", "tone.wav")
    >>> output.subtype, output.channels, output.duration_s
    ('PCM_16', 1, 0.1)
    """
    mono = audio.with_wave(to_mono(audio.wave, audio.sample_rate_hz)[0])
    written = quantise(mono, subtype)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _replacing(path) as target:
            digest = _write(written, subtype, target)
    except OSError as error:
        reason = error.strerror or "the disk refused it"
        raise EncodeError(
            f"The result {path.name} could not be written ({reason}): check the output folder."
        ) from error
    return (
        Output(
            path=name or path.name,
            sha256=digest,
            sample_rate_hz=written.sample_rate_hz,
            channels=1,
            subtype=subtype,
            duration_s=round(written.duration_s, 6),
        ),
        written,
    )


@contextmanager
def _replacing(path: Path) -> Iterator[BufferedRandom]:
    """Give a temporary file in the same folder, which takes the name `path` if all goes well and goes away if not."""
    # A name of its own: that of the source may fill the 255 bytes there are. Made with the usual permissions.
    temporary = path.with_name(f".voiceprep-{secrets.token_hex(8)}.tmp")
    try:
        with temporary.open("x+b") as target:
            yield target
            target.flush()
            os.fsync(target.fileno())
        temporary.replace(path)
    except BaseException:  # Ctrl-C too: whatever ends the writing, nothing half-written stays
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


class _Hashing:
    """A file that is written from beginning to end, and the digest of what was."""

    def __init__(self, target: BufferedRandom) -> None:
        self.tell, self.flush, self._target, self._digest = target.tell, target.flush, target, hashlib.sha256()

    def write(self, data: bytes) -> int:
        self._digest.update(data)
        return self._target.write(data)

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


def _write(audio: Audio, subtype: str, target: BufferedRandom) -> str:
    """Write with the standard library, which raises OSError where libsndfile would swallow it; return the digest."""
    width, full, hashing = BITS[subtype] // 8, np.float32(full_scale(subtype)), _Hashing(target)
    with wave.open(cast("IO[bytes]", hashing), "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(width)
        writer.setframerate(audio.sample_rate_hz)
        writer.setnframes(audio.frames)
        for start in range(0, audio.frames, _BLOCK_FRAMES):
            writer.writeframesraw(_little_endian(audio.wave[0, start : start + _BLOCK_FRAMES] * full, width))
    return hashing.hexdigest()


def _little_endian(steps: Float, width: int) -> bytes:
    """Return whole numbers as bytes, so many each."""
    if width == 2:
        return steps.astype("<i2").tobytes()
    return steps.astype("<i4").view("u1").reshape(-1, 4)[:, :width].tobytes()
