"""Pictures and sound for the report, on waves of which the answer is known."""

import io
from contextlib import closing

import numpy as np
import pytest
import soundfile

from pipeline.analysis import Analysis
from pipeline.audio import Audio
from pipeline.engine import process_file
from pipeline.errors import EncodeError
from pipeline.preview import Came, draw, read_preview
from pipeline.preview.files import sound_file
from pipeline.preview.picture import (
    BANDS,
    COLUMNS,
    HIGH_HZ,
    LOW_HZ,
    RAMP,
    RANGE_DB,
    envelope,
    frequency_lines,
    mel_levels_db,
)
from pipeline.preview.sound import FULL, PLAYS_HZ, matching_gain_db, peak_dbfs, write_flac
from pipeline.profile import load_profile
from tests.signals import audio, in_room, voice

RATE = 22_050


def test_the_envelope_holds_every_peak():
    mono = np.zeros(30_000, np.float32)
    mono[12_345], mono[12_400] = 0.5, -0.25
    low, high = envelope(mono)
    assert (low.size, high.size) == (600, 600)
    assert (high.max(), high.argmax()) == (50, 246)
    assert (low.min(), low.argmin()) == (-25, 248)
    assert [edge.size for edge in envelope(mono[:7])] == [7, 7]


def test_the_mel_spectrogram_is_librosas():
    """The same levels, within what triangles instead of rectangles and other frames make of them: under 6 dB."""
    import librosa

    rng = np.random.default_rng(5)
    mono = (voice(8.0, RATE) + 0.003 * rng.standard_normal(8 * RATE)).astype(np.float32)
    analysis = Analysis(Audio(mono[None], RATE))
    ours = mel_levels_db(analysis.spectrogram, RATE)
    hop = mono.size // COLUMNS
    power = librosa.feature.melspectrogram(
        y=mono, sr=RATE, n_fft=1024, hop_length=hop, n_mels=len(ours), fmin=LOW_HZ, fmax=RATE / 2, htk=True, norm=1
    )
    theirs = librosa.power_to_db(power, ref=np.max, top_db=RANGE_DB)[:, : ours.shape[1]]
    mine = ours[:, : theirs.shape[1]]
    assert np.corrcoef(mine.ravel(), theirs.ravel())[0, 1] > 0.9
    assert np.median(np.abs(mine.mean(axis=1) - theirs.mean(axis=1))) < 6.0


def test_a_tone_is_a_line_at_its_height():
    from PIL import Image

    time_s = np.arange(4 * RATE) / RATE
    tone = (0.3 * np.sin(2 * np.pi * 1000.0 * time_s)).astype(np.float32)
    picture = draw(Analysis(Audio(tone[None], RATE)))
    image = np.asarray(Image.open(io.BytesIO(picture.mel)).convert("L"), dtype=float)
    brightest = image.mean(axis=1).argmax()
    mel = [2595.0 * np.log10(1.0 + hz / 700.0) for hz in (LOW_HZ, 1000.0, min(HIGH_HZ, RATE / 2))]
    expected = image.shape[0] * (1.0 - (mel[1] - mel[0]) / (mel[2] - mel[0]))
    assert abs(brightest - expected) < 3.0  # the bands that hold no bin are left out at the foot
    assert image.shape == (pytest.approx(BANDS, abs=4), 401)  # every 10 ms
    assert picture.duration_s == 4.0
    lines = dict(picture.hertz)
    assert brightest == pytest.approx(lines[1000] / 100.0 * image.shape[0], abs=1.0)  # the label stands at the tone
    assert list(lines) == [1000, 4000, 8000]


@pytest.mark.parametrize(("rate", "lines"), [(8_000, [1000, 4000]), (16_000, [1000, 4000, 8000]), (4_000, [1000])])
def test_frequencies_are_told_as_far_as_the_picture_goes(rate, lines):
    assert [hertz for hertz, _ in frequency_lines(rate, BANDS)] == lines


