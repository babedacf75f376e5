"""About how long a file is, from its header: to sort files, not to judge them."""

from __future__ import annotations

from pathlib import Path

from pipeline.codec.quiet import quiet_stderr

BYTES_PER_S = 12_000
"""Of what libsndfile does not open (M4A, WebM): 96 kbit/s."""


def rough_length_s(file: Path) -> float:
    """Return about how long a file plays; 0 for what cannot be opened."""
    import soundfile

    try:
        with quiet_stderr():
            return float(soundfile.info(file).duration)
    except (soundfile.SoundFileError, OSError):
        return file.stat().st_size / BYTES_PER_S if file.is_file() else 0.0
