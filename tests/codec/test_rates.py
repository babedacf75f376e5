"""The rate is kept up to 48 kHz and never raised."""

import numpy as np
import pytest

from pipeline.codec import read
from pipeline.errors import DecodeError

from .making import AMPLITUDE, level_of, tone, write


@pytest.mark.parametrize("rate", [8000, 11025, 12345, 16000, 22050, 24000, 32000, 44100, 48000])
def test_rates_up_to_48_khz_are_kept(tmp_path, rate):
    sample = read(write(tmp_path / "a.wav", tone(0.2, rate), rate))
    assert (sample.audio.sample_rate_hz, sample.audio.frames) == (rate, round(0.2 * rate))
    assert "resampled_hz" not in sample.steps[0].notes


@pytest.mark.parametrize(
    ("rate", "kept"), [(88200, 44100), (96000, 48000), (176400, 44100), (192000, 48000), (64000, 48000)]
)
def test_higher_rates_come_down(tmp_path, rate, kept):
    sample = read(write(tmp_path / "a.wav", tone(0.5, rate), rate))
    assert sample.audio.sample_rate_hz == sample.steps[0].notes["resampled_hz"] == kept
    assert sample.source.sample_rate_hz == rate
    assert sample.audio.duration_s == pytest.approx(0.5, abs=1.0 / kept)
    assert level_of(sample.audio.wave[0], kept) == pytest.approx(AMPLITUDE, rel=1e-3)


def test_what_is_above_the_new_rate_does_not_fold_down(tmp_path):
    at = np.arange(48000) / 96000
    sample = read(write(tmp_path / "a.wav", 0.5 * np.sin(2 * np.pi * 40000 * at), 96000))
    middle = sample.audio.wave[0, 2000:-2000]
    assert 20 * np.log10(np.sqrt(np.mean(middle**2)) / 0.354) < -90  # soxr HQ: 20 bits


def test_what_overshoots_every_level_on_the_way_down_is_refused(tmp_path):
    wave = 255.9 * np.sign(tone(0.2, 96000))
    with pytest.raises(DecodeError, match="beyond any level"):
        read(write(tmp_path / "a.wav", wave, 96000, subtype="FLOAT"))


def test_a_single_sample_survives_the_way_down(tmp_path):
    assert read(write(tmp_path / "a.wav", np.full((1, 1), 0.5), 96000)).audio.frames == 1


@pytest.mark.parametrize("rate", [1, 1000, 6000, 7999, 900000])
def test_rates_of_no_voice_recording_are_refused(tmp_path, rate):
    with pytest.raises(DecodeError, match=f"{rate} Hz"):
        read(write(tmp_path / "a.wav", tone(0.2, 16000), rate))


def test_more_channels_than_any_recorder_has_are_refused(tmp_path):
    with pytest.raises(DecodeError, match="65 channels"):
        read(write(tmp_path / "a.wav", np.zeros((100, 65))))


def test_channels_are_counted_and_mixed(tmp_path):
    wave = np.zeros((8000, 6))
    wave[:, 2] = tone(0.5)[:, 0]
    sample = read(write(tmp_path / "a.wav", wave))
    assert (sample.source.channels, sample.audio.channels) == (6, 1)
    assert sample.steps[0].notes["channels_used"] == [2]
    assert sample.steps[0].notes["channels"] == "Channels 1, 2, 4, 5, 6 are silent and were left out."
    assert np.abs(sample.audio.wave[0] - wave[:, 2]).max() <= 2.0**-15
