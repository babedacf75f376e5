"""A WAV is whole under its name, holds what was returned, and loses bits only under dither."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
import soundfile

from pipeline.audio import Audio
from pipeline.codec import clipped_count, encode, quantise, read
from pipeline.errors import EncodeError

BITS = {"PCM_16": 16, "PCM_24": 24}


def audio(wave, rate=16000):
    return Audio(np.atleast_2d(np.asarray(wave, dtype=np.float32)), rate)


def quiet_noise(frames=200_000, seed=5):
    return audio(0.1 * np.random.default_rng(seed).standard_normal(frames))


@pytest.mark.parametrize("subtype", BITS)
def test_the_file_holds_what_is_returned(tmp_path, subtype):
    output, written = encode(quiet_noise(), tmp_path / "deep" / "er" / "take.wav", subtype, "clips/take.wav")
    path = tmp_path / "deep" / "er" / "take.wav"
    wave, rate = soundfile.read(path, dtype="float32")
    assert np.array_equal(wave, written.wave[0])
    info = soundfile.info(path)
    assert (info.format, info.subtype, info.channels, rate) == ("WAV", subtype, 1, 16000)
    assert output.path == "clips/take.wav"
    assert output.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (output.subtype, output.channels, output.sample_rate_hz, output.duration_s) == (subtype, 1, 16000, 12.5)
    assert np.array_equal(read(path).audio.wave, written.wave)


@pytest.mark.parametrize("subtype", BITS)
def test_dither_is_triangular_white_and_free_of_the_signal(subtype):
    """The error of TPDF dither: power step²/4, white, and neither mean nor power follow the signal."""
    step = 2.0 ** (1 - BITS[subtype])
    at = np.arange(400_000)
    # A slow ramp over few steps: without dither the error would be a sawtooth of it.
    clean = audio(step * (3.3 + 2.0 * np.sin(2 * np.pi * at / 50_000.3)))
    error = (quantise(clean, subtype).wave[0].astype(np.float64) - clean.wave[0]) / step
    assert abs(error.mean()) < 4 * 0.5 / np.sqrt(error.size)
    assert error.var() == pytest.approx(0.25, rel=0.02)
    neighbours = np.corrcoef(error[1:], error[:-1])[0, 1]
    assert abs(neighbours) < 4 / np.sqrt(error.size)
    assert abs(np.corrcoef(error, clean.wave[0])[0, 1]) < 4 / np.sqrt(error.size)
    assert abs(np.corrcoef(error**2, clean.wave[0])[0, 1]) < 4 / np.sqrt(error.size)
    assert np.abs(error).max() <= 1.5


@pytest.mark.parametrize("subtype", BITS)
def test_what_is_on_the_grid_already_is_left_alone(subtype):
    numbers = np.random.default_rng(2).integers(-32768, 32768, 5000)
    exact = audio(numbers / 32768)
    assert np.array_equal(quantise(exact, subtype).wave, exact.wave)
    assert not quantise(audio(np.zeros(1000)), subtype).wave.any()


@pytest.mark.parametrize("subtype", BITS)
def test_quantising_twice_is_quantising_once(subtype):
    once = quantise(quiet_noise(5000), subtype)
    assert np.array_equal(quantise(once, subtype).wave, once.wave)
    assert not once.wave.flags.writeable


def test_the_same_input_gives_the_same_bytes(tmp_path):
    first = encode(quiet_noise(), tmp_path / "a.wav")[0]
    second = encode(quiet_noise(), tmp_path / "b.wav")[0]
    assert first.sha256 == second.sha256
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()


@pytest.mark.parametrize("subtype", BITS)
def test_what_is_beyond_full_scale_is_clipped_and_counted(subtype):
    loud = audio([0.0, 1.5, -1.5, 200.0, 1.0, -1.0])
    wave = quantise(loud, subtype).wave[0]
    top = 1.0 - 2.0 ** (1 - BITS[subtype])
    assert wave.tolist() == pytest.approx([0.0, top, -1.0, top, top, -1.0])
    assert clipped_count(loud) == 3


def test_many_channels_become_one(tmp_path):
    voice = 0.1 * np.random.default_rng(1).standard_normal(16000)
    _, written = encode(audio([voice, -voice]), tmp_path / "a.wav")
    assert written.channels == 1
    assert np.abs(np.abs(written.wave[0]) - np.abs(voice)).max() < 2 * 2.0**-15


def test_one_sample_is_written(tmp_path):
    encode(audio([0.25]), tmp_path / "a.wav")
    assert soundfile.read(tmp_path / "a.wav")[0].tolist() == [0.25]


def test_an_unknown_kind_is_refused(tmp_path):
    with pytest.raises(EncodeError, match="PCM_16 or PCM_24, not as FLOAT"):
        encode(audio([0.25]), tmp_path / "a.wav", "FLOAT")
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_what_fails_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, call):
    path = tmp_path / "a.wav"
    before = encode(quiet_noise(), path)[0]

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync" if call == "fsync" else "pathlib.Path.replace", full)
    with pytest.raises(EncodeError, match=r"a\.wav could not be written \(No space left on device\)") as failed:
        encode(quiet_noise(seed=6), path)
    assert str(tmp_path) not in str(failed.value)
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.wav"]
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before.sha256


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_disk_that_is_full_while_writing_is_told(tmp_path, monkeypatch):
    opened = Path.open
    monkeypatch.setattr(
        Path,
        "open",
        lambda self, *mode: opened(Path("/dev/full"), "r+b", 0) if self.suffix == ".tmp" else opened(self, *mode),
    )
    with pytest.raises(EncodeError, match="could not be written"):
        encode(quiet_noise(), tmp_path / "a.wav")
    assert not any(tmp_path.iterdir())


def test_a_name_that_cannot_be_is_told(tmp_path):
    with pytest.raises(EncodeError, match="File name too long"):
        encode(audio([0.25]), tmp_path / ("x" * 300 + ".wav"))
    (tmp_path / "folder").mkdir()
    with pytest.raises(EncodeError, match="could not be written"):
        encode(audio([0.25]), tmp_path / "folder")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(EncodeError, match="could not be written"):
        encode(audio([0.25]), tmp_path / "file" / "a.wav")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["file", "folder"]


def test_an_interruption_leaves_nothing(tmp_path, monkeypatch):
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        encode(quiet_noise(), tmp_path / "a.wav")
    assert not any(tmp_path.iterdir())


def test_permissions_are_the_usual_ones(tmp_path):
    encode(audio([0.25]), tmp_path / "a.wav")
    (tmp_path / "b").write_bytes(b"")
    assert (tmp_path / "a.wav").stat().st_mode == (tmp_path / "b").stat().st_mode
