"""Writing a WAV that is whole under its name, or not there."""

from __future__ import annotations

import hashlib
import os
import secrets
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedRandom
from itertools import chain
from pathlib import Path

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


def _write(audio: Audio, subtype: str, target: BufferedRandom) -> str:
    """Write a WAV, and return the digest of what was written."""
    width, full, hashed = BITS[subtype] // 8, np.float32(full_scale(subtype)), hashlib.sha256()
    pieces = (audio.wave[0, start : start + _BLOCK_FRAMES] * full for start in range(0, audio.frames, _BLOCK_FRAMES))
    for data in chain([_header(audio, width)], (_little_endian(piece, width) for piece in pieces)):
        target.write(data)
        hashed.update(data)
    return hashed.hexdigest()


def _header(audio: Audio, width: int) -> bytes:
    """Return what a WAV of one channel and so many bytes a sample begins with. Not libsndfile's: that hides errors."""
    size, rate = audio.frames * width, audio.sample_rate_hz
    form = struct.pack("<LHHLLHH", 16, 1, 1, rate, rate * width, width, 8 * width)
    return struct.pack("<4sL8s", b"RIFF", 36 + size, b"WAVEfmt ") + form + struct.pack("<4sL", b"data", size)


def _little_endian(steps: Float, width: int) -> bytes:
    """Return whole numbers as bytes, so many each."""
    if width == 2:
        return steps.astype("<i2").tobytes()
    return steps.astype("<i4").view("u1").reshape(-1, 4)[:, :width].tobytes()
