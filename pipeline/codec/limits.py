"""What one sample may hold: checked on what was decoded, never taken from a header alone."""

from __future__ import annotations

from pipeline.errors import DecodeError, TooLong

MAX_DURATION_S = 1800.0
"""Half an hour: ten times what a clone can use."""

MAX_LONG_S = 6 * 3600.0
"""Of a recording that the best part is selected from: it is read piece by piece."""

MAX_BYTES = 4 * 2**30
"""Of a source file. Half an hour of anything a microphone gives is less."""

MAX_SAMPLES = 2**28
"""Over all channels: 1 GiB as float32. Half an hour of 48 kHz stereo is 1.7e8."""

MIN_RATE_HZ, MAX_RATE_HZ = 8000, 768_000
"""A telephone, and the fastest converters. Slower files are no voice recordings, or their header lies."""

MAX_CHANNELS = 64
"""The largest field recorders; beyond it a header lies."""


def check_form(sample_rate_hz: int, channels: int) -> None:
    """Refuse rates and channel counts that no voice recording has. Raises DecodeError."""
    if not MIN_RATE_HZ <= sample_rate_hz <= MAX_RATE_HZ:
        raise DecodeError(
            f"The sample rate is {sample_rate_hz} Hz, and a voice recording has {MIN_RATE_HZ} to {MAX_RATE_HZ} Hz: "
            "export it again at 44100 or 48000 Hz."
        )
    if not 1 <= channels <= MAX_CHANNELS:
        raise DecodeError(
            f"The file says it has {channels} channels, and at most {MAX_CHANNELS} are taken: export it as mono."
        )


def most_frames(sample_rate_hz: int, channels: int, max_duration_s: float) -> int:
    """Return how many frames may be kept of a sound of this form."""
    return min(int(max_duration_s * sample_rate_hz), MAX_SAMPLES // channels)


def too_long(sample_rate_hz: int, channels: int, max_duration_s: float) -> TooLong:
    """Return the error of a sound that goes on beyond `most_frames`."""
    if most_frames(sample_rate_hz, channels, max_duration_s) < int(max_duration_s * sample_rate_hz):
        return TooLong(
            f"{channels} channels at {sample_rate_hz} Hz are more sound than one sample may hold: "
            "export it as mono at 48000 Hz, or cut it."
        )
    return TooLong(
        f"The sound is longer than {max_duration_s:g} s: cut the best minutes out of it, or let select do so."
    )
