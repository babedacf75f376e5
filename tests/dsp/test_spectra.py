import numpy as np
import pytest

from pipeline.dsp.frames import cut_frames
from pipeline.dsp.spectra import band_power, bin_frequencies_hz, mel_weights, power_spectrogram
from tests.signals import sine, white


def test_the_sum_over_bins_is_the_mean_square():
    tone = sine(1000.0, 1.0, amplitude=0.5)
    power = power_spectrogram(tone, 16000).sum(axis=1)
    np.testing.assert_allclose(power[5:-5], 0.125, rtol=1e-3)


def test_noise_has_its_power_spread_evenly():
    spectrum = power_spectrogram(white(20.0, rms=0.1), 16000).mean(axis=0)
    inner = spectrum[2:-2]
    assert abs(inner.sum() / 0.01 - inner.size / (spectrum.size - 1)) < 0.03
    assert inner.std() / inner.mean() < 0.1


def test_a_tone_lies_in_its_bin():
    spectrum = power_spectrogram(sine(3000.0, 1.0), 16000)
    frequencies = bin_frequencies_hz(16000)
    assert abs(frequencies[spectrum[20].argmax()] - 3000.0) <= 16000 / 512


def test_blocks_leave_no_seam():
    wave = white(12.0)
    whole = power_spectrogram(wave, 16000)
    assert whole.shape[0] == cut_frames(wave, 16000).shape[0] > 1024
    np.testing.assert_allclose(whole[510:514], power_spectrogram(wave[: 16000 * 6], 16000)[510:514], rtol=1e-4)


def test_mel_bands_cover_their_range_once_and_hold_no_empty_band():
    weights = mel_weights(16000, 257, 100.0, 8000.0, 20)
    assert weights.sum(axis=1).max() == 1.0
    assert weights.any(axis=0).all()
    assert mel_weights(8000, 129, 100.0, 8000.0, 20).any(axis=0).all()


@pytest.mark.parametrize("bands", [4, 40])
def test_the_power_of_bands_is_the_sum_of_their_bins(bands):
    spectrogram = power_spectrogram(white(1.0), 16000)
    expected = spectrogram @ mel_weights(16000, 257, 300.0, 7000.0, bands)
    np.testing.assert_allclose(band_power(spectrogram, 16000, 300.0, 7000.0, bands), expected, rtol=1e-5)
