import numpy as np
import pytest

from pipeline.dsp.resolution import quantisation_noise_power
from tests.signals import sine, voice, white


@pytest.mark.parametrize("bits", [5, 8, 12])
@pytest.mark.parametrize("gain", [1.0, 0.0371])
def test_the_noise_of_rounding_is_measured(bits, gain):
    wave = voice(6.0)
    step = 2.0 ** (1 - bits)
    rounded = (np.round(wave / step) * step).astype(np.float32)
    made = float(np.mean(np.square((rounded - wave)[np.abs(wave) > 4 * step]))) * gain**2
    assert 10.0 * np.log10(quantisation_noise_power(rounded * np.float32(gain)) / made) == pytest.approx(0.0, abs=0.5)


@pytest.mark.parametrize("wave", [white(2.0, rms=0.1), voice(6.0), sine(440.0, 2.0), np.zeros(16000, np.float32)])
def test_what_lies_on_no_grid_has_next_to_none(wave):
    assert quantisation_noise_power(wave) < 1e-9
