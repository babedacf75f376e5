"""What a decoder gives back, whichever it was."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.audio import Wave

SHORT_S = 0.25
"""A smaller difference between what was announced and what came is an encoder's padding (4096 samples at 16 kHz)."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """Sound as a decoder gave it.

    Parameters
    ----------
    wave : float32, shape (channels, frames)
    sample_rate_hz : int
    codec : str
        As ffmpeg calls it: ``pcm_s16le``, ``alaw``, ``mp3``, ``aac``, ``vorbis``...
    decoder : str
        ``libsndfile`` or ``ffmpeg``.
    damaged : str
        A sentence on what is missing; empty if all was read.
    """

    wave: Wave
    sample_rate_hz: int
    codec: str
    decoder: str
    damaged: str = ""


def damage(decoded_s: float, announced_s: float | None, broken: bool = False) -> str:
    """Return a sentence if less came than was announced, or places were `broken`; else nothing."""
    if announced_s is not None and decoded_s < announced_s - SHORT_S:
        return f"The file is cut short or damaged: {decoded_s:.2f} s of {announced_s:.2f} s could be read."
    if broken:
        return f"The file is damaged: {decoded_s:.2f} s could be read, and parts of it were lost."
    return ""
