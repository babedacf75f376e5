import numpy as np
import pytest

from pipeline import kernels
from pipeline.analysis import Analysis
from pipeline.dsp import images, overlap, voice
from pipeline.dsp.music import held_tones
from pipeline.dsp.outline import outline, row_sums
from pipeline.dsp.peaks import find_peaks
from pipeline.dsp.running import running_mean, widened_frames
from tests.kernels import both, needs_compiled
from tests.signals import audio, in_room, sine, white
from tests.signals import voice as spoken

pytestmark = needs_compiled

RATES = (8000, 16000, 22050, 24000, 44100, 48000, 96000)
EPSILON = float(np.finfo(np.float32).eps)


def waves(rate):
    """Return what a recording may be, and what it should not."""
    told = in_room(spoken(4.0, rate))
    return {
        "voice": told,
        "chord": told + 0.2 * sine(1000.0, 4.0, rate) + 0.1 * sine(1260.0, 4.0, rate),
        "two": told + in_room(spoken(4.0, rate, seed=9)),
        "noise": white(1.0, rate=rate),
        "silence": np.zeros(rate, np.float32),
        "dc": np.full(rate, 0.5, np.float32),
        "full": np.resize(np.array([1.0, -1.0], np.float32), rate),
        **{f"{size} samples": np.full(size, 0.25, np.float32) for size in (1, 2, 100)},
    }


CASES = [(rate, name) for rate in RATES for name in waves(8000)]


def views(wave, rate, names):
    analysis = Analysis(audio(wave, rate))
    return {name: getattr(analysis, name) for name in names}


@pytest.mark.parametrize(("rate", "name"), CASES)
def test_what_is_decided_is_the_same(rate, name):
    wave = waves(rate)[name]
    names = ("voice", "held_tones", "second_voice", "nuclei", "speaker_changes", "bandwidth_hz", "images")
    quick, slow = both(lambda: views(wave, rate, names))
    np.testing.assert_array_equal(quick["voice"].speech, slow["voice"].speech)
    np.testing.assert_array_equal(quick["voice"].pause, slow["voice"].pause)
    np.testing.assert_array_equal(quick["voice"].empty, slow["voice"].empty)
    np.testing.assert_array_equal(quick["second_voice"], slow["second_voice"])
    for each in ("held_tones", "nuclei", "speaker_changes", "bandwidth_hz"):
        np.testing.assert_array_equal(quick[each], slow[each])
    assert (quick["images"] is None) == (slow["images"] is None)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 10, 41])
@pytest.mark.parametrize("shape", [(1,), (2,), (7,), (300,), (300, 12), (50, 37), (3, 16), (0,)])
def test_running_means_are_those_of_scipy_to_the_bit(size, shape):
    values = np.random.default_rng(5).normal(size=shape) ** 3
    np.testing.assert_array_equal(*both(lambda: running_mean(values, size)))


@pytest.mark.parametrize("count", [0, 1, 2, 500])
@pytest.mark.parametrize("reach", [(0, 0), (3, 3), (25, 40), (1000, 0)])
def test_flags_reach_as_far(count, reach):
    for share in (0.0, 0.03, 0.5, 1.0):
        mask = np.random.default_rng(6).random(count) < share
        np.testing.assert_array_equal(*both(lambda mask=mask: widened_frames(mask, *reach)))


@pytest.mark.parametrize("bands", [1, 3, 4, 20, 128])
def test_likelihood_ratios_are_rounded_differently_at_most(bands):
    power = (10.0 ** np.random.default_rng(7).normal(size=(101, bands))).astype(np.float32)
    power[::9] = 0.0
    power[1::9] = 1e9
    quick, slow = both(lambda: voice._mean_ratio(power, np.full(bands, 0.7)))
    # A ratio is at most 30: each of its steps is rounded to half an epsilon of the excess, 35 at the most.
    np.testing.assert_allclose(quick, slow, atol=35.0 * 2.0 * EPSILON, rtol=0.0)


def test_an_outline_is_what_numpy_sums():
    rng = np.random.default_rng(8)
    for frames, bins in ((1, 3), (5, 16), (400, 129)):
        power = rng.random((frames, bins), dtype=np.float32)
        speech = rng.random(frames) < 0.5
        quick, slow = both(lambda power=power, speech=speech: outline(power, speech, ~speech))
        for name in ("speech", "pause", "low", "rest"):  # sums of positive numbers: each of n steps rounds once
            np.testing.assert_allclose(getattr(quick, name), getattr(slow, name), rtol=EPSILON * max(frames, bins))
        sums = both(lambda power=power: row_sums(power, 1, 90))
        np.testing.assert_allclose(*sums, rtol=EPSILON * bins)


