import numpy as np
import pytest
from scipy.signal import resample_poly

from pipeline.dsp.true_peak import true_peak
from tests import slow
from tests.signals import sine, voice, white


@pytest.mark.parametrize("phase_deg", [0.0, 22.5, 45.0])
@pytest.mark.parametrize("divisor", [4, 6, 8, 3.7])
def test_a_sines_peak_is_found_between_the_samples(divisor, phase_deg):
    rate = 48000
    wave = sine(rate / divisor, 0.5, rate, 0.5, np.deg2rad(phase_deg))
    wave *= np.hanning(wave.size).astype(np.float32) ** 0.1  # no step at the ends
    level_db = 20.0 * np.log10(true_peak(wave) / 0.5)
    assert -0.4 <= level_db <= 0.2  # EBU Tech 3341, minimum requirement 3


@pytest.mark.parametrize("wave", [voice(6.0), white(3.0), voice(6.0, 48000)])
def test_leaving_quiet_blocks_out_changes_nothing(wave):
    full = np.abs(resample_poly(np.pad(wave.astype(np.float64), 64), 4, 1, window=("kaiser", 5.0))).max()
    assert true_peak(wave) == pytest.approx(full, rel=0.02)  # two filters of 0.1 dB ripple each


def test_the_peak_is_at_least_the_samples_and_silence_has_none():
    assert true_peak(np.array([0.25], np.float32)) == 0.25
    assert true_peak(np.zeros(10000, np.float32)) == 0.0


@pytest.mark.parametrize("samples", [1, 2, 40, 1023, 1024, 1025, 5000])
def test_the_ends_of_a_wave_are_looked_at(samples):
    wave = np.zeros(samples, np.float32)
    wave[-2:] = 0.5
    assert true_peak(wave) == pytest.approx(slow.true_peak(wave), rel=1e-6)


def test_nothing_between_the_samples_is_missed():
    """White noise jumps, a voice glides: the peak of the first is found with many stretches, of the second with few."""
    for wave in (white(2.0), voice(6.0, 44100), voice(6.0, 44100) ** 3, np.sign(voice(3.0))):
        assert true_peak(wave) == pytest.approx(slow.true_peak(wave), rel=1e-6)
