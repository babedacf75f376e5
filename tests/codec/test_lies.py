"""Headers that lie, files that are cut, values that are no sound: the answer is what decodes, or a sentence."""

from contextlib import suppress

import numpy as np
import pytest
import soundfile

from pipeline.codec import read
from pipeline.errors import DecodeError, TooLong

from .making import RATE, tone, transcode, wav_bytes, write

SAMPLES = np.round(tone()[:, 0] * 32767).astype(np.int16)


def given(tmp_path, data):
    path = tmp_path / "take.wav"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF, 0x7FFFFFFF, 0xFFFFFFFF - 36])
def test_a_streamed_wav_is_as_long_as_its_data(tmp_path, size):
    sample = read(given(tmp_path, wav_bytes(SAMPLES, data_size=size)))
    assert np.array_equal(sample.audio.wave[0], SAMPLES / np.float32(32768))
    assert "damaged" not in sample.steps[0].notes


def test_a_wav_that_announces_more_is_taken_and_told(tmp_path):
    sample = read(given(tmp_path, wav_bytes(SAMPLES, data_size=10**9)))
    assert sample.audio.frames == SAMPLES.size
    assert "1.00 s of 31250.00 s" in sample.steps[0].notes["damaged"]


@pytest.mark.parametrize(
    "change", [{"rate": 0}, {"channels": 65535}, {"channels": 0}, {"rate": 2**32 - 1}, {"rate": 1}, {"tag": 0x1234}]
)
def test_absurd_forms_are_refused(tmp_path, change):
    with pytest.raises(DecodeError):
        read(given(tmp_path, wav_bytes(SAMPLES, **change)))


def test_a_block_align_of_0_changes_nothing(tmp_path):
    assert read(given(tmp_path, wav_bytes(SAMPLES, block_align=0))).audio.frames == SAMPLES.size


def test_a_cut_wav_gives_what_is_there_and_says_so(tmp_path):
    whole = wav_bytes(SAMPLES)
    sample = read(given(tmp_path, whole[: 44 + SAMPLES.size]))
    assert sample.audio.frames == SAMPLES.size // 2
    assert sample.steps[0].notes["damaged"] == "The file is cut short or damaged: 0.50 s of 1.00 s could be read."


def test_half_a_sample_at_the_end_is_no_damage(tmp_path):
    sample = read(given(tmp_path, wav_bytes(SAMPLES)[:-1]))
    assert sample.audio.frames == SAMPLES.size - 1
    assert "damaged" not in sample.steps[0].notes


@pytest.mark.parametrize(
    ("suffix", "options"),
    [("aiff", ()), ("flac", ()), ("ogg", ("-c:a", "libvorbis")), ("m4a", ("-movflags", "+faststart")), ("webm", ())],
)
def test_other_cut_files_give_a_part_and_say_so_or_are_refused(tmp_path, suffix, options):
    noise = np.random.default_rng(1).standard_normal(6 * RATE) * 0.1
    whole = transcode(write(tmp_path / "a.wav", noise), tmp_path / f"a.{suffix}", *options)
    cut = tmp_path / f"cut.{suffix}"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    sample = read(cut)
    assert 1.0 < sample.audio.duration_s < 4.5
    # An Ogg that ends after a whole page announces no more than it has.
    assert suffix == "ogg" or "damaged" in sample.steps[0].notes


def test_a_cut_file_that_libsndfile_reads_needs_no_ffmpeg(tmp_path, monkeypatch):
    def none():
        raise DecodeError("none here")

    whole = write(tmp_path / "a.flac", np.random.default_rng(1).standard_normal((20 * RATE, 1)) * 0.1)
    whole.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    monkeypatch.setattr("pipeline.codec.ffmpeg.find_program", none)
    sample = read(whole)
    assert sample.steps[0].notes["decoder"] == "libsndfile"
    assert "damaged" in sample.steps[0].notes


def test_a_piece_of_a_live_ogg_announces_its_own_length(tmp_path):
    from pipeline.codec.announced import announced_s

    def page(granule):
        return b"OggS\x00\x00" + granule.to_bytes(8, "little") + b"abcd" + bytes(9)

    path = tmp_path / "a.ogg"
    path.write_bytes(page(0) + page(3600 * RATE) + page(3605 * RATE))
    assert announced_s(path, 4.0, RATE) == 5.0
    path.write_bytes(page(0) + page(RATE) + page(6 * RATE))
    assert announced_s(path, 4.0, RATE) == 6.0


def test_an_ogg_with_a_broken_page_says_so(tmp_path):
    noise = np.random.default_rng(1).standard_normal(8 * RATE) * 0.1
    whole = transcode(write(tmp_path / "a.wav", noise), tmp_path / "a.ogg", "-c:a", "libvorbis").read_bytes()
    broken = tmp_path / "broken.ogg"
    middle = len(whole) // 2
    broken.write_bytes(whole[:middle] + bytes(3000) + whole[middle + 3000 :])
    sample = read(broken)
    assert sample.audio.duration_s > 1.0
    assert "damaged" in sample.steps[0].notes


