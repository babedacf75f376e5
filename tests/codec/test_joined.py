"""Files joined end to end: all of them is read, not only the first."""

import io
import subprocess

import numpy as np
import pytest
import soundfile

from pipeline import read
from pipeline.codec.ffmpeg import find_program
from pipeline.codec.joined import is_chained_ogg, is_joined_mp3
from pipeline.codec.recording import Recording, opened
from tests.recordings import RATE, woman

ENCODERS = [("mp3", "libmp3lame"), ("ogg", "libvorbis"), ("opus", "libopus")]


@pytest.fixture
def single(tmp_path):
    """Return a function from a suffix and codec to a file of about ten seconds."""
    plain = tmp_path / "plain.wav"
    soundfile.write(plain, woman(), RATE, "PCM_16")

    def encoded(suffix, codec):
        file = tmp_path / f"single.{suffix}"
        subprocess.run([find_program(), "-v", "error", "-y", "-i", plain, "-c:a", codec, file], check=True)
        return file

    return encoded


def joined(file, count=3):
    together = file.with_name(f"joined{file.suffix}")
    together.write_bytes(file.read_bytes() * count)
    return together


@pytest.mark.parametrize(("suffix", "codec"), ENCODERS)
def test_all_that_was_joined_is_read(single, suffix, codec):
    file = single(suffix, codec)
    one, three = read(file), read(joined(file))
    assert one.steps[0].notes["decoder"] == "libsndfile"
    assert three.audio.duration_s == pytest.approx(3.0 * one.audio.duration_s, rel=0.01)
    middle = three.audio.wave[0, three.audio.frames // 3 : 2 * three.audio.frames // 3]
    assert np.std(middle) == pytest.approx(np.std(one.audio.wave), rel=0.05)  # the voice, not silence


@pytest.mark.parametrize(("suffix", "codec"), ENCODERS)
def test_a_long_one_is_read_to_its_end_too(single, suffix, codec):
    file = single(suffix, codec)
    with opened(joined(file), in_memory_s=read(file).audio.duration_s + 1.0) as found:
        assert isinstance(found, Recording)
        long_s = sum(piece.duration_s for piece in found.pieces(7.0))
    assert long_s == pytest.approx(3.0 * read(file).audio.duration_s, rel=0.01)


def test_tags_between_the_parts_of_an_mp3_are_skipped(single):
    tag = b"ID3\x04\x00\x00\x00\x00\x02\x00" + bytes(256)
    whole = single("mp3", "libmp3lame").read_bytes()
    assert is_joined_mp3(io.BytesIO(whole + tag + whole))
    assert is_joined_mp3(io.BytesIO(tag + whole + whole))


@pytest.mark.parametrize("after", [b"", b"TAG" + bytes(125), bytes(5000)], ids=["nothing", "tag", "garbage"])
def test_one_mp3_is_no_joined_one(single, after):
    assert not is_joined_mp3(io.BytesIO(single("mp3", "libmp3lame").read_bytes() + after))


@pytest.mark.parametrize("cut", [0, 1, 3, 9, 40, 400])
def test_broken_files_are_not_taken_for_joined_ones(single, cut):
    for suffix, codec, looks in (("mp3", "libmp3lame", is_joined_mp3), ("ogg", "libvorbis", is_chained_ogg)):
        assert not looks(io.BytesIO(single(suffix, codec).read_bytes()[:cut]))


def test_streams_that_are_heard_together_are_no_chain():
    """A page each of two streams, first pages first, as of a film's sound and picture."""
    pages = [(b"AAAA", 2), (b"BBBB", 2), (b"AAAA", 0), (b"BBBB", 0), (b"AAAA", 4)]
    told = b"".join(
        b"OggS\x00" + bytes([kind]) + bytes(8) + serial + bytes(8) + b"\x01\x05" + bytes(5) for serial, kind in pages
    )
    assert not is_chained_ogg(io.BytesIO(told))
    assert is_chained_ogg(io.BytesIO(told + told))
