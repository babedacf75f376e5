"""Places found by compiled loops are those that numpy finds, on sound as it is and as it breaks."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import kernels, read
from pipeline.analysis import Analysis
from pipeline.dsp.clicks import find_clicks
from pipeline.dsp.clipping import clipped
from pipeline.dsp.dropouts import find_dropouts
from pipeline.dsp.emptied import emptied_ratio
from pipeline.dsp.frames import mean
from pipeline.dsp.gaps import find_gaps
from pipeline.dsp.loud_blocks import loud_blocks
from pipeline.dsp.repeats import find_repeats
from pipeline.dsp.resolution import quantisation_noise_power
from tests.kernels import both, needs_compiled
from tests.signals import EDGE_CASES, audio, in_room, sine, voice, white
from tests.test_samples import SAMPLES, SUFFIXES

pytestmark = needs_compiled
PATHS = sorted(path for path in SAMPLES.rglob("*") if path.suffix.lower() in SUFFIXES and path.stem != "not-audio")
RATES = (8000, 16000, 22050, 24000, 44100, 48000, 96000)


def cut(wave, share):
    limit = np.quantile(np.abs(wave), 1.0 - share)
    return np.clip(wave, -limit, limit)


def holed(wave, rate, fill):
    """Return the wave with a packet of 20 ms in every second 300 ms gone, or the one before it again."""
    wave, size = wave.copy(), round(0.02 * rate)
    for start in range(round(0.9 * rate), wave.size - size, round(0.6 * rate)):
        wave[start : start + size] = fill(wave, start, size)
    return wave


def clicking(wave):
    wave = wave.copy()
    wave[5000::9000] += 0.6
    return wave


DAMAGES = {
    "none": lambda wave, rate: wave,
    "cut": lambda wave, rate: cut(wave, 0.01),
    "cut a little": lambda wave, rate: cut(wave, 0.0005),
    "cut on one side": lambda wave, rate: np.minimum(wave, 0.4 * wave.max()),
    "cut, two gains": lambda wave, rate: cut(wave, 0.02) * np.linspace(0.3, 1.0, wave.size).round(0).astype("f4"),
    "cut, high-pass": lambda wave, rate: np.diff(cut(wave, 0.05), prepend=np.float32(0.0)),
    "cut, noise": lambda wave, rate: cut(wave, 0.01) + white(wave.size, 1, 1e-3),
    "soft": lambda wave, rate: np.tanh(4.0 * wave),
    "8 bits": lambda wave, rate: (np.round(cut(wave, 0.01) * 128.0) / 128.0).astype(np.float32),
    "16 bits": lambda wave, rate: (np.round(wave * 32768.0) / 32768.0).astype(np.float32),
    "gaps": lambda wave, rate: holed(wave, rate, lambda wave, start, size: 0.0),
    "noisy gaps": lambda wave, rate: holed(wave, rate, lambda wave, start, size: white(size, 1, 1e-5)),
    "repeats": lambda wave, rate: holed(wave, rate, lambda wave, start, size: 0.8 * wave[start - size : start]),
    "clicks": lambda wave, rate: clicking(wave),
    "padded": lambda wave, rate: np.concatenate([np.zeros(rate, np.float32), wave, np.zeros(rate, np.float32)]),
    "DC": lambda wave, rate: wave + np.float32(0.03),
}


def found(wave, rate):
    """Return all that is found."""
    return [
        np.flatnonzero(clipped(wave, rate)),
        find_clicks(wave, rate),
        find_dropouts(wave, rate, 1e-4, 0.0, mean(wave)),
        find_gaps(wave, rate, mean(wave)),
        find_repeats(wave, rate),
    ]


def assert_same(wave, rate):
    quick, slow = both(lambda: found(wave, rate))
    for one, other in zip(quick, slow, strict=True):
        assert one.dtype == other.dtype
        assert np.array_equal(one, other)
    quick, slow = both(lambda: [mean(wave), quantisation_noise_power(wave)])
    assert quick == pytest.approx(slow, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("rate", RATES)
def test_the_same_is_found_in_what_is_damaged(damage, rate):
    assert_same(DAMAGES[damage](in_room(voice(6.0, rate)), rate).astype(np.float32), rate)


@pytest.mark.parametrize("damage", ["cut", "gaps", "repeats", "clicks"])
def test_there_was_something_to_find(damage):
    number = {"cut": 0, "clicks": 1, "gaps": 2, "repeats": 4}[damage]
    assert len(found(DAMAGES[damage](in_room(voice(6.0)), 16000), 16000)[number]) >= 5


@pytest.mark.parametrize("name", EDGE_CASES)
def test_the_same_is_found_at_the_edges(name):
    case = EDGE_CASES[name]
    assert_same(np.ascontiguousarray(case.wave[0]), case.sample_rate_hz)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_the_same_is_found_in_the_samples(path):
    def look():
        analysis = Analysis(read(path).audio)
        return analysis.clipped, analysis.clicks, analysis.dropouts, analysis.start

    for one, other in zip(*both(look), strict=True):
        assert np.array_equal(one, other)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 5000), st.sampled_from((4000, *RATES)), st.integers(0, 2**32 - 1), st.sampled_from((0.0, 1e-3)))
def test_the_same_is_found_in_next_to_nothing(count, rate, seed, dc):
    wave = np.random.default_rng(seed).standard_normal(count).astype(np.float32) * np.float32(0.1) + np.float32(dc)
    assert_same(np.where(np.arange(count) % 700 < 200, np.float32(0.0), wave), rate)


@pytest.mark.parametrize("cutoff_hz", [0.0, 30.0, 85.0])
def test_loud_samples_are_the_same_to_the_last_bit(cutoff_hz):
    wave = cut(in_room(voice(9.0, 44100)), 0.01)
    (quick, at), (slow, where) = both(lambda: loud_blocks(wave, 44100).before_highpass(cutoff_hz))
    assert np.array_equal(at, where)
    assert np.array_equal(quick, slow)


@pytest.mark.parametrize("bits", [2, 4, 8, 12, 24])
def test_steps_are_the_same(bits):
    wave = (np.round(0.7 * sine(97.0, 9.0) * 2.0**bits) / 2.0**bits).astype(np.float32) * np.float32(0.77)
    quick, slow = both(lambda: quantisation_noise_power(wave))
    assert quick == pytest.approx(slow, rel=1e-12)


@pytest.mark.parametrize("rate", [8000, 44100])
def test_emptied_cells_are_the_same(rate):
    analysis = Analysis(audio(in_room(voice(9.0, rate), -120.0), rate))
    power = analysis.spectrogram.copy()
    power[::3, 5:60] *= np.float32(1e-12)
    quick, slow = both(lambda: emptied_ratio(power, analysis.spoken, rate))
    assert 0.01 < quick == slow


SOUND = np.zeros(2000, np.float32)
WRONG = {
    "block_levels": (SOUND, np.ones(513), np.zeros(3, "f4"), np.zeros(2, "f4"), np.zeros(3)),
    "loud_samples": (
        SOUND,
        np.array([3]),
        np.zeros(1),
        np.ones(513),
        0.0,
        0.0,
        np.zeros(512, "f4"),
        np.zeros(512, "i4"),
    ),
    "likeliest_ceiling": (SOUND, np.zeros(1999, "i4"), 1, 0.0, 2.0, 40000, 512),
    "largest_changes": (SOUND, 100, np.zeros(20, "f4")),
    "standing_out": (SOUND, np.zeros(1999, bool)),
    "loudest_in_blocks": (SOUND, 100, 0.0, np.zeros(21, "f4")),
    "powers_of_blocks": (SOUND, 0, 0.0, np.zeros(21, "f4")),
    "gap_edges": (SOUND, 1.0, SOUND.copy(), np.zeros(2000, bool), np.zeros(1, bool)),
    "repeated_halves": (SOUND, 2000, 8, -4, 4, np.zeros(20, bool)),
    "step_quantile": (SOUND, 0, 0.1),
    "spoken_bands": (SOUND, 200, 0, np.ones(10, bool), np.zeros((10, 32), "f4"), np.zeros(9 * 32, "f4")),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_sizes_are_refused(name):
    with pytest.raises(ValueError, match=r"fit|no such"):
        getattr(kernels.compiled, name)(*WRONG[name])