def test_an_mp3_with_a_broken_middle_is_read_on_both_sides(tmp_path):
    noise = np.random.default_rng(1).standard_normal(6 * RATE) * 0.1
    whole = transcode(write(tmp_path / "a.wav", noise), tmp_path / "a.mp3").read_bytes()
    middle = len(whole) // 2
    (tmp_path / "broken.mp3").write_bytes(whole[:middle] + b"\x55" * 2000 + whole[middle + 2000 :])
    sample = read(tmp_path / "broken.mp3")
    assert 4.5 < sample.audio.duration_s < 6.2
    assert "damaged" in sample.steps[0].notes


@pytest.mark.parametrize(
    ("value", "words"),
    [(np.nan, "not numbers"), (np.inf, "not numbers"), (-np.inf, "not numbers"), (1e30, "beyond any level")],
)
@pytest.mark.parametrize("subtype", ["FLOAT", "DOUBLE"])
def test_values_that_are_no_sound_are_refused(tmp_path, value, words, subtype):
    wave = tone()
    wave[5000:5010] = value
    with pytest.raises(DecodeError, match=words):
        read(write(tmp_path / "a.wav", wave, subtype=subtype))


def test_the_other_decoder_refuses_them_too(tmp_path):
    """A streamed float WAV goes to ffmpeg, which knows no NaN in integers."""
    path = write(tmp_path / "a.wav", np.full((1600, 1), 1e9), format="WAV", subtype="FLOAT")
    data = bytearray(path.read_bytes())
    at = data.index(b"data") + 4
    data[at : at + 4] = bytes(4)
    with pytest.raises(DecodeError, match="beyond any level"):
        read(given(tmp_path, bytes(data)))


def test_float_beyond_full_scale_is_sound(tmp_path):
    sample = read(write(tmp_path / "a.wav", tone(amplitude=20.0), subtype="FLOAT"))
    assert sample.audio.wave.max() == pytest.approx(20.0, rel=0.01)


def test_denormals_and_silence_are_sound(tmp_path):
    assert read(write(tmp_path / "a.wav", np.full((1600, 1), 1e-40), subtype="FLOAT")).audio.frames == 1600
    assert not read(write(tmp_path / "b.wav", np.zeros((1600, 2)))).audio.wave.any()


def test_a_header_without_sound_is_refused(tmp_path):
    with pytest.raises(DecodeError, match="No sound could be decoded"):
        read(given(tmp_path, wav_bytes(SAMPLES[:0])))


def test_one_sample_is_a_sample(tmp_path):
    assert read(given(tmp_path, wav_bytes(SAMPLES[100:101]))).audio.frames == 1


def test_the_length_is_capped_while_decoding(tmp_path):
    path = write(tmp_path / "a.wav", tone(3.0))
    assert read(path, 3.0).audio.duration_s == 3.0
    with pytest.raises(TooLong, match="longer than 2 s"):
        read(path, 2.0)


def test_the_length_is_capped_in_ffmpeg_too(tmp_path):
    path = transcode(write(tmp_path / "a.wav", tone(3.0)), tmp_path / "a.m4a")
    with pytest.raises(TooLong, match="longer than 2 s"):
        read(path, 2.0)


def test_a_bomb_is_counted_and_never_held(tmp_path, monkeypatch):
    """20 minutes of silence in a tiny FLAC, against a limit of a minute: no block of it is kept."""
    path = tmp_path / "bomb.flac"
    with soundfile.SoundFile(path, "w", 48000, 1, subtype="PCM_16") as bomb:
        minute = np.zeros(60 * 48000, dtype=np.int16)
        for _ in range(20):
            bomb.write(minute)
    assert path.stat().st_size < 400_000
    monkeypatch.setattr("pipeline.codec.sndfile._whole", lambda *_: pytest.fail("it was held"))
    with pytest.raises(TooLong):
        read(path, 60.0)


def test_many_channels_have_less_time(tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.codec.limits.MAX_SAMPLES", 20000)
    with pytest.raises(TooLong, match="2 channels at 16000 Hz are more sound"):
        read(write(tmp_path / "a.wav", tone(1.0, channels=2)))


def test_a_flac_without_a_length_is_read_to_its_end(tmp_path):
    path = write(tmp_path / "a.flac", tone(), subtype="PCM_16")
    data = bytearray(path.read_bytes())
    data[21] &= 0xF0  # STREAMINFO: total samples, 36 bits, and the MD5 after it
    data[22:42] = bytes(20)
    path.write_bytes(bytes(data))
    sample = read(path)
    assert sample.audio.frames == RATE
    assert "damaged" not in sample.steps[0].notes


MUTATED = [("wav", ()), ("flac", ()), ("mp3", ()), ("ogg", ("-c:a", "libvorbis")), ("m4a", ()), ("aac", ())]


@pytest.mark.parametrize(("suffix", "options"), MUTATED, ids=str)
def test_mutated_files_are_read_or_refused(tmp_path, suffix, options):
    whole = transcode(write(tmp_path / "a.wav", tone(0.5)), tmp_path / f"whole.{suffix}", *options).read_bytes()
    rng = np.random.default_rng(11)
    for _ in range(12):
        data = bytearray(whole)
        for at in rng.integers(0, len(data), 8):
            data[at] ^= 1 << int(rng.integers(8))
        path = given(tmp_path, bytes(data[: int(rng.integers(20, len(data)))]))
        with suppress(DecodeError):
            assert np.isfinite(read(path).audio.wave).all()
