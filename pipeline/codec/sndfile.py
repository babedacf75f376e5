"""Decoding in this process, by libsndfile: block by block, so that no header decides how much memory is taken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from itertools import repeat
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.audio import MAX_ABS, Wave
from pipeline.codec.announced import announced_s
from pipeline.codec.codec_names import codec_name
from pipeline.codec.decoded import Decoded, damage
from pipeline.codec.limits import check_form, most_frames, too_long
from pipeline.codec.quiet import quiet_stderr
from pipeline.errors import DecodeError

_BLOCK, _MPEG_BLOCK = 1 << 16, 1 << 20
"""Samples. soundfile seeks to where it is after each of them: mpg123 then decodes some frames again."""

_MP3_SHORT_S = 0.05
"""One frame lost, at the lower rates. A second opinion costs 35 ms."""


def decode(file: Path, max_duration_s: float, quiet: bool = False) -> Decoded | None:
    """Decode a file with libsndfile.

    Parameters
    ----------
    file : Path
        Of a kind that libsndfile knows by content.
    max_duration_s : float
        Kept at most.
    quiet : bool
        Keep standard error free of what the library prints.

    Returns
    -------
    Decoded or None
        What could be read; None if not a single frame could, and another decoder may try.

    Raises
    ------
    TooLong
        If it decodes to more: counted while decoding.
    DecodeError
        If the form is absurd or values are no sound: no decoder can mend that.
    """
    import soundfile

    with quiet_stderr() if quiet else nullcontext():
        try:
            frames = _frames(file, max_duration_s)
            with soundfile.SoundFile(file) as sound:
                return _decoded(file, sound, frames)
        except soundfile.LibsndfileError:
            return None


def announces_s(file: Path) -> float:
    """Return the length that the header announces, 0 for what libsndfile does not open; unknown ones are huge."""
    import soundfile

    with quiet_stderr():
        try:
            with soundfile.SoundFile(file) as sound:
                check_form(sound.samplerate, sound.channels)
                return float(sound.frames / sound.samplerate)
        except soundfile.LibsndfileError:
            return 0.0


def codec_of(file: Path) -> str:
    """Return the codec of a file that libsndfile opens."""
    import soundfile

    with quiet_stderr(), soundfile.SoundFile(file) as sound:
        return codec_name(sound)


def _frames(file: Path, max_duration_s: float) -> int:
    """Return the frames there are at most: as announced, or counted where that is more than may be kept.

    Unknown lengths are told as huge ones. Of a bomb or a lie nothing is kept. Raises TooLong.
    """
    import soundfile

    with soundfile.SoundFile(file) as sound:
        check_form(sound.samplerate, sound.channels)
        most, frames = most_frames(sound.samplerate, sound.channels, max_duration_s), sound.frames
        return frames if frames <= most else _counted(sound, most, max_duration_s)


def _counted(sound: Any, most: int, max_duration_s: float) -> int:
    scratch, frames = np.empty((_room(sound), sound.channels), dtype=np.float32), 0
    for block in _blocks(sound, repeat(scratch), []):
        frames += len(block)
        if frames > most:
            raise too_long(sound.samplerate, sound.channels, max_duration_s)
    return frames


def _room(sound: Any) -> int:
    """Return how many frames are read at once. A block that breaks is lost: an MP3 is left then."""
    return (_MPEG_BLOCK if sound.subtype.startswith("MPEG") else _BLOCK) // int(sound.channels)


def _blocks(sound: Any, rooms: Iterable[Wave], broken: list[bool]) -> Iterator[Wave]:
    """Fill one room after the other, shape (frames, channels), and yield what was filled, to the end.

    Or to where it breaks: then `broken` gets an entry.
    """
    import soundfile

    for room in rooms:
        try:
            block = sound.read(out=room)
        except soundfile.LibsndfileError:
            broken.append(True)
            return
        if not len(block):
            return
        yield block


def _decoded(file: Path, sound: Any, frames: int) -> Decoded | None:
    broken: list[bool] = []
    wave = _whole(sound, frames, broken)
    there_s, codec = sound.frames / sound.samplerate if sound.frames == frames else 0.0, codec_name(sound)
    decoded_s = wave.shape[1] / sound.samplerate
    if not wave.size or (codec.startswith("mp") and (broken or decoded_s < there_s - _MP3_SHORT_S)):
        return None  # of an MP3 the length is a guess, and mpg123 gives up early: ffmpeg says what is there
    expected_s = announced_s(file, there_s, 48000 if codec == "opus" else sound.samplerate)
    return Decoded(wave, sound.samplerate, codec, "libsndfile", damage(decoded_s, expected_s, bool(broken)))


def _whole(sound: Any, most: int, broken: list[bool]) -> Wave:
    """Return all there is as one wave, shape (channels, frames). Memory that is not written to is not taken."""
    whole, frames = np.empty((most, sound.channels), dtype=np.float32), 0
    size = _room(sound)
    for block in _blocks(sound, (whole[at : at + size] for at in range(0, most, size)), broken):
        check_values(block)
        frames += len(block)
    return whole[:frames].T


def check_values(block: Wave) -> None:
    """Refuse values that are no sound. Raises DecodeError."""
    if not np.isfinite(block).all():
        raise DecodeError("The sound holds values that are not numbers (NaN or infinity): export it again.")
    if max(float(block.max()), -float(block.min())) > MAX_ABS:
        raise DecodeError("The sound holds values far beyond any level: export it again with full scale at ±1.0.")
