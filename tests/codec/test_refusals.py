"""What is no sound is refused in a sentence; what names other files never opens one."""

import hashlib
import os
from pathlib import Path

import pytest

from pipeline.codec import read
from pipeline.errors import DecodeError, UnsupportedFormat

from .making import tone, transcode, write

PLAYLISTS = {
    "ffconcat sibling": b"ffconcat version 1.0\nfile canary.wav\n",
    "ffconcat after blanks": b"\xef\xbb\xbf  \nffconcat version 1.0\nfile canary.wav\n",
    "hls": b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\ncanary.wav\n#EXT-X-ENDLIST\n",
    "hls concat": b"#EXTM3U\n#EXTINF:10,\nconcat:canary.wav|canary.wav\n#EXT-X-ENDLIST\n",
    "m3u": b"canary.wav\ncanary.wav\n",
    "pls": b"[playlist]\nFile1=canary.wav\n",
    "sdp": b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\nm=audio 5004 RTP/AVP 0\r\n",
    "dash": b'<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><BaseURL>canary.wav</BaseURL></MPD>',
    "imf": b'<?xml version="1.0"?>\n<CompositionPlaylist><Id>urn:x</Id></CompositionPlaylist>',
    "smil": b"<smil><body><audio src='canary.wav'/></body></smil>",
    "asx": b"<ASX version='3'><Entry><Ref href='canary.wav'/></Entry></ASX>",
}


@pytest.mark.parametrize("data", PLAYLISTS.values(), ids=PLAYLISTS.keys())
@pytest.mark.parametrize("tag", [b"", b"ID3\x04\x00\x00\x00\x00\x00\x0a" + bytes(10)], ids=["bare", "tagged"])
def test_a_disguised_playlist_opens_nothing(tmp_path, monkeypatch, data, tag):
    canary = write(tmp_path / "canary.wav", tone())
    os.utime(canary, (1, 1))
    monkeypatch.setattr("pipeline.codec.child.subprocess.Popen", lambda *_, **__: pytest.fail("a decoder was started"))
    disguised = tmp_path / "take.wav"
    disguised.write_bytes(tag + data)
    with pytest.raises(UnsupportedFormat, match=r"playlist|text"):
        read(disguised)
    assert canary.stat().st_atime == 1


REFUSED = {
    "empty": (b"", "empty"),
    "html": (b"<!DOCTYPE html><html><body>404</body></html>", "web page"),
    "json": (b'{"error": "not found"}', "JSON"),
    "lfs": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n", "git lfs pull"),
    "text": (b"This is what she said.\n", "text"),
    "utf-16": ("This is what she said.".encode("utf-16"), "text"),
    "png": (b"\x89PNG\r\n\x1a\n" + bytes(100), "picture"),
    "jpeg": (b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(100), "picture"),
    "heic": (b"\x00\x00\x00\x18ftypheic" + bytes(100), "picture"),
    "svg": (b"<?xml version='1.0'?><svg></svg>", "picture"),
    "xml": (b"<?xml version='1.0'?><note/>", "XML"),
    "zip": (b"PK\x03\x04" + bytes(100), "archive"),
    "gzip": (b"\x1f\x8b\x08" + bytes(100), "archive"),
    "pdf": (b"%PDF-1.7\n" + bytes(100), "PDF"),
    "midi": (b"MThd" + bytes(100), "MIDI"),
    "avi": (b"RIFF\x00\x01\x00\x00AVI LIST" + bytes(100), "video"),
    "webp": (b"RIFF\x00\x01\x00\x00WEBPVP8 " + bytes(100), "picture"),
    "zeros": (bytes(5000), "known kind"),
    "one byte": (b"R", "known kind"),
    "only a tag": (b"ID3\x04\x00\x00\x00\x00\x00\x0a" + bytes(10), "tags but no sound"),
    "a tag that claims 256 MB": (b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f" + bytes(10), "tags but no sound"),
}


@pytest.mark.parametrize(("data", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_sound_is_told_by_name(tmp_path, data, words):
    path = tmp_path / "take.mp3"
    path.write_bytes(data)
    with pytest.raises(UnsupportedFormat, match=words) as refused:
        read(path)
    assert str(tmp_path) not in str(refused.value)


def test_random_bytes_are_no_sound(tmp_path):
    path = tmp_path / "take.mp3"
    path.write_bytes(os.urandom(65536))
    with pytest.raises(DecodeError):
        read(path)


def test_what_is_no_file_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe.wav")
    for path in (tmp_path, tmp_path / "pipe.wav", "/dev/null", "/dev/zero"):
        with pytest.raises(UnsupportedFormat, match="folder, pipe or device"):
            read(path)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc on this system")
def test_proc_is_refused():
    with pytest.raises(UnsupportedFormat, match="empty"):
        read("/proc/self/status")


def test_a_file_that_is_not_there_or_may_not_be_read(tmp_path, monkeypatch):
    with pytest.raises(DecodeError, match="could not be opened \\(No such file"):
        read(tmp_path / "none.wav")
    with pytest.raises(DecodeError, match="could not be opened"):
        read("a\x00b.wav")
    path = write(tmp_path / "a.wav", tone())
    monkeypatch.setattr(
        "pipeline.codec.snapshot.os.open", lambda *_: (_ for _ in ()).throw(PermissionError(13, "Permission denied"))
    )
    with pytest.raises(DecodeError, match="Permission denied"):
        read(path)


def test_a_link_to_a_recording_is_a_recording(tmp_path):
    link = tmp_path / "link.wav"
    link.symlink_to(write(tmp_path / "a.wav", tone()))
    assert read(link).audio.frames == 16000
    (tmp_path / "loop.wav").symlink_to(tmp_path / "loop.wav")
    with pytest.raises(DecodeError, match="could not be opened"):
        read(tmp_path / "loop.wav")


ODD_NAMES = [
    "-i.wav",
    "-y.m4a",
    "concat:a|b.m4a",
    "file:x.m4a",
    "$(touch x).m4a",
    "a\nb.m4a",
    "a b'\"\\.m4a",
    "%03d.m4a",
    "<b>.wav",
    "x" * 251 + ".m4a",
]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_name_is_only_a_name(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    wave = write(tmp_path / "source.wav", tone(0.2))
    plain = wave if name.endswith("wav") else transcode(wave, tmp_path / "plain.m4a")
    plain.rename(name)
    sample = read(name)
    assert sample.path == name
    assert sample.audio.duration_s == pytest.approx(0.2, abs=0.15)
    assert not (tmp_path / "x").exists()


def test_too_large_a_file_is_not_copied(tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.codec.snapshot.MAX_BYTES", 1000)
    with pytest.raises(DecodeError, match="larger than"):
        read(write(tmp_path / "a.wav", tone()))


def test_a_full_temporary_folder_is_told(tmp_path, monkeypatch):
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pipeline.codec.snapshot.tempfile.TemporaryDirectory", full)
    with pytest.raises(DecodeError, match=r"No space left on device.*temporary folder"):
        read(write(tmp_path / "a.wav", tone()))


def test_the_digest_is_of_the_bytes_that_were_decoded(tmp_path):
    path = write(tmp_path / "a.wav", tone())
    sample = read(path)
    assert sample.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert sample.source.bytes == path.stat().st_size
