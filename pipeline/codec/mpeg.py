"""Streams without a header of their own, known by frames that follow one another: MP3, AAC (ADTS, LATM)."""

from __future__ import annotations

from collections.abc import Callable

Frame = tuple[int, bytes]
"""Length of a frame in bytes, and the fields that stay the same from one frame to the next."""

_RATES_HZ = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
"""By version bits: MPEG-1, MPEG-2, MPEG-2.5."""

_KBITS = {
    (True, 3): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (True, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 1): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 3): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 1): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""By (MPEG-1?, layer bits: 3 is layer I, 1 is layer III). Source: ISO/IEC 11172-3 and 13818-3, 2.4.2.3."""


def mp3_frame(at: bytes) -> Frame | None:
    """Return the MPEG audio frame (layer I, II or III) that starts here; free-format streams are not taken."""
    if len(at) < 4 or at[0] != 0xFF or at[1] < 0xE0:
        return None
    version, layer, bit_rate, rate = at[1] >> 3 & 3, at[1] >> 1 & 3, at[2] >> 4, at[2] >> 2 & 3
    if version == 1 or layer == 0 or rate == 3 or not 0 < bit_rate < 15:
        return None
    bits = _KBITS[version == 3, layer][bit_rate - 1] * 1000
    rate_hz, padding = _RATES_HZ[version][rate], at[2] >> 1 & 1
    if layer == 3:
        length = (12 * bits // rate_hz + padding) * 4
    else:
        length = (144 if version == 3 or layer == 2 else 72) * bits // rate_hz + padding
    return length, bytes([at[1] & 0xFE, at[2] & 0x0C])


def adts_frame(at: bytes) -> Frame | None:
    """Return the AAC frame with an ADTS header that starts here (ISO/IEC 13818-7, 6.2)."""
    if len(at) < 7 or at[0] != 0xFF or at[1] & 0xF6 != 0xF0 or at[2] >> 2 & 15 > 12:
        return None
    length = (at[3] & 3) << 11 | at[4] << 3 | at[5] >> 5
    return (length, bytes([at[1], at[2] & 0xFD])) if length > 7 else None


def latm_frame(at: bytes) -> Frame | None:
    """Return the AAC frame in a LOAS/LATM stream that starts here (ISO/IEC 14496-3, 1.7.2)."""
    if len(at) < 3 or at[0] != 0x56 or at[1] & 0xE0 != 0xE0:
        return None
    return ((at[1] & 0x1F) << 8 | at[2]) + 3, b""


def tag_bytes(head: bytes) -> int:
    """Return the length of the ID3v2 tag at the start of `head`, 0 if there is none (id3.org, 2.4.0, section 3.1)."""
    if len(head) < 10 or head[:3] != b"ID3" or max(head[6:10]) > 127:
        return 0
    size = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
    return size + (20 if head[5] & 0x10 else 10)


def follows(head: bytes, frame: Callable[[bytes], Frame | None], count: int = 2, start: int = 0) -> bool:
    """Say whether `count` frames of one kind stand one after another from `start`.

    One sync word is two bytes of chance; a second where the first says it must be is none.
    """
    kind: bytes | None = None
    for _ in range(count):
        found = frame(head[start : start + 8])
        if found is None or (kind is not None and found[1] != kind):
            return False
        start, kind = start + found[0], found[1]
        start += tag_bytes(head[start : start + 10])  # radio streams put tags between frames
    return True


def find_mp3(head: bytes, count: int = 4) -> bool:
    """Say whether an MP3 stream begins somewhere in `head`; stricter than at its start, where chance is one try."""
    start = head.find(b"\xff")
    while start >= 0:
        if follows(head, mp3_frame, count, start):
            return True
        start = head.find(b"\xff", start + 1)
    return False
