"""Decoding in this process, by libsndfile: block by block, so that no header decides how much memory is taken."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
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

_BLOCK_FRAMES = 65536

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
            if _goes_beyond(file, max_duration_s):  # a bomb or a lie: counted before anything is kept
                _count(file, max_duration_s)
            with soundfile.SoundFile(file) as sound:
                return _decoded(file, sound, max_duration_s)
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


def _goes_beyond(file: Path, max_duration_s: float) -> bool:
    """Say whether the header announces more than may be kept; unknown lengths are told as huge ones."""
    import soundfile

    with soundfile.SoundFile(file) as sound:
        check_form(sound.samplerate, sound.channels)
        return bool(sound.frames > most_frames(sound.samplerate, sound.channels, max_duration_s))


def _count(file: Path, max_duration_s: float) -> None:
    import soundfile

    with soundfile.SoundFile(file) as sound:
        for _ in _blocks(sound, max_duration_s, []):
            pass


def _blocks(sound: Any, max_duration_s: float, broken: list[bool]) -> Iterator[Wave]:
    """Yield blocks of shape (frames, channels) to the end, or to where it breaks: then `broken` gets an entry."""
    import soundfile

    most, frames = most_frames(sound.samplerate, sound.channels, max_duration_s), 0
    try:
        while len(block := sound.read(_BLOCK_FRAMES, dtype="float32", always_2d=True)):
            frames += len(block)
            if frames > most:
                raise too_long(sound.samplerate, sound.channels, max_duration_s)
            yield block
    except soundfile.LibsndfileError:
        broken.append(True)


def _decoded(file: Path, sound: Any, max_duration_s: float) -> Decoded | None:
    broken: list[bool] = []
    wave = _joined(_blocks(sound, max_duration_s, broken), sound.channels)
    known = sound.frames <= most_frames(sound.samplerate, sound.channels, max_duration_s)
    there_s, codec = sound.frames / sound.samplerate if known else 0.0, codec_name(sound)
    decoded_s = wave.shape[1] / sound.samplerate
    if not wave.size or (codec.startswith("mp") and (broken or decoded_s < there_s - _MP3_SHORT_S)):
        return None  # of an MP3 the length is a guess, and mpg123 gives up early: ffmpeg says what is there
    expected_s = announced_s(file, there_s, 48000 if codec == "opus" else sound.samplerate)
    return Decoded(wave, sound.samplerate, codec, "libsndfile", damage(decoded_s, expected_s, bool(broken)))


def _joined(blocks: Iterator[Wave], channels: int) -> Wave:
    """Return the blocks as one wave, shape (channels, frames), in memory that grows with what really comes."""
    whole, frames = np.empty((_BLOCK_FRAMES, channels), dtype=np.float32), 0
    for block in blocks:
        check_values(block)
        if frames + len(block) > len(whole):
            whole.resize((2 * len(whole), channels), refcheck=False)  # in place: the system remaps large arrays
        whole[frames : frames + len(block)] = block
        frames += len(block)
    whole.resize((frames, channels), refcheck=False)
    return whole.T


def check_values(block: Wave) -> None:
    """Refuse values that are no sound. Raises DecodeError."""
    if not np.isfinite(block).all():
        raise DecodeError("The sound holds values that are not numbers (NaN or infinity): export it again.")
    if max(float(block.max()), -float(block.min())) > MAX_ABS:
        raise DecodeError("The sound holds values far beyond any level: export it again with full scale at ±1.0.")
