import numpy as np
import pytest

from pipeline.analysis import Analysis
from pipeline.dsp.frames import to_db
from pipeline.dsp.limiter import limited
from pipeline.errors import UsageError
from pipeline.sample import Sample
from pipeline.stages import NormalizeLoudness
from tests.signals import audio, in_room, sine, voice


@pytest.mark.parametrize("rate", [16000, 44100])
@pytest.mark.parametrize("gain", [0.01, 0.3, 1.9])
@pytest.mark.parametrize("target_lufs", [-30.0, -20.0])
def test_the_stated_loudness_is_reached_under_the_ceiling(target_lufs, gain, rate):
    sound = audio(in_room(voice(9.0, rate)) * np.float32(gain), rate)
    sample = NormalizeLoudness(target_lufs, -3.0)(Sample(sound))
    after = Analysis(sample.audio)
    assert after.loudness_lufs == pytest.approx(sample.steps[0].notes["target_lufs"], abs=0.01)
    assert to_db(after.true_peak**2) <= -3.0


def test_it_is_one_gain():
    sound = audio(in_room(voice(9.0)))
    sample = NormalizeLoudness(-30.0)(Sample(sound))
    gain = 10.0 ** (sample.steps[0].notes["gain_db"] / 20.0)
    np.testing.assert_allclose(sample.audio.wave, sound.wave * gain, rtol=2e-4)


def test_peaks_lower_the_target_rather_than_being_pressed():
    wave = in_room(voice(9.0)) * np.float32(0.05)
    wave[30000] = 0.5
    notes = NormalizeLoudness(-20.0, -3.0)(Sample(audio(wave))).steps[0].notes
    assert notes["target_lufs"] < -21.0
    assert notes["asked_lufs"] == -20.0
    assert notes["gain_db"] == pytest.approx(3.0, abs=0.3)


def test_what_is_at_its_target_is_left_alone():
    once = NormalizeLoudness(-25.0)(audio(sine(997.0, 3.0, amplitude=0.01)))
    twice = NormalizeLoudness(-25.0)(Sample(once))
    assert twice.audio is once
    assert "target" in twice.steps[0].why


@pytest.mark.parametrize(("target", "ceiling"), [(1.0, -3.0), (-80.0, -3.0), (-20.0, 0.5), (-20.0, -70.0)])
def test_parameters_out_of_range_are_refused(target, ceiling):
    with pytest.raises(UsageError, match="loudness"):
        NormalizeLoudness(target, ceiling)


def test_a_quiet_sparse_take_reaches_its_target_too():
    """The gate at -70 LUFS opens for more of it as it gets louder: one gain by the first reading would miss."""
    voices = [voice(6.0) * np.float32(10.0 ** (gain_db / 20.0)) for gain_db in (-52.0, -44.0)]
    sample = NormalizeLoudness(-24.0)(Sample(audio(np.concatenate(voices))))
    single_gain_db = -24.0 - Analysis(audio(np.concatenate(voices))).loudness_lufs
    assert abs(sample.steps[0].notes["gain_db"] - single_gain_db) > 0.3  # one reading would have missed
    assert Analysis(sample.audio).loudness_lufs == pytest.approx(-24.0, abs=0.1)
    assert sample.steps[0].notes["target_lufs"] == pytest.approx(-24.0, abs=0.1)


def test_a_limiter_on_request_reaches_the_target_under_the_ceiling():
    """6 dB of limiting bring a voice under lonely peaks up to 6 dB nearer (the peaks' own share falls), never over the
    ceiling."""
    wave = in_room(voice(9.0)) * np.float32(0.05)
    wave[20000:100000:8000] = 0.5
    plain, pressed = (NormalizeLoudness(-20.0, -3.0, limit)(Sample(audio(wave))) for limit in (0.0, 6.0))
    notes = pressed.steps[0].notes
    assert notes["limited_db"] == pytest.approx(6.0, abs=0.2)
    gained_lu = notes["target_lufs"] - plain.steps[0].notes["target_lufs"]
    assert 3.0 < gained_lu <= 6.0
    assert to_db(Analysis(pressed.audio).true_peak ** 2) <= -3.0
    with pytest.raises(UsageError, match="limit_db"):
        NormalizeLoudness(limit_db=20.0)


def test_the_limiter_changes_nothing_but_near_peaks():
    """A gain that is 1 further than its look-ahead from the peak, and bends no wave: a sine stays one."""
    tone = sine(200.0, 2.0, amplitude=0.4)
    tone[16000:16004] = 0.9
    less, reduction_db = limited(tone[None, :], 16000, 0.5)
    assert 20.0 * np.log10(0.9 / 0.5) <= reduction_db < 8.0  # between its samples the step stands higher
    assert np.abs(less).max() <= 0.5
    far = np.abs(np.arange(tone.size) - 16000) > 0.07 * 16000
    assert np.array_equal(less[0][far], tone[far])
    same, none_db = limited(tone[None, :], 16000, 1.5)
    assert none_db == 0.0
    assert same[0] is not None
    assert np.array_equal(same[0], tone)
