"""What a file is, by its content: the suffix is never asked.

The answer names the one ffmpeg demuxer that may open the file, so that a disguised playlist is never handed to
the demuxers that open other files: concat, hls, dash, sdp, imf. AVI is left out because its demuxer probes the
subtitles within for further formats.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.codec.mpeg import adts_frame, find_mp3, follows, latm_frame, mp3_frame
from pipeline.codec.refuse import strange

HEAD_BYTES = 65536
"""Read from the start for `sniff`, and again after a tag."""

GARBAGE_BYTES = 16384
"""How far in an MP3 stream may begin: what recorders and broken tags leave before it."""


@dataclass(frozen=True, slots=True)
class Container:
    """A kind of file.

    Parameters
    ----------
    name : str
        For the record.
    demuxer : str
        The only one that ffmpeg may use on it.
    in_process : bool
        Whether libsndfile reads it.
    """

    name: str
    demuxer: str
    in_process: bool = False


MP3, ADTS, LATM = Container("mp3", "mp3", True), Container("aac", "aac"), Container("latm", "loas")
MP4, WEBM, MATROSKA = (
    Container("mp4", "mov"),
    Container("webm", "matroska"),
    Container("matroska", "matroska"),
)

_MAGIC: tuple[tuple[bytes, int, bytes, Container], ...] = (
    (b"RIFF", 8, b"WAVE", Container("wav", "wav", True)),
    (b"RIFX", 8, b"WAVE", Container("wav", "wav", True)),
    (b"RF64", 8, b"WAVE", Container("rf64", "wav", True)),
    (b"BW64", 8, b"WAVE", Container("bw64", "wav", True)),
    (b"riff\x2e\x91\xcf\x11", 0, b"", Container("w64", "w64", True)),
    (b"fLaC", 0, b"", Container("flac", "flac", True)),
    (b"OggS", 0, b"", Container("ogg", "ogg", True)),
    (b"FORM", 8, b"AIFF", Container("aiff", "aiff", True)),
    (b"FORM", 8, b"AIFC", Container("aiff", "aiff", True)),
    (b"FORM", 8, b"8SVX", Container("svx", "iff", True)),
    (b"FRM8", 12, b"DSD ", Container("dff", "iff")),
    (b".snd", 0, b"", Container("au", "au", True)),
    (b"caff\x00\x01", 0, b"", Container("caf", "caf", True)),
    (b"NIST_1A", 0, b"", Container("nist", "nistsphere", True)),
    (b"Creative Voice File\x1a", 0, b"", Container("voc", "voc", True)),
    (b"0\x26\xb2\x75\x8e\x66\xcf\x11", 0, b"", Container("asf", "asf")),
    (b"#!AMR\n", 0, b"", Container("amr", "amr")),
    (b"#!AMR-WB\n", 0, b"", Container("amr", "amr")),
    (b"wvpk", 0, b"", Container("wavpack", "wv")),
    (b"TTA1", 0, b"", Container("tta", "tta")),
    (b"MAC ", 0, b"", Container("ape", "ape")),
    (b"tBaK", 0, b"", Container("tak", "tak")),
    (b"MPCK", 0, b"", Container("musepack", "mpc8")),
    (b"MP+", 0, b"", Container("musepack", "mpc")),
    (b"DSD ", 28, b"fmt ", Container("dsf", "dsf")),
)
"""Start, then what must stand at an offset. Sources: each format's specification."""

_BOXES = (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot")
_IMAGE_BRANDS = (b"avif", b"avis", b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"jxl ", b"crx ")


def sniff(head: bytes) -> Container | None:
    """Return what a file is.

    Parameters
    ----------
    head : bytes
        Its first `HEAD_BYTES`, ID3v2 tags left out.

    Returns
    -------
    Container or None
        None where it is no kind of sound that is taken; `pipeline.codec.refuse.refusal` then says why.
    """
    for start, offset, mark, container in _MAGIC:
        if head.startswith(start) and head[offset : offset + len(mark)] == mark:
            return container
    return _by_structure(head)


def _by_structure(head: bytes) -> Container | None:
    if head[4:8] in _BOXES:
        return None if head[4:8] == b"ftyp" and head[8:12] in _IMAGE_BRANDS else MP4
    if head.startswith(b"\x1aE\xdf\xa3"):
        return WEBM if b"webm" in head[:64] else MATROSKA
    for frame, container in ((mp3_frame, MP3), (adts_frame, ADTS), (latm_frame, LATM)):
        if follows(head, frame):
            return container
    # Frames after garbage are the last guess, and never made of what is known to be something else.
    return MP3 if not strange(head) and find_mp3(head[:GARBAGE_BYTES]) else None
