import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile

from pipeline.codec import read
from pipeline.codec.ffmpeg import find_program
from pipeline.codec.length import rough_length_s
from pipeline.codec.recording import Recording, opened
from pipeline.errors import DecodeError, TooLong, UnsupportedFormat
from pipeline.sample import Sample
from tests.recordings import RATE, woman

SECONDS = 30.0
WAVE = np.tile(woman(), 3)[: round(SECONDS * RATE)]


def encoded(folder: Path, suffix: str, *options: str) -> Path:
    """Return the wave in a container, made by ffmpeg or libsndfile."""
    plain = folder / "plain.wav"
    soundfile.write(plain, WAVE, RATE, subtype="FLOAT" if suffix == ".float.wav" else "PCM_16")
    made = folder / f"take{suffix}"
    subprocess.run([find_program(), "-v", "error", "-y", "-i", plain, *options, made], check=True)
    return made


@pytest.mark.parametrize(
    ("suffix", "options", "decoder"),
    [(".wav", (), "libsndfile"), (".flac", (), "libsndfile"), (".mp3", ("-b:a", "96k"), "libsndfile"),
     (".ogg", ("-q:a", "4"), "libsndfile"), (".m4a", ("-b:a", "96k"), "ffmpeg"), (".aac", ("-b:a", "96k"), "ffmpeg")],
)  # fmt: skip
def test_pieces_and_cuts_are_what_the_whole_file_decodes_to(tmp_path, suffix, options, decoder):
    file = encoded(tmp_path, suffix, *options)
    whole = read(file).audio
    with opened(file, in_memory_s=5.0) as found:
        assert isinstance(found, Recording)
        pieces = list(found.pieces(7.0))
        joined = np.concatenate([piece.wave for piece in pieces], axis=1)
        assert {round(piece.duration_s, 2) for piece in pieces[:-1]} == {7.0}
        assert found.duration_s == pytest.approx(whole.duration_s, abs=0.03)
        cut = found.cut(12.0, 15.5)
    # 24 bits of a wave that ffmpeg turned down by 12 dB: a step is 2**-21
    size = min(joined.shape[1], whole.frames)
    assert np.abs(joined[:, :size] - whole.wave[:, :size]).max() < 2.0**-20
    meant = whole.wave[:, round(12.0 * RATE) : round(15.5 * RATE)]
    assert cut.audio.frames == meant.shape[1]
    # An MP3 decoder that begins in the middle has no overlap of the frame before: that goes within a frame or two
    assert np.abs(cut.audio.wave - meant)[:, 2400:].max() < (1e-3 if suffix == ".mp3" else 2.0**-20)
    assert (cut.path, cut.steps[0].notes["decoder"]) == (file.name, decoder)
    assert cut.source == read(file).source.model_copy(update={"duration_s": cut.source.duration_s})
    assert cut.sha256 == read(file).sha256


def test_a_short_file_comes_as_a_sample(tmp_path):
    file = encoded(tmp_path, ".wav")
    with opened(file, in_memory_s=31.0) as found:
        assert isinstance(found, Sample)
        assert np.array_equal(found.audio.wave, read(file).audio.wave)


def test_channels_are_mixed_as_elsewhere(tmp_path):
    file = tmp_path / "two.wav"
    soundfile.write(file, np.stack([WAVE, np.zeros_like(WAVE)], axis=1), RATE)
    with opened(file, in_memory_s=5.0) as found:
        cut = found.cut(3.0, 9.0)
    assert cut.steps[0].notes["channels"] == "Channel 2 is silent and was left out."
    assert cut.source.channels == 2
    assert cut.audio.wave.shape == (1, 6 * RATE)


def test_a_high_rate_is_lowered_in_cuts(tmp_path):
    file = tmp_path / "high.wav"
    soundfile.write(file, np.repeat(WAVE[: 8 * RATE], 6), 6 * RATE)
    with opened(file, in_memory_s=5.0) as found:
        cut = found.cut(1.0, 3.0)
    assert (cut.audio.sample_rate_hz, cut.steps[0].notes["resampled_hz"]) == (48_000, 48_000)
    assert cut.audio.frames == 2 * 48_000


def test_a_file_that_was_cut_off_is_read_as_far_as_it_goes(tmp_path):
    file = encoded(tmp_path, ".wav")
    file.write_bytes(file.read_bytes()[: 20 * 2 * RATE])
    with opened(file, in_memory_s=5.0) as found:
        list(found.pieces(10.0))
        assert found.duration_s == pytest.approx(20.0, abs=0.01)


def test_lies_and_bombs(tmp_path, monkeypatch):
    nothing = tmp_path / "nothing.wav"
    nothing.write_text("nothing at all")
    with pytest.raises(UnsupportedFormat), opened(nothing, 5.0):
        pass
    file = encoded(tmp_path, ".wav")
    monkeypatch.setattr("pipeline.codec.recording.MAX_LONG_S", 20.0)
    with opened(file, 5.0) as found, pytest.raises(TooLong, match="longer than 20 s"):
        list(found.pieces(7.0))
    broken = tmp_path / "nan.wav"
    soundfile.write(broken, np.where(np.arange(8 * RATE) == 7 * RATE, np.nan, 0.1), RATE, subtype="FLOAT")
    with opened(broken, 5.0) as found, pytest.raises(DecodeError, match="not numbers"):
        list(found.pieces(3.0))


def test_about_how_long_a_file_is(tmp_path):
    assert rough_length_s(encoded(tmp_path, ".flac")) == pytest.approx(SECONDS)
    assert 10.0 < rough_length_s(encoded(tmp_path, ".m4a", "-b:a", "96k")) < 60.0
    assert rough_length_s(tmp_path / "none.wav") == 0.0
