"""A tone of known level comes back from every kind of file, whatever its name says."""

import numpy as np
import pytest

from pipeline.codec import read

from .making import AMPLITUDE, RATE, level_of, tone, transcode, write

STEP = {
    "PCM_U8": 2.0**-7,
    "PCM_S8": 2.0**-7,
    "PCM_16": 2.0**-15,
    "PCM_24": 2.0**-23,
    "PCM_32": 2.0**-23,  # float32 keeps 24 bits
    "FLOAT": 2.0**-24,
    "DOUBLE": 2.0**-24,
    "ULAW": 2.0**-5,  # 8-bit logarithmic: the largest segment of ±1 has 16 steps over a half
    "ALAW": 2.0**-5,
}
"""No sample may be off by more than a step."""

IN_PROCESS = [
    ("wav", "WAV", "PCM_U8", "pcm_u8"),
    ("wav", "WAV", "PCM_16", "pcm_s16le"),
    ("wav", "WAV", "PCM_24", "pcm_s24le"),
    ("wav", "WAV", "PCM_32", "pcm_s32le"),
    ("wav", "WAV", "FLOAT", "pcm_f32le"),
    ("wav", "WAV", "DOUBLE", "pcm_f64le"),
    ("wav", "WAV", "ULAW", "mulaw"),
    ("wav", "WAV", "ALAW", "alaw"),
    ("wav", "WAVEX", "PCM_24", "pcm_s24le"),
    ("rf64", "RF64", "PCM_16", "pcm_s16le"),
    ("w64", "W64", "PCM_16", "pcm_s16le"),
    ("aiff", "AIFF", "PCM_16", "pcm_s16be"),
    ("aiff", "AIFF", "FLOAT", "pcm_f32be"),
    ("aiff", "AIFF", "PCM_S8", "pcm_s8"),
    ("au", "AU", "PCM_16", "pcm_s16be"),
    ("caf", "CAF", "PCM_24", "pcm_s24be"),
    ("nist", "NIST", "PCM_16", "pcm_s16le"),
    ("voc", "VOC", "PCM_16", "pcm_s16le"),
    ("flac", "FLAC", "PCM_16", "flac"),
    ("flac", "FLAC", "PCM_24", "flac"),
]


@pytest.mark.parametrize(("container", "form", "subtype", "codec"), IN_PROCESS, ids=lambda value: value)
def test_libsndfile_gives_each_sample_back_within_a_step(tmp_path, container, form, subtype, codec):
    wave = tone()
    sample = read(write(tmp_path / "take", wave, format=form, subtype=subtype))
    assert (sample.source.container, sample.source.codec) == (container, codec)
    assert (sample.source.sample_rate_hz, sample.source.channels, sample.source.duration_s) == (RATE, 1, 1.0)
    assert sample.steps[0].notes == {"decoder": "libsndfile"}
    assert np.abs(sample.audio.wave[0] - wave[:, 0]).max() <= STEP[subtype]


LOSSY = [
    ("mp3", "mp3", "mp3", "libsndfile", ("-c:a", "libmp3lame", "-b:a", "64k")),
    ("ogg", "vorbis", "ogg", "libsndfile", ("-c:a", "libvorbis")),
    ("ogg", "opus", "opus", "libsndfile", ("-c:a", "libopus")),
    ("ogg", "flac", "oga", "ffmpeg", ("-c:a", "flac")),
    ("aac", "aac", "aac", "ffmpeg", ("-c:a", "aac")),
    ("latm", "aac_latm", "latm", "ffmpeg", ("-c:a", "aac", "-f", "latm")),
    ("mp4", "aac", "m4a", "ffmpeg", ("-c:a", "aac")),
    ("mp4", "aac", "3gp", "ffmpeg", ("-c:a", "aac")),
    ("mp4", "alac", "m4a", "ffmpeg", ("-c:a", "alac")),
    ("webm", "opus", "webm", "ffmpeg", ("-c:a", "libopus")),
    ("matroska", "vorbis", "mka", "ffmpeg", ("-c:a", "libvorbis")),
    ("asf", "wmav2", "wma", "ffmpeg", ("-c:a", "wmav2")),
    ("wavpack", "wavpack", "wv", "ffmpeg", ("-c:a", "wavpack")),
    ("tta", "tta", "tta", "ffmpeg", ("-c:a", "tta")),
    ("amr", "amr_nb", "amr", "ffmpeg", ("-c:a", "libopencore_amrnb", "-ar", "8000")),
    ("caf", "alac", "caf", "ffmpeg", ("-c:a", "alac")),
    ("wav", "mp3", "wav", "libsndfile", ("-c:a", "libmp3lame", "-b:a", "64k")),
]


@pytest.fixture(scope="session")
def take(tmp_path_factory):
    return write(tmp_path_factory.mktemp("take") / "take.wav", tone(2.0))


