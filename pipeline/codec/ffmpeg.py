"""Decoding by ffmpeg, as a guarded child, for what libsndfile does not read; pydub reads what it wrote.

pydub does not start the process itself, for reasons verified in its source (0.25.1, ``AudioSegment.from_file``): it
passes no options before ``-i``, where protocol lists and a forced demuxer belong (extra ``parameters`` go after the
output name, where ffmpeg ignores them); it sets no limit of time, memory or output; it asks ``ffprobe``, which
`imageio-ffmpeg` does not carry; and without that answer it decodes to 16 bits. Nor is ``from_file(format="wav")``
used on the result: if that WAV does not parse, it falls back to an unguarded ffmpeg. The constructor only parses.
"""

from __future__ import annotations

import os
import shutil
import warnings
from pathlib import Path

import numpy as np

from pipeline.audio import Wave
from pipeline.codec.child import Limits, run
from pipeline.codec.decoded import Decoded
from pipeline.codec.ffmpeg_log import announced_length_s, codec, lacking
from pipeline.codec.limits import MAX_LONG_S, MAX_SAMPLES, check_form, most_frames, too_long
from pipeline.errors import DecodeError, UnreadError

HEADROOM = 4.0
"""Decoders of lossy sound overshoot full scale. Written as integers the overshoot would be cut into plateaus that
look like clipping, so ffmpeg turns it down by 12 dB first; of 32 bits that costs two. A power of two: exact."""

OUTPUT = "output.wav"
"""Beside the file."""

_MOST_BYTES = 4 * MAX_SAMPLES + 4096
_MOST_LONG_BYTES = 8 << 30
"""Of what a long recording is converted to: six hours of stereo at 48000 Hz."""

LONG = Limits(wall_s=900.0, cpu_s=600)
"""Of a long recording: six hours of AAC take half a minute of CPU."""

_STOPPED = 255
"""ffmpeg's exit code when a signal, such as that of the CPU limit, made it finish early with a well-formed file."""

_HEADER_BYTES = 68
"""Of the WAV that ffmpeg writes with 32 bits: RIFF, an extensible format chunk, and the data's chunk header."""

_BLOCK_FRAMES = 65536


def find_program() -> str:
    """Return the machine's ffmpeg, or else the one that came with `imageio-ffmpeg`.

    Raises
    ------
    DecodeError
        If there is neither.
    """
    found = shutil.which("ffmpeg")
    if found:
        return found
    try:
        import imageio_ffmpeg

        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except (ImportError, RuntimeError, OSError) as error:
        raise DecodeError(
            "This kind of file needs ffmpeg, and there is none: install it, or run 'pip install imageio-ffmpeg'."
        ) from error


def decode(file: Path, demuxer: str, max_duration_s: float, limits: Limits | None = None) -> Decoded:
    """Decode the first sound track of a file with ffmpeg.

    Parameters
    ----------
    file : Path
        A copy in a private folder, under a neutral name; absolute.
    demuxer : str
        The only one that ffmpeg may use.
    max_duration_s : float
        Kept at most.
    limits : Limits, optional

    Returns
    -------
    Decoded
        What could be decoded, if at least one frame could.

    Raises
    ------
    TooLong
        If it decodes to more.
    DecodeError
        If nothing could be decoded, a limit was reached, or there is no ffmpeg.
    """
    limits = limits or Limits()
    log = _run(arguments(find_program(), file, demuxer, max_duration_s, limits), file, limits, _MOST_BYTES)
    rate, wave = _read(file.with_name(OUTPUT), max_duration_s)
    return Decoded(wave, rate, codec(log), "ffmpeg", lacking(wave.shape[1] / rate, log))


def convert(file: Path, demuxer: str, limits: Limits = LONG) -> tuple[Path, str]:
    """Write a long recording's first sound track beside it, for libsndfile to read piece by piece.

    Parameters
    ----------
    file, demuxer
        As for `decode`.
    limits : Limits, optional

    Returns
    -------
    file, codec
        A WAV of 24 bits (RF64 beyond 4 GiB), turned down by `HEADROOM`, of `limits.MAX_LONG_S` at most; and what it
        was coded with.

    Raises
    ------
    DecodeError
        As `decode`.
    """
    output = file.with_name(OUTPUT)
    form = ["-af", f"volume={1.0 / HEADROOM}", "-c:a", "pcm_s24le", "-bitexact", "-rf64", "auto", "-f", "wav"]
    head = _input(find_program(), file, demuxer, limits)
    caps = ["-threads", "1", "-t", f"{MAX_LONG_S + 1.0:.3f}", "-fs", str(_MOST_LONG_BYTES)]
    log = _run([*head, *caps, *form, f"file:{output}"], file, limits, _MOST_LONG_BYTES)
    if not output.exists() or output.stat().st_size <= _HEADER_BYTES + 64:
        raise DecodeError("No sound could be decoded: the file is damaged or holds none. Copy or export it again.")
    return output, codec(log)


