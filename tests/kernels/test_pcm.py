"""Quantising, mixing and gains: what is compiled gives what numpy gives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import kernels
from pipeline.audio import Audio
from pipeline.codec import quantise
from pipeline.codec.pcm import _BLOCK, _INCREMENT, _SEED, _STATE, _generator
from pipeline.dsp.downmix import ALIKE, to_mono
from pipeline.dsp.gain import TOLERANCE, gain_between
from tests.kernels import both, needs_compiled
from tests.signals import in_room, sine, voice, white

pytestmark = needs_compiled
RATE = 16_000
SPEECH = in_room(voice(9.0))
SOUNDS = {
    "speech": SPEECH,
    "speech, half of it on the grid": np.concatenate([np.rint(SPEECH * 32768.0).astype(np.float32) / 32768.0, SPEECH]),
    "noise": white(5.0),
    "silence": np.zeros(RATE, np.float32),
    "offset": np.full(RATE, 0.3, np.float32),
    "beyond full scale": 3.0 * sine(200.0, 1.0),
    "full scale": np.array([1.0, -1.0, 0.0, -0.0, 1e-9, -1e-9], np.float32),
}


def audio(mono):
    return Audio(mono[None, :], RATE)


@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24"])
@pytest.mark.parametrize("sound", SOUNDS)
def test_quantising_gives_the_same_numbers(sound, subtype):
    quick, slow = both(lambda: quantise(audio(SOUNDS[sound]), subtype).wave)
    np.testing.assert_array_equal(quick, slow)


@pytest.mark.parametrize("size", [1, 2, 3, 5, _BLOCK - 1, _BLOCK, _BLOCK + 1, 3 * _BLOCK + 7])
def test_quantising_any_length_gives_the_same_numbers(size):
    quick, slow = both(lambda: quantise(audio(white(1.0 + size / RATE)[:size])).wave)
    np.testing.assert_array_equal(quick, slow)


def test_what_can_be_written_as_it_is_comes_back_as_it_is():
    once = quantise(audio(SPEECH))
    assert quantise(once) is once
    assert quantise(once, "PCM_24") is once
    assert quantise(Audio(np.ones((1, 10), np.float32), RATE)).wave.max() == 1.0 - 2.0**-15  # +1.0 cannot be written


def test_the_dither_begins_as_numpys_does():
    numbers = np.random.PCG64(_SEED).state["state"]
    assert numbers == {"state": _STATE, "inc": _INCREMENT}


@given(seed=st.integers(0, 2**127), count=st.integers(1, 999))
def test_the_random_numbers_are_numpys(seed, count):
    """Read off the dither: of a wave that lies between two steps, it decides which it is."""
    numbers = np.random.PCG64(seed)
    state = numbers.state["state"]
    halves = [state[name] >> shift & (1 << 64) - 1 for name in ("state", "inc") for shift in (0, 64)]
    wave = np.full(count, 0.5 / 32768.0, np.float32)
    rounded, generator = np.empty_like(wave), np.array(halves, np.uint64)
    kernels.compiled.quantise(wave, 32768.0, generator, rounded)
    drawn = numbers.random_raw((count + 1) // 2).astype("<u8").view("<u2").astype(float)
    expected = np.rint(0.5 + (drawn[:count] - drawn[count : 2 * count]) / 65536.0)
    np.testing.assert_array_equal(rounded * 32768.0, expected)
    after = numbers.state["state"]["state"]
    assert generator[:2].tolist() == [after & (1 << 64) - 1, after >> 64]


def interleaved(*channels):
    """Return the wave as a decoder gives it: frame by frame in memory."""
    return np.stack(channels, axis=1).astype(np.float32).T


@pytest.mark.parametrize("count", [2, 3, 6])
@pytest.mark.parametrize("shape", ["alike", "inverted", "offset", "dead", "other", "silent", "short"])
def test_channels_become_one_alike(count, shape):
    wave = interleaved(*(0.9**number * SPEECH + white(9.0, rms=0.001, seed=number) for number in range(count)))
    last = {"inverted": -1.0, "dead": 1e-5}.get(shape, 1.0) * wave[-1] + 0.1 * (shape == "offset")
    wave[-1] = white(9.0) if shape == "other" else last
    wave = {"silent": 0.0 * wave, "short": wave[:, :1]}.get(shape, wave)
    (quick, noted), (slow, notes) = both(lambda: to_mono(wave, RATE))
    assert noted == notes
    np.testing.assert_array_equal(quick, slow)


def test_channels_that_lie_one_after_the_other_are_taken_too():
    wave = np.ascontiguousarray(interleaved(SPEECH, 0.5 * SPEECH))
    np.testing.assert_array_equal(*(mono for mono, _ in both(lambda: to_mono(wave, RATE))))


def test_products_are_those_about_the_mean():
    channels = np.stack([SPEECH + 0.2, white(9.0), SPEECH - white(9.0, seed=4)], axis=1).astype(np.float32)
    products = np.zeros((3, 3))
    kernels.compiled.products(channels, 3, len(channels), products)
    expected = len(channels) * np.cov(channels.T.astype(float), bias=True)
    np.testing.assert_allclose(products, expected, atol=len(channels) * 0.2 * 2.0**-24)  # centred ones are float32
    assert ALIKE * expected[0, 0] > 1.0  # and the decision lies far above that


@pytest.mark.parametrize("sound", SOUNDS)
@pytest.mark.parametrize("gain", [0.0, 0.3, -1.0, 1.0, 40.0])
def test_gains_are_told_alike(sound, gain):
    wave = SOUNDS[sound]
    quick, slow = both(lambda: gain_between(wave, wave * np.float32(gain)))
    assert quick == slow
    assert quick == (pytest.approx(gain, rel=1e-6) if gain and wave.any() else None)


@pytest.mark.parametrize("at", [0, 4_095, 4_096, -1])
def test_one_sample_that_tells_another_gain_is_seen(at):
    louder = SPEECH * np.float32(0.5)
    louder[at] += 2.0 * TOLERANCE
    assert both(lambda: gain_between(SPEECH, louder)) == (None, None)


def test_the_loudest_is_the_first_of_the_loudest():
    for size in (1, 7, 16, 4_095, 4_096, 9_001):
        wave = white(1.0)[:size]
        wave[size // 2], wave[-1] = -1.0, 1.0
        assert kernels.compiled.loudest(wave) == int(np.abs(wave).argmax())


def test_sizes_that_do_not_fit_are_refused():
    wave, double = np.zeros(6, np.float32), np.zeros(4)
    for call, arguments in {
        "quantise": (wave, 32768.0, _generator(), wave[:5].copy()),
        "products": (wave, 4, 10, np.zeros(16)),
        "mix": (wave, double, np.zeros(2, np.float32)),
        "is_gain": (wave, wave[:5].copy(), 1.0, 0.0),
    }.items():
        with pytest.raises(ValueError, match="do not fit"):
            getattr(kernels.compiled, call)(*arguments)
    for channels, second, products in ((0, 10, 0), (65, 10, 65 * 65), (2, 0, 4), (2, 10, 3)):
        with pytest.raises(ValueError, match="do not fit"):
            kernels.compiled.products(np.zeros(65 * 2, np.float32), channels, second, np.zeros(products))
    with pytest.raises(ValueError, match="do not fit"):
        kernels.compiled.quantise(wave, 32768.0, _generator()[:3].copy(), wave.copy())
