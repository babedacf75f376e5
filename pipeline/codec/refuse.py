"""What a file is that is no sound: the sentence a person reads instead of "unknown format"."""

from __future__ import annotations

from pipeline.errors import UnsupportedFormat

_PLAYLIST = "a playlist, which names other files: give those instead"
_PAGE = "a web page, perhaps an error page: download the recording again"
_ARCHIVE = "a compressed archive: unpack it first"
_IMAGE = "a picture: give the recording itself"
_VIDEO = "a video of a kind that is not taken: export its sound as WAV"
_TEXT = "text: give the recording itself"

_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"version https://git-lfs", "a Git LFS pointer: run 'git lfs pull' to get the recording it stands for"),
    (b"#extm3u", _PLAYLIST),
    (b"ffconcat", _PLAYLIST),
    (b"[playlist]", _PLAYLIST),
    (b"[reference]", _PLAYLIST),
    (b"v=0", _PLAYLIST),
    (b"<asx", _PLAYLIST),
    (b"<smil", _PLAYLIST),
    (b"<mpd", _PLAYLIST),
    (b"<!doctype html", _PAGE),
    (b"<html", _PAGE),
    (b"<?xml", "an XML document: give the recording itself"),
    (b"{", "a JSON document, perhaps an error message: download the recording again"),
    (b"pk\x03\x04", _ARCHIVE),
    (b"\x1f\x8b", _ARCHIVE),
    (b"bzh", _ARCHIVE),
    (b"\xfd7zxz", _ARCHIVE),
    (b"7z\xbc\xaf", _ARCHIVE),
    (b"rar!", _ARCHIVE),
    (b"\x28\xb5\x2f\xfd", _ARCHIVE),
    (b"\x89png", _IMAGE),
    (b"\xff\xd8\xff", _IMAGE),
    (b"gif8", _IMAGE),
    (b"%pdf", "a PDF document: give the recording itself"),
    (b"mthd", "a MIDI file, which holds notes and no sound: give a recording"),
    (b"sqlite format 3", "a database: give the recording itself"),
    (b"\x7felf", "a program: give the recording itself"),
    (b"mz\x90", "a program: give the recording itself"),
    (b"flv\x01", _VIDEO),
    (b"\x00\x00\x01\xba", _VIDEO),
)
"""Lower-cased starts; the first that fits wins."""

_IN_XML = (
    (b"<mpd", _PLAYLIST),
    (b"compositionplaylist", _PLAYLIST),
    (b"<smil", _PLAYLIST),
    (b"<svg", _IMAGE),
)
_PRINTABLE = frozenset(range(0x20, 0x7F)) | frozenset(b"\t\r\n\f") | frozenset(range(0x80, 0x100))


def strange(head: bytes) -> str:
    """Return what the file is if it is known to be something else than sound, or nothing."""
    text = head[:4096].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for start, name in _STARTS:
        if text.startswith(start):
            return next((found for mark, found in _IN_XML if start == b"<?xml" and mark in text), name)
    if head[:4] == b"RIFF" and head[8:12] in (b"AVI ", b"WEBP"):
        return _VIDEO if head[8:12] == b"AVI " else _IMAGE
    if head[4:8] == b"ftyp":
        return _IMAGE
    return _TEXT if _is_text(head[:4096]) else ""


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.replace(b"\x00", b"")[2:]
    return len(head) >= 8 and set(head) <= _PRINTABLE and sum(byte < 0x80 for byte in head) > 0.7 * len(head)


def refusal(head: bytes, tagged: bool) -> UnsupportedFormat:
    """Return the error for a file that is no sound that is taken.

    Parameters
    ----------
    head : bytes
        Its start, ID3v2 tags left out.
    tagged : bool
        Whether there were such tags.
    """
    name = strange(head)
    if name:
        return UnsupportedFormat(f"This is no sound file, whatever its name says, but {name}.")
    if tagged:
        return UnsupportedFormat("The file holds tags but no sound that can be found after them: copy it again.")
    return UnsupportedFormat("This is no sound file of a known kind: export it as WAV or FLAC.")
