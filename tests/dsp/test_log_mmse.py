import numpy as np
import pytest

from pipeline.analysis import Analysis
from pipeline.dsp.filtering import filtered
from pipeline.dsp.log_mmse import log_mmse_gains
from pipeline.dsp.noise_spectrum import noise_spectra
from tests.signals import audio, in_room, voice, white


@pytest.mark.parametrize("rate", [8000, 22050, 44100])
@pytest.mark.parametrize("seconds", [0.001, 0.7, 3.0])
def test_gains_of_one_give_the_wave_back(rate, seconds):
    wave = white(seconds, rate)
    analysis = Analysis(audio(wave, rate))
    same = filtered(analysis.centred, rate, [np.ones_like(analysis.spectrogram)])
    assert np.abs(same - analysis.centred).max() < 1e-5


def test_noise_alone_falls_to_the_floor_and_a_loud_tone_stays():
    """Noise at its own mean keeps the floor and the little that the estimator leaves; a tone has gain 1."""
    noise = np.full((1, 4), 1e-6, np.float32)
    power = np.random.default_rng(1).exponential(1e-6, (400, 4)).astype(np.float32)
    power[:, 3] = 1e-2
    gains = np.concatenate(list(log_mmse_gains(power, np.repeat(noise, 5, axis=0), 0.1)))
    assert 0.1 <= np.median(gains[50:, :3]) < 0.2
    assert gains[50:, 3].min() > 0.99
    assert gains.min() >= 0.1


def test_the_noise_is_learned_where_it_is():
    """Noise that is 6 dB louder in the second half: each half is learned by its own pauses, less what 5 s and the
    prior leak."""
    wave = voice(40.0)
    room = np.where(np.arange(wave.size) < wave.size // 2, 1e-3, 2e-3).astype(np.float32)
    analysis = Analysis(audio(wave + room * white(40.0, rms=1.0, seed=2)))
    level_db = 10.0 * np.log10(noise_spectra(analysis.spectrogram, analysis.voice, 31.25).sum(axis=1))
    assert level_db[38] - level_db[2] == pytest.approx(6.0, abs=2.0)


def test_without_pauses_the_quiet_moments_tell_the_noise():
    wave = in_room(voice(12.0), -40.0)
    analysis = Analysis(audio(wave))
    known = noise_spectra(analysis.spectrogram, analysis.voice, 31.25).mean(axis=0)
    analysis.voice.pause[:] = False
    guessed = noise_spectra(analysis.spectrogram, analysis.voice, 31.25)[0]
    off_db = 10.0 * np.log10(guessed[40:] / known[40:])
    assert abs(np.median(off_db)) < 3.0


def as_the_equations_stand(power, noise, floor_gain):
    """Ephraim and Malah 1985, eq. 20, in float64 and without a table."""
    from scipy.special import exp1

    gains, before = np.empty(power.shape), np.ones(power.shape[1])
    for at, now in enumerate(power.astype(float)):
        posterior = np.minimum(now / noise[at // 100], 1e4)
        prior = np.maximum(0.98 * before + 0.02 * np.maximum(posterior - 1.0, 0.0), 10.0**-2.5)
        share = prior / (1.0 + prior)
        gains[at] = np.minimum(share * np.exp(0.5 * exp1(np.maximum(share * posterior, 1e-3))), 1.0)
        before = gains[at] ** 2 * posterior
    return floor_gain + (1.0 - floor_gain) * gains


def test_the_table_says_what_the_equations_say():
    """Steps of a thousandth of the argument: the gain is off by less than that, the sound by less than -60 dB."""
    rng = np.random.default_rng(3)
    power = (rng.exponential(size=(450, 60)) * rng.lognormal(0.0, 3.0, (450, 1))).astype(np.float32)
    noise = rng.uniform(0.2, 2.0, (5, 60)).astype(np.float32)
    exact = as_the_equations_stand(power, noise, 0.1)
    off = np.concatenate(list(log_mmse_gains(power, noise, 0.1))) - exact
    assert np.abs(off).max() < 2e-3
    assert 10.0 * np.log10(np.mean(off**2) / np.mean(exact**2)) < -60.0
