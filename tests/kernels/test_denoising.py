"""Denoising: gains are evaluated where numpy looks them up; the noise is the same, and the sound to -90 dB."""

from functools import partial
from itertools import product

import numpy as np
import pytest

from pipeline import kernels
from pipeline.analysis import Analysis
from pipeline.dsp import noise_spectrum
from pipeline.dsp.filtering import filtered, grid
from pipeline.dsp.frames import means
from pipeline.dsp.log_mmse import log_mmse_gains, rule
from pipeline.dsp.noise_lowering import noise_lowered
from pipeline.dsp.noise_spectrum import noise_spectra
from pipeline.dsp.spectra import power_spectrogram
from pipeline.dsp.voice import VoiceActivity
from pipeline.stages import Denoise
from tests.kernels import both, needs_compiled
from tests.signals import audio, in_room, voice, white

pytestmark = needs_compiled
RATES = (8_000, 11_025, 16_000, 22_050, 24_000, 44_100, 48_000, 96_000)
SIZES = (0, 1, 2, 3, 79, 80, 256, 400, 1_411, 1_412, 5_000)
KINDS = {
    "voice": lambda samples, rate: in_room(voice(1.0 + samples / rate, rate), -40.0)[:samples],
    "noise": lambda samples, rate: white(1.0 + samples / rate, rate)[:samples],
    "zeros": lambda samples, _: np.zeros(samples),
    "dc": lambda samples, _: np.full(samples, 0.3),
    "full scale": lambda samples, _: np.where(np.arange(samples) // 50 % 2, 1.0, -1.0),
}


def made(kind, samples, rate):
    return KINDS[kind](samples, rate).astype(np.float32)


def far_db(one, other):
    """Return the power of the difference of two waves, against that of the second."""
    off = np.mean(np.square(one.astype(np.float64) - other)) / max(1e-12, np.mean(np.square(other.astype(np.float64))))
    return 10.0 * np.log10(max(off, 1e-20))


def random_power(frames, bins, seed=1):
    rng = np.random.default_rng(seed)
    return (rng.exponential(size=(frames, bins)) * rng.lognormal(0.0, 3.0, (frames, 1)) * 1e-6).astype(np.float32)


def activity(frames, pause=0.3, empty=0.05, seed=2):
    drawn = np.random.default_rng(seed).uniform(size=frames)
    still, nothing = drawn < pause, drawn > 1.0 - empty
    flags = {"pause": still, "empty": nothing, "speech": ~still & ~nothing}
    blank = {name: np.zeros(frames, dtype=bool) for name in VoiceActivity.__dataclass_fields__}
    return VoiceActivity(**(blank | {name: flag for name, flag in flags.items() if name in blank}))


@pytest.mark.parametrize("frames", [0, 1, 99, 100, 101, 3_300])
def test_gains_differ_by_the_step_of_the_table(frames):
    """A step is a thousandth of the argument; -80 dB on the whole."""
    power, noise = random_power(frames, 37), random_power(1 + frames // 100, 37, seed=5)
    quick, slow = both(lambda: np.concatenate([np.empty((0, 37), np.float32), *log_mmse_gains(power, noise, 0.1)]))
    assert quick.dtype == slow.dtype == np.float32
    assert np.abs(quick - slow).max(initial=0.0) < 2e-3
    assert frames == 0 or far_db(quick, slow) < -80.0


def test_what_is_evaluated_is_nearer_to_the_equation_than_the_table():
    """Where no frame is remembered, a gain is that of its argument: to a hundred-thousandth."""
    from scipy.special import exp1

    posterior = np.geomspace(1e-6, 1e5, 20_001, dtype=np.float32)
    weight, most, least_argument, least, _ = rule(0.0)
    gains, held = np.empty_like(posterior), np.full(posterior.size, 2.0 * weight, np.float32)
    kernels.compiled.log_mmse_gains(posterior, np.ones_like(posterior), rule(0.0), held, gains)
    limited = np.minimum(posterior.astype(float), most)
    share = 1.0 - (1.0 + weight) / np.maximum(np.maximum(limited, 1.0) + 2.0 * weight, least)
    exact = np.minimum(share * np.exp(0.5 * exp1(np.maximum(share * limited, least_argument))), 1.0)
    np.testing.assert_allclose(gains, exact, rtol=1e-5)
    np.testing.assert_allclose(held, weight * (1.0 + exact**2 * limited), rtol=2e-5)


@pytest.mark.parametrize("value", [0.0, np.nan, np.inf, -1.0, 3e38, 1e-45])
def test_whatever_the_power_is_gains_are_in_their_range(value):
    power = np.full((250, 5), value, np.float32)
    gains = np.concatenate(list(log_mmse_gains(power, np.full((3, 5), 1e-9, np.float32), 0.1)))
    assert ((gains >= 0.1 - 1e-6) & (gains <= 1.0 + 1e-6)).all()


@pytest.mark.parametrize(("rate", "kind"), [*product(RATES, KINDS), (60, "noise"), (441, "noise"), (1_000, "dc")])
def test_filtering_rounds_otherwise_and_no_more(rate, kind):
    """Two transforms and a sum of four windows in float32: a hundred roundings of 6e-8 of the largest, at random."""
    for samples in SIZES:
        wave = made(kind, samples, rate)
        power = power_spectrogram(wave, rate)
        gains = np.random.default_rng(3).uniform(0.1, 1.0, power.shape).astype(np.float32)
        blocks = np.split(gains, range(7, len(gains), 7))
        quick, slow = both(partial(filtered, wave, rate, blocks, 0.01))
        assert quick.shape == slow.shape
        assert np.abs(quick - slow).max(initial=0.0) < 3e-6


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("channels", [1, 2, 3])
def test_each_channel_is_filtered_by_the_gains_of_the_mix(rate, channels):
    for samples in (*SIZES[1:], 3 * rate + 17):
        spoken = made("voice", samples, rate)
        wave = np.stack([spoken * np.float32(0.5 + at) + np.float32(0.1 * at) for at in range(channels)])
        power = power_spectrogram(wave.mean(axis=0), rate)
        noise = np.repeat(0.1 * power.mean(axis=0, keepdims=True), 1 + len(power) // 100, axis=0)
        quick, slow = both(partial(noise_lowered, wave, rate, power, noise, 0.1))
        assert quick.shape == slow.shape == wave.shape
        assert all(far_db(one, other) < -90.0 for one, other in zip(quick, slow, strict=True))


@pytest.mark.parametrize("snr_db", [5.0, 10.0, 15.0, 20.0, 25.0, 30.0])
@pytest.mark.parametrize("rate", [16_000, 44_100])
def test_what_is_heard_is_the_same(rate, snr_db):
    spoken = voice(8.0, rate)
    level_dbfs = 10.0 * np.log10(np.mean(np.square(spoken, dtype=np.float64)))
    noisy = audio(in_room(spoken, level_dbfs - snr_db), rate)
    quick, slow = both(lambda: Denoise().apply(noisy, Analysis(noisy)))
    assert quick.why == slow.why
    assert quick.audio is not None
    assert far_db(quick.audio.wave, slow.audio.wave) < -90.0


@pytest.mark.parametrize("frames", [20, 99, 100, 149, 151, 200, 260, 1_234])
@pytest.mark.parametrize("bins", [2, 5, 16, 33, 161])
@pytest.mark.parametrize("pause", [0.0, 0.5])
def test_the_noise_is_the_same(frames, bins, pause):
    """Sums of pauses are in float64, and quiet moments are picked out, not worked out: one rounding, at most."""
    power, voiced = random_power(frames, bins), activity(frames, pause)
    quick, slow = both(lambda: noise_spectra(power, voiced, 31.25))
    np.testing.assert_allclose(quick, slow, rtol=3e-7)


def test_noise_that_rises_is_followed_alike():
    power = np.random.default_rng(4).exponential(1e-6, (900, 65)).astype(np.float32)
    power[450:] *= np.linspace(1.0, 60.0, 65, dtype=np.float32)  # from not at all to beyond what is believed
    voiced = activity(900)
    voiced.pause[400:] = False
    quick, slow = both(lambda: noise_spectra(power, voiced, 31.25))
    np.testing.assert_allclose(quick, slow, rtol=3e-7)
    assert quick[7].max() > 5.0 * quick[1].max()


@pytest.mark.parametrize("heard", [1, 2, 3, 11, 300, 1_000])
def test_quiet_floors_are_quantiles(heard):
    """Ties and zeros too."""
    rng = np.random.default_rng(heard)
    power = np.round(rng.exponential(2.0, (heard, 35))).astype(np.float32)
    quick, slow = both(lambda: noise_spectrum._quiet(power, np.zeros(heard, dtype=bool)))
    np.testing.assert_allclose(quick, slow, rtol=3e-7)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("samples", [1, 2, 15, 16, 17, 100_000])
def test_means_are_the_same(kind, samples):
    wave = np.stack([made(kind, samples, 44_100), made("noise", samples, 44_100)])
    quick, slow = both(lambda: means(wave))
    np.testing.assert_allclose(quick, slow, rtol=1e-6, atol=1e-9)


WAVE, GAINS = np.zeros(1_000, np.float32), np.ones((13, 129), np.float32)
WINDOW, HOP, LENGTH = grid(8_000)
SUMS, NOISE, RULE = np.zeros(320, np.float32), np.ones((1, 129), np.float32), rule(0.1)
FLAGS, FLOOR = np.zeros(13, dtype=bool), np.ones((2, 129))
RISE = (0.1, 2.0, 2.0, 10.0, 100)
CALLS = {
    "filtered": (WAVE, 0.0, WINDOW, HOP, LENGTH, GAINS, 0, SUMS, WAVE.copy()),
    "noise_lowered": (WAVE, np.zeros(1, np.float32), WINDOW, HOP, LENGTH, GAINS, NOISE, 100, RULE, WAVE.copy()),
    "log_mmse_gains": (GAINS, NOISE, RULE, NOISE.copy(), GAINS.copy()),
    "sums_by_second": (GAINS, FLAGS, 100, np.zeros((1, 129)), np.zeros(1)),
    "follow_noise": (GAINS, FLAGS, RISE, FLOOR),
    "quiet_floor": (GAINS, FLAGS, 0.1, FLOOR[0].copy()),
}


MAY_BE_SHORTER = {("filtered", 2), ("noise_lowered", 2)}
"""Windows of as many hops; one channel in place of two."""


@pytest.mark.parametrize("name", CALLS)
def test_sizes_that_do_not_fit_are_refused(name):
    call, given = getattr(kernels.compiled, name), CALLS[name]
    call(*given)
    for at, value in enumerate(given):
        if isinstance(value, np.ndarray) and (name, at) not in MAY_BE_SHORTER:
            with pytest.raises(ValueError, match="sizes"):
                call(*given[:at], value.reshape(-1)[:-1], *given[at + 1 :])


@pytest.mark.parametrize(
    ("name", "at", "value"),
    [
        *(("filtered", at, value) for at in (3, 4) for value in (-1, 0, 60, 2**62)),
        *(("filtered", 6, value) for value in (-1, 1, 2**63 - 1)),
        *(("noise_lowered", at, value) for at in (3, 4) for value in (-1, 0, 60, 2**62)),
        *(("noise_lowered", 7, value) for value in (-1, 0, 12)),
        *(("sums_by_second", 2, value) for value in (-1, 0, 12, 2**62)),
        *(("follow_noise", 2, (0.1, 2.0, 2.0, 10.0, value)) for value in (-1, 0, 2**62)),
        *(("follow_noise", 2, (value, 2.0, 2.0, 10.0, 100)) for value in (-0.1, 1.1, np.nan)),
        *(("quiet_floor", 2, value) for value in (-0.1, 1.1, np.nan)),
    ],
)
def test_numbers_that_would_lead_beyond_are_refused(name, at, value):
    given = CALLS[name]
    with pytest.raises(ValueError, match=r"sizes|transform"):
        getattr(kernels.compiled, name)(*given[:at], value, *given[at + 1 :])