def test_louder_is_lighter_and_the_colours_tell_it_in_grey():
    grey = [0.299 * red + 0.587 * green + 0.114 * blue for _, (red, green, blue) in RAMP]
    assert grey == sorted(grey)


@pytest.mark.parametrize(
    ("loudness", "wanted", "peak", "gain"),
    [(-30.0, -20.0, -20.0, 10.0), (-30.0, -20.0, -6.0, 5.9), (-10.0, -20.0, 0.0, -10.0), (None, -20.0, 0.0, 0.0)],
)
def test_the_gain_matches_loudness_under_full_scale(loudness, wanted, peak, gain):
    assert matching_gain_db(loudness, wanted, peak) == pytest.approx(gain)


def test_the_peak_of_silence_is_far_down():
    assert peak_dbfs(np.zeros(10, np.float32)) == -200.0
    assert peak_dbfs(np.array([0.5], np.float32)) == pytest.approx(-6.02, abs=0.01)


def test_what_came_is_kept_as_fine_as_any_gain_needs_it():
    """To half a step of 16 bits once it is as loud as can be, however faint it was."""
    wave = in_room(voice(3.0)) * np.float32(0.003)
    with closing(Came.of(audio(wave))) as came:
        kept = came.sound() * (came.peak / FULL)
        assert came.peak == np.abs(wave).max()
        assert np.abs(kept - wave).max() < 0.501 * came.peak / FULL
    with closing(Came.of(audio(np.zeros(1600, np.float32)))) as came:
        assert not came.sound().any()


def test_a_disk_without_room_is_said(monkeypatch):
    class Full(io.BytesIO):
        def writelines(self, lines):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryFile", Full)
    with pytest.raises(EncodeError, match="No space left"):
        Came.of(audio(voice(1.0)))


def test_what_browsers_may_not_play_is_brought_down(tmp_path):
    analysis = Analysis(audio(in_room(voice(3.0, 96_000)), 96_000))
    write_flac(analysis.mono, 96_000, 0.5 * FULL, tmp_path / "deep" / "take.flac")
    info = soundfile.info(tmp_path / "deep/take.flac")
    assert (info.samplerate, info.channels, info.format) == (PLAYS_HZ, 1, "FLAC")
    assert info.frames == pytest.approx(3 * PLAYS_HZ, abs=1)


def test_a_disk_that_takes_nothing_is_said(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(EncodeError, match=r"take\.flac"):
        write_flac(voice(1.0), 16_000, FULL, tmp_path / "file" / "take.flac")


@pytest.fixture(scope="module")
def faint(tmp_path_factory):
    """A faint take, processed: out folder and record."""
    root = tmp_path_factory.mktemp("faint")
    sound = audio(in_room(voice(34.0)) * np.float32(0.02))
    soundfile.write(root / "faint.wav", sound.wave[0], sound.sample_rate_hz)
    return root, process_file(load_profile("clone"), root / "faint.wav", root, preview=True)


def heard_lufs(file, volume):
    mono, rate = soundfile.read(file, dtype="float32")
    return Analysis(audio(mono * volume, rate)).loudness_lufs


def test_before_and_after_are_equally_loud(faint):
    root, record = faint
    preview = read_preview(root, record.path)
    before = heard_lufs(sound_file(root, record.path, "before"), 1.0)
    after = heard_lufs(root / record.output.path, preview.after_volume)
    assert preview.gain_db > 10.0
    assert before == pytest.approx(after, abs=0.3)


def test_nothing_is_kept_unless_asked(faint, tmp_path):
    process_file(load_profile("clone"), faint[0] / "faint.wav", tmp_path)
    assert not (tmp_path / "report").exists()


def test_what_another_version_wrote_is_no_preview(tmp_path):
    (tmp_path / "report").mkdir()
    (tmp_path / "report/take.json").write_text('{"pictures": 3}')
    assert read_preview(tmp_path, "take") is None
    assert read_preview(tmp_path, "none") is None
