"""What ffmpeg's messages tell: the codec, and whether all of the sound came out."""

from __future__ import annotations

import re

from pipeline.codec.decoded import damage

_MAPPING = "[info] Stream mapping:"
_CODEC = re.compile(r"-> #0:0 \((?:pcm_(?=alaw|mulaw))?(\w+)")
_DURATION = re.compile(r"^\[info\]   Duration: (\d+):(\d\d):(\d\d\.\d+)", re.MULTILINE)


def codec(log: str) -> str:
    """Return the codec of the track that was decoded, by ffmpeg's name (``alaw``, ``mulaw`` as elsewhere)."""
    found = _CODEC.search(log)
    return found.group(1) if found else "unknown"


def announced_length_s(log: str) -> float | None:
    """Return the length that ffmpeg read from the header, or estimated; None if it said none."""
    found = _DURATION.search(log)
    if found is None:
        return None
    hours, minutes, seconds = found.groups()
    return 3600.0 * int(hours) + 60.0 * int(minutes) + float(seconds)


def lacking(decoded_s: float, log: str) -> str:
    """Return what is missing, from what ffmpeg announced before it began and complained of after."""
    before, _, after = log.partition(_MAPPING)
    announced_s = None if "Estimating duration" in before else announced_length_s(before)
    return damage(decoded_s, announced_s, broken="[error]" in after or "[fatal]" in after)
