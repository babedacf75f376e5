import numpy as np
import pytest

from pipeline.dsp import loudness
from tests.signals import in_room, sine, voice, white


def integrated_loudness_lufs(wave, rate):
    return loudness.integrated_loudness_lufs(loudness.step_powers(wave, rate))


def loudness_range_lu(wave, rate):
    return loudness.loudness_range_lu(loudness.step_powers(wave, rate))


def test_full_scale_997_hz_in_one_channel_reads_minus_three():
    """ITU-R BS.1770-4, section 2.2: a 0 dBFS sine at 997 Hz in one front channel reads -3.01 LKFS."""
    assert integrated_loudness_lufs(sine(997.0, 5.0, 48000, 1.0), 48000) == pytest.approx(-3.01, abs=0.1)


@pytest.mark.parametrize("rate", [16000, 22050, 44100])
def test_other_rates_read_the_same(rate):
    assert integrated_loudness_lufs(sine(997.0, 5.0, rate, 0.1), rate) == pytest.approx(-23.01, abs=0.15)


def test_the_relative_gate_leaves_quiet_parts_out():
    """EBU Tech 3341 case 3: -36, -23, -36 dBFS; here in one channel, 3.01 LU lower."""
    parts = [sine(1000.0, seconds, 48000, 10.0 ** (dbfs / 20.0)) for seconds, dbfs in ((10, -36), (60, -23), (10, -36))]
    assert integrated_loudness_lufs(np.concatenate(parts), 48000) == pytest.approx(-26.01, abs=0.1)


@pytest.mark.parametrize("wave", [np.zeros(48000, np.float32), white(2.0, rms=1e-5), sine(500.0, 0.39)])
def test_silence_and_a_blink_have_no_loudness(wave):
    assert integrated_loudness_lufs(wave, 16000) is None


def test_loudness_range_of_two_levels_is_their_distance():
    """EBU Tech 3342 case 1: -20 then -30 dBFS give 10 LU."""
    wave = np.concatenate([sine(1000.0, 20.0, 16000, 0.1), sine(1000.0, 20.0, 16000, 0.0316)])
    assert loudness_range_lu(wave, 16000) == pytest.approx(10.0, abs=1.0)
    assert loudness_range_lu(np.zeros(80000, np.float32), 16000) is None
    assert loudness_range_lu(wave[:16000], 16000) is None


@pytest.mark.parametrize("rate", [8000, 11025, 44100, 48000])
def test_pyloudnorm_says_the_same(rate):
    """It counts a last block that overhangs the end by up to half a step: hence 0.05 LU."""
    from pyloudnorm import Meter

    wave = in_room(voice(9.04, rate), -50.0)
    reference = Meter(rate).integrated_loudness(wave.astype(np.float64))
    assert integrated_loudness_lufs(wave, rate) == pytest.approx(reference, abs=0.05)


@pytest.mark.parametrize("rate", [8000, 44100, 48000, 192000])
def test_what_is_kept_of_pyloudnorm_is_what_it_designs(rate):
    assert loudness._k_weighting(rate) == loudness.designed(rate)


def test_a_rate_that_is_not_kept_is_designed():
    assert loudness._k_weighting(37800) == loudness.designed(37800)