def test_peaks_stand_out_as_far():
    values = np.round(np.random.default_rng(9).normal(size=2000).cumsum(), 1)
    for prominence in (0.0, 1.0, 5.0):
        np.testing.assert_array_equal(*both(lambda p=prominence: find_peaks(values, -50.0, 3, p)))


def test_mirrors_are_as_alike():
    level = np.random.default_rng(10).normal(-12.0, 3.0, size=(400, 300)).astype(np.float32)
    level[200:] = level[199::-1] + 0.5 * level[200:]
    for edge in (60.0, 130.61, 199.5):
        quick, slow = both(lambda edge=edge: images._mirrored(level, edge))
        assert quick == pytest.approx(slow, abs=1e-5)
    assert quick > images.ALIKE


def test_tones_that_begin_and_end_anywhere_are_held_as_long():
    rng = np.random.default_rng(11)
    frequencies = np.arange(200) * 31.25
    power = rng.random((400, 200), dtype=np.float32)
    for start, length, at in ((0, 29, 30), (0, 30, 40), (0, 31, 50), (100, 30, 60), (131, 29, 70), (370, 30, 80)):
        power[start : start + length, at] = 100.0
    nothing = np.zeros(400, dtype=bool)
    quick, slow = both(lambda: held_tones(power, outline(power, nothing, nothing), frequencies))
    np.testing.assert_array_equal(quick, slow)
    assert quick.sum() == 30 + 30 + 30


def test_what_is_left_is_searched_alike():
    rng = np.random.default_rng(12)
    wave = rng.normal(size=4000).astype(np.float32)
    wave += 2.0 * np.sin(np.arange(4000) * 2.0 * np.pi / 37.3).astype(np.float32)
    starts, periods = np.arange(400, 3200, 17), np.full(165, 23.7)
    quick, slow = both(lambda: overlap._has_second(wave, starts, 240, periods, 4000.0))
    np.testing.assert_array_equal(quick, slow)
    assert 10 < quick.sum() < 160


def test_sizes_that_do_not_fit_are_refused():
    floats, doubles, flags = np.zeros(12, np.float32), np.zeros(12), np.zeros(12, dtype=bool)
    at, counts = np.zeros(12, dtype=np.int64), np.zeros(4, dtype=np.int32)
    for name, arguments in (
        ("mean_ratios", (floats, floats[:5], doubles)),
        ("mean_ratios", (np.zeros(1290, np.float32), np.ones(129, np.float32), np.zeros(10))),
        ("running_means", (doubles, 5, 3, doubles.copy())),
        ("running_means", (doubles, 12, 3, doubles[:4].copy())),
        ("widened", (flags, 1, 1, flags[:3].copy())),
        ("widened", (flags, -1, 1, flags.copy())),
        ("row_sums", (floats, 4, 0, 5, np.zeros(3))),
        ("row_sums", (floats, 4, 0, 4, np.zeros(4))),
        ("outline", (floats, np.zeros(3, np.uint8), 2, np.zeros((2, 4)), np.zeros((2, 2)))),
        ("outline", (floats, np.zeros(3, np.uint8), 5, np.zeros((2, 4)), np.zeros((3, 2)))),
        ("prominences", (doubles, at + 12, doubles.copy())),
        ("prominences", (doubles, at, doubles[:3].copy())),
        ("held_tones", (floats, 12, 1, 5, 4.0, 1.0, 3, counts, flags[:1].copy())),
        ("held_tones", (floats, 12, 2, 6, 4.0, 1.0, 3, counts, flags[:2].copy())),
        ("mirrored", (floats, 4, 3.0, 3, 5)),
        ("mirrored", (floats, 4, 1.0, 3, 4)),
        ("falls", (doubles, doubles[:5], doubles[:5], doubles[:5], flags, 5, 4.0, doubles.copy())),
        ("second_voice", (floats, at, doubles, floats[:8], 2, 5, 0.1, 0.6, doubles, 0.1, flags.copy())),
        ("second_voice", (floats, at, doubles + 1.0, floats[:8], 0, 5, 0.1, 0.6, doubles, 0.1, flags.copy())),
    ):
        with pytest.raises(ValueError, match="do not fit"):
            getattr(kernels.compiled, name)(*arguments)