@pytest.fixture(scope="session")
def made(tmp_path_factory, take):
    """Make a file of a kind once for all tests."""
    folder, kept = tmp_path_factory.mktemp("made"), {}

    def make(suffix, options=()):
        key = (suffix, *options)
        if key not in kept:
            kept[key] = transcode(take, folder / f"take{len(kept)}.{suffix}", *options)
        return kept[key]

    return make


@pytest.mark.parametrize(("container", "codec", "suffix", "decoder", "options"), LOSSY, ids=str)
def test_the_level_survives_every_other_kind(made, container, codec, suffix, decoder, options):
    sample = read(made(suffix, options))
    assert sample.source.container == container
    assert sample.source.codec == codec
    rates = {"opus": {16000, 48000}, "amr_nb": {8000}}.get(codec, {RATE})
    assert sample.source.sample_rate_hz in rates
    assert sample.audio.sample_rate_hz == sample.source.sample_rate_hz
    # Frames of a codec are at most 2048 samples, and a decoder may leave one of padding at either end.
    assert sample.source.duration_s == pytest.approx(2.0, abs=2 * 2048 / RATE)
    lossless = codec in {"flac", "alac", "wavpack", "tta"}
    # Codecs keep a tone within 0.3 dB, LAME on top of its own factor of 0.95; AMR, which models a throat, within 2 dB.
    tolerance = 2.0**-15 if lossless else {"mp3": 0.08, "amr_nb": 0.2}.get(codec, 0.03)
    assert level_of(sample.audio.wave[0], sample.audio.sample_rate_hz) == pytest.approx(AMPLITUDE, rel=tolerance)
    assert sample.steps[0].notes == {"decoder": decoder}


def test_ffmpeg_gives_16_bits_back_exactly(made, take):
    """Turning down by 12 dB and up again loses nothing."""
    there, back = read(take), read(made("m4a", ("-c:a", "alac")))
    assert np.array_equal(there.audio.wave, back.audio.wave)


def test_overshoots_of_a_lossy_decoder_are_not_cut_off(tmp_path):
    """A square at full scale overshoots when its upper harmonics are gone; cut off it would look clipped."""
    square = np.sign(tone(1.0, 44100)) * 0.99
    aac = transcode(write(tmp_path / "a.wav", square, 44100), tmp_path / "a.m4a", "-c:a", "aac", "-b:a", "96k")
    wave = read(aac).audio.wave
    assert np.abs(wave).max() > 1.0
    assert np.count_nonzero(np.abs(wave) == np.abs(wave).max()) < 3


def test_pydub_alone_decodes_the_same(made):
    """The reference: plain pydub at the same ffmpeg, which rounds to 16 bits where we keep 30."""
    from pydub import AudioSegment

    from pipeline.codec.ffmpeg import find_program

    path = made("m4a", ("-c:a", "aac"))
    kept, AudioSegment.converter = AudioSegment.converter, find_program()
    try:
        segment = AudioSegment.from_file(str(path), format="mp4", codec="aac")
    finally:
        AudioSegment.converter = kept
    ours = read(path)
    theirs = np.array(segment.get_array_of_samples(), dtype=np.float64) / 2.0 ** (8 * segment.sample_width - 1)
    assert (segment.frame_rate, segment.channels, segment.sample_width) == (RATE, 1, 2)
    assert theirs.size == ours.audio.frames
    # Half a step of rounding, and one step of the triangular dither that ffmpeg may add.
    assert np.abs(theirs - ours.audio.wave[0]).max() <= 1.5 * 2.0**-15


@pytest.mark.parametrize(
    ("suffix", "lie"), [("wav", "mp3"), ("mp3", "wav"), ("m4a", "flac"), ("ogg", "txt"), ("flac", "")]
)
def test_the_suffix_is_never_asked(made, tmp_path, suffix, lie):
    honest = made(suffix)
    liar = tmp_path / (f"take.{lie}" if lie else "take")
    liar.write_bytes(honest.read_bytes())
    one, other = read(honest), read(liar)
    assert np.array_equal(one.audio.wave, other.audio.wave)
    assert one.source == other.source


def test_an_upper_case_suffix_is_nothing_special(made, tmp_path):
    loud = tmp_path / "TAKE.M4A"
    loud.write_bytes(made("m4a").read_bytes())
    assert read(loud).source.container == "mp4"


@pytest.mark.parametrize("suffix", ["flac", "mp3", "wav"])
def test_tags_before_the_sound_are_skipped(made, tmp_path, suffix):
    tag = b"ID3\x04\x00\x00\x00\x00\x02\x00" + bytes(256)
    tagged = tmp_path / "tagged"
    tagged.write_bytes(tag + tag + made(suffix).read_bytes())
    assert read(tagged).source.container == suffix
    assert read(tagged).audio.frames == read(made(suffix)).audio.frames


def test_an_mp3_after_some_garbage_is_found(made, tmp_path):
    garbage = np.random.default_rng(3).integers(0, 255, 4000, dtype=np.uint8).tobytes()
    late = tmp_path / "late.mp3"
    late.write_bytes(garbage + made("mp3").read_bytes())
    assert read(late).source.duration_s == pytest.approx(2.0, abs=0.2)
