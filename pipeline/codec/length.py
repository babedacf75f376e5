"""About how long a file is, from its header: to sort files, not to judge them."""

from __future__ import annotations

from pathlib import Path

from pipeline.codec import ffmpeg
from pipeline.codec.quiet import quiet_stderr
from pipeline.codec.snapshot import snapshot
from pipeline.errors import DecodeError

LARGE_BYTES, BYTES_PER_S = 8_000_000, 12_000
"""What libsndfile does not open (M4A, WebM) and is larger than this is long at any bit rate: guessed by 96 kbit/s."""


def rough_length_s(file: Path) -> float:
    """Return about how long a file plays; 0 for what cannot be opened."""
    import soundfile

    try:
        with quiet_stderr():
            return float(soundfile.info(file).duration)
    except (soundfile.SoundFileError, OSError):
        return _by_ffmpeg_s(file) if file.is_file() else 0.0


def _by_ffmpeg_s(file: Path) -> float:
    size = file.stat().st_size
    if size > LARGE_BYTES:
        return size / BYTES_PER_S
    try:
        with snapshot(file) as copy:
            return ffmpeg.announced_s(copy.file, copy.container.demuxer)
    except DecodeError:
        return 0.0