def announced_s(file: Path, demuxer: str, limits: Limits | None = None) -> float:
    """Return the length that ffmpeg reads or estimates from a file's header; 0 where it says none.

    Parameters as `decode`. Raises DecodeError if a limit was reached, or there is no ffmpeg.
    """
    limits = limits or Limits()
    log = _run(_input(find_program(), file, demuxer, limits), file, limits, 0)
    return announced_length_s(log) or 0.0


def _run(command: list[str], file: Path, limits: Limits, most_bytes: int) -> str:
    code, log = run(command, file.with_name("log"), limits, most_bytes + (1 << 20))
    if code < 0 or code == _STOPPED:
        raise UnreadError("Decoding took more time or memory than it may and was stopped: export the file as WAV.")
    if "No space left" in log:
        raise UnreadError("There is no room to decode the file: free the temporary folder.")
    return log


def _input(program: str, file: Path, demuxer: str, limits: Limits) -> list[str]:
    """Return the start of the command line: one demuxer, files only, first sound track."""
    guard = ["-nostdin", "-hide_banner", "-nostats", "-loglevel", "repeat+level+info", "-y"]
    guard += ["-timelimit", str(limits.cpu_s), "-max_alloc", str(limits.memory_bytes // 2)]
    source = ["-protocol_whitelist", "file", "-threads", "1", "-f", demuxer, "-i", f"file:{file}"]
    track = ["-map", "0:a:0", "-vn", "-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1"]
    return [program, *guard, *source, *track]


def arguments(program: str, file: Path, demuxer: str, max_duration_s: float, limits: Limits) -> list[str]:
    """Return the command line: `_input`, one thread, capped in time and size."""
    caps = ["-threads", "1", "-t", f"{max_duration_s + 1.0:.3f}", "-fs", str(_MOST_BYTES)]
    form = ["-af", f"volume={1.0 / HEADROOM}", "-c:a", "pcm_s32le", "-bitexact", "-f", "wav"]
    form += [f"file:{file.with_name(OUTPUT)}"]
    return [*_input(program, file, demuxer, limits), *caps, *form]


def _read(output: Path, max_duration_s: float) -> tuple[int, Wave]:
    _checked(output, max_duration_s)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # at import it looks for a system ffmpeg and warns; it is not to start one
        os.environ.setdefault("PATH", os.defpath)  # pydub looks for an ffmpeg of its own when imported
        from pydub import AudioSegment
    segment = AudioSegment(data=output.read_bytes())
    whole = np.frombuffer(segment.raw_data, dtype="<i4").reshape(-1, segment.channels)
    wave = np.empty((segment.channels, len(whole)), dtype=np.float32)
    for start in range(0, len(whole), _BLOCK_FRAMES):
        block = whole[start : start + _BLOCK_FRAMES]
        if int(block.max()) == 2**31 - 1 or int(block.min()) == -(2**31):
            raise DecodeError("The sound holds values far beyond any level: export it again as WAV.")
        wave[:, start : start + len(block)] = block.T * np.float64(HEADROOM / 2.0**31)
    return int(segment.frame_rate), wave


def _checked(output: Path, max_duration_s: float) -> None:
    """Refuse what pydub, which holds all of a file in memory, should not be given."""
    head = b""
    if output.exists():
        with output.open("rb") as written:
            head = written.read(_HEADER_BYTES)
    size = output.stat().st_size - _HEADER_BYTES if head else 0
    channels, rate = int.from_bytes(head[22:24], "little"), int.from_bytes(head[24:28], "little")
    if size <= 0 or not channels:
        raise DecodeError("No sound could be decoded: the file is damaged or holds none. Copy or export it again.")
    check_form(rate, channels)
    if size // (4 * channels) > most_frames(rate, channels, max_duration_s):
        raise too_long(rate, channels, max_duration_s)
