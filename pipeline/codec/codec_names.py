"""ffmpeg's names for what libsndfile calls otherwise, so that records say one word for one codec."""

from __future__ import annotations

from typing import Any

_CODECS = {
    "PCM_S8": "pcm_s8",
    "PCM_U8": "pcm_u8",
    "ULAW": "mulaw",
    "ALAW": "alaw",
    "GSM610": "gsm",
    "MPEG_LAYER_I": "mp1",
    "MPEG_LAYER_II": "mp2",
    "MPEG_LAYER_III": "mp3",
}
_WIDTHS = {"PCM_16": "s16", "PCM_24": "s24", "PCM_32": "s32", "FLOAT": "f32", "DOUBLE": "f64"}
_BIG_ENDIAN = {"AIFF", "AU", "CAF", "SVX"}


def codec_name(sound: Any) -> str:
    """Return the codec of an open `soundfile.SoundFile`."""
    if sound.format == "FLAC":
        return "flac"
    if sound.subtype in _WIDTHS:
        big = sound.endian == "BIG" or (sound.endian != "LITTLE" and sound.format in _BIG_ENDIAN)
        return f"pcm_{_WIDTHS[sound.subtype]}{'be' if big else 'le'}"
    return _CODECS.get(sound.subtype, str(sound.subtype).lower().partition("_16")[0])
