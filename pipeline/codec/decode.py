"""From a path to a sample: what is judged is what was hashed."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from pipeline.audio import Audio, Wave
from pipeline.codec import ffmpeg, sndfile
from pipeline.codec.decoded import Decoded
from pipeline.codec.limits import MAX_DURATION_S
from pipeline.codec.snapshot import Snapshot, snapshot
from pipeline.dsp.downmix import to_mono
from pipeline.errors import AudioError, DecodeError
from pipeline.records import Source, Step
from pipeline.sample import Sample

HIGHEST_RATE_HZ = 48000
"""No voice has anything above its 24 kHz. Lower rates are kept: raising one invents nothing."""


def read(path: str | Path, max_duration_s: float = MAX_DURATION_S) -> Sample:
    """Decode a recording.

    Parameters
    ----------
    path : path
        A file of any kind that `pipeline.codec.sniff` knows, whatever its suffix; never changed.
    max_duration_s : float
        More is refused.

    Returns
    -------
    Sample
        Mono float32 at the source's rate, at most `HIGHEST_RATE_HZ`, with the digest of the file's bytes, its
        `Source`, and a first step ``decode``. That step's notes say the ``decoder``, ``channels_used`` (counted from
        0), ``channels`` where one was left out or inverted, and ``damaged`` where a part could not be read.

    Raises
    ------
    UnsupportedFormat
        If it is no sound file that is taken.
    TooLong
        If it holds more sound than `max_duration_s`, or more than `limits.MAX_SAMPLES` over its channels.
    DecodeError
        If it cannot be opened, nothing could be decoded, or what was decoded is no sound.

    Examples
    --------
    >>> sample = read("samples/mia/harbour.flac")
    >>> sample.source.codec, sample.audio.channels, round(sample.audio.duration_s)
    ('flac', 1, 44)
    """
    started = time.perf_counter()
    path = Path(path)
    with snapshot(path) as copy:
        decoded = decode_copy(copy, max_duration_s)
    return decoded_sample(copy, decoded, path.name, max_duration_s, started)


def decoded_sample(copy: Snapshot, decoded: Decoded, name: str, max_duration_s: float, started: float) -> Sample:
    """Return what was decoded as a sample of that name, with its first step. `started` is by the performance clock."""
    audio, notes = _mono(decoded)
    step = Step(
        name="decode",
        params={"max_duration_s": max_duration_s},
        notes=notes,
        elapsed_s=round(time.perf_counter() - started, 4),
    )
    return Sample(audio, name, copy.sha256, _source(copy, decoded), (step,))


def decode_copy(copy: Snapshot, max_duration_s: float) -> Decoded:
    """Return what libsndfile reads; where that is nothing or not all, what ffmpeg does, if that is more."""
    first = (
        sndfile.decode(copy.file, max_duration_s, quiet=copy.container.name == "mp3")
        if copy.container.in_process
        else None
    )
    if first and not first.damaged:
        return first
    try:
        second = ffmpeg.decode(copy.file, copy.container.demuxer, max_duration_s)
    except DecodeError:
        if first is None:
            raise
        return first
    return first if first and first.wave.shape[1] >= second.wave.shape[1] else second


def _mono(decoded: Decoded) -> tuple[Audio, dict[str, Any]]:
    mono, channels = to_mono(decoded.wave, decoded.sample_rate_hz)
    wave, rate = lowered(mono, decoded.sample_rate_hz)
    notes: dict[str, Any] = {"decoder": decoded.decoder, **channels}
    if rate != decoded.sample_rate_hz:
        notes["resampled_hz"] = rate
    if decoded.damaged:
        notes["damaged"] = decoded.damaged
    wave.flags.writeable = False  # ours alone: spares the copy
    try:
        return Audio(wave, rate), notes
    except AudioError as error:
        raise DecodeError(str(error)) from error


def lowered(mono: Wave, sample_rate_hz: int) -> tuple[Wave, int]:
    """Return the wave at 48000 Hz at most, or at 44100 Hz where that divides the source's rate."""
    if sample_rate_hz <= HIGHEST_RATE_HZ:
        return mono, sample_rate_hz
    import librosa

    rate = 44100 if sample_rate_hz % 44100 == 0 else HIGHEST_RATE_HZ
    return librosa.resample(mono, orig_sr=sample_rate_hz, target_sr=rate, res_type="soxr_hq"), rate


def _source(copy: Snapshot, decoded: Decoded) -> Source:
    channels, frames = decoded.wave.shape
    return Source(
        container=copy.container.name,
        codec=decoded.codec,
        sample_rate_hz=decoded.sample_rate_hz,
        channels=channels,
        duration_s=round(frames / decoded.sample_rate_hz, 6),
        bytes=copy.bytes,
    )
