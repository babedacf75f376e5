import numpy as np
import pytest

from pipeline.analysis import Analysis
from pipeline.metrics import METRICS
from tests.signals import audio, in_room, sine, voice, white


def reading(name, wave, rate=16000):
    return METRICS[name].measure(Analysis(audio(wave, rate)))


@pytest.mark.parametrize("rate", [8000, 16000, 48000])
@pytest.mark.parametrize("floor_dbfs", [-75.0, -60.0, -45.0])
def test_snr_is_the_speech_level_over_the_floor(floor_dbfs, rate):
    clean = Analysis(audio(in_room(voice(12.0, rate), -120.0), rate)).speech_level_dbfs
    wave = in_room(voice(12.0, rate), floor_dbfs)
    assert reading("snr_db", wave, rate).value == pytest.approx(clean - floor_dbfs, abs=1.0)
    assert reading("noise_floor_dbfs", wave, rate).value == pytest.approx(floor_dbfs, abs=0.5)


def test_without_a_pause_the_reading_says_how_the_noise_was_found():
    wave = in_room(voice(12.0), -40.0)[10000:14000]  # within a phrase
    measured = reading("snr_db", wave)
    assert "dips" in measured.note
    assert 0.0 < measured.value < 40.0
    assert not reading("snr_db", in_room(voice(12.0))).note


def test_speech_time_is_that_of_the_phrases():
    assert reading("speech_s", in_room(voice(12.0))).value == pytest.approx(10.0, abs=1.0)
    assert reading("speech_ratio", in_room(voice(12.0))).value == pytest.approx(10.0 / 12.0, abs=0.1)


def test_duration_is_counted():
    assert reading("duration_s", white(1.5)).value == 1.5


def test_clipping_tells_where():
    wave = in_room(voice(9.0)).copy()
    wave[40000:42000] = np.clip(4.0 * wave[40000:42000], -0.6, 0.6)
    measured = reading("clipped_ratio", wave)
    assert 0.0 < measured.value < 0.02
    assert all(2.5 <= start < end <= 2.625 for start, end in measured.at_s)


def test_dc_is_told_as_a_share():
    wave = sine(440.0, 2.0, amplitude=0.2 * np.sqrt(2.0))
    assert reading("dc_offset_ratio", wave).value == pytest.approx(0.0, abs=1e-4)
    assert reading("dc_offset_ratio", wave + np.float32(0.2)).value == pytest.approx(np.sqrt(0.5), abs=1e-3)


def test_true_peak_of_a_quarter_rate_sine_lies_between_its_samples():
    wave = sine(4000.0, 1.0, phase=np.pi / 4) * np.hanning(16000).astype(np.float32) ** 0.1
    assert reading("true_peak_dbtp", wave).value == pytest.approx(-6.02, abs=0.2)
    assert 20 * np.log10(np.abs(wave).max()) < -8.9
