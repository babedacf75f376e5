import numpy as np
import pytest
from scipy.ndimage import maximum_filter1d

from pipeline.dsp.speech_level import _hold, active_speech_level_dbfs, envelope, level_of, without
from tests.signals import sine, voice, white


def test_a_steady_tone_is_all_activity_at_its_own_power():
    level, activity = active_speech_level_dbfs(sine(1000.0, 5.0, amplitude=0.5), 16000)
    assert level == pytest.approx(-9.03, abs=0.15)  # 10 log10(0.125); the envelope needs 0.1 s to rise
    assert activity == pytest.approx(1.0, abs=0.03)


@pytest.mark.parametrize("pause_s", [5.0, 20.0])
def test_silence_does_not_lower_the_level(pause_s):
    noise = white(5.0, rms=0.1)
    padded = np.concatenate([noise, np.zeros(round(pause_s * 16000), np.float32)])
    level, activity = active_speech_level_dbfs(padded, 16000)
    assert level == pytest.approx(-20.0, abs=0.5)  # the hangover counts 0.2 s of 5 s more: 0.2 dB
    assert activity == pytest.approx(5.0 / (5.0 + pause_s), rel=0.1)


@pytest.mark.parametrize("gain_db", [-30.0, -6.5, 6.0])
def test_gain_moves_the_level_by_itself(gain_db):
    wave = voice(9.0)
    before, _ = active_speech_level_dbfs(wave, 16000)
    after, _ = active_speech_level_dbfs(wave * np.float32(10.0 ** (gain_db / 20.0)), 16000)
    assert after - before == pytest.approx(gain_db, abs=0.1)


@pytest.mark.parametrize("rate", [8000, 16000, 44100, 48000])
def test_the_rate_does_not_matter(rate):
    level, activity = active_speech_level_dbfs(voice(9.0, rate), rate)
    reference, share = active_speech_level_dbfs(voice(9.0, 16000), 16000)
    assert level == pytest.approx(reference, abs=1.0)  # the voice itself has more harmonics at higher rates
    assert activity == pytest.approx(share, abs=0.03)


def test_silence_has_no_level():
    assert active_speech_level_dbfs(np.zeros(1000, np.float32), 16000) is None


@pytest.mark.parametrize("size", [1, 3, 199, 200, 201, 5000])
def test_the_envelope_is_held_as_scipy_holds_it(size):
    envelope = np.random.default_rng(7).random(size)
    reference = maximum_filter1d(envelope, 200, origin=99, mode="constant")
    np.testing.assert_array_equal(_hold(envelope), reference)


def test_frames_left_out_leave_the_level_of_the_others():
    near, far = white(2.0, rms=0.3), np.float32(0.05) * voice(20.0)
    alone, _ = active_speech_level_dbfs(far, 16000)
    both = np.concatenate([near, far])
    heard = envelope(both, 16000)
    left_out = np.arange(2200) < 200
    frame_power = np.array([np.mean(part**2) for part in np.array_split(both.astype(np.float64), 2200)])
    assert level_of(heard)[0] > alone + 20.0
    assert level_of(without(heard, left_out, frame_power))[0] == pytest.approx(
        alone, abs=0.15
    )  # what dies away is 0.3 s of 12 more
