import numpy as np
import pytest

from pipeline import kernels
from pipeline.dsp import hum, periods
from pipeline.dsp.frames import HOP_S, cut_frames, to_db
from pipeline.dsp.pitch import _median_of_five, thinned, track_pitch
from pipeline.dsp.quantiles import quantile
from pipeline.dsp.reverb import _falls_db
from tests.kernels import both, needs_compiled
from tests.signals import in_room, voice, white

pytestmark = needs_compiled

EPSILON = float(np.finfo(np.float32).eps)


def waves(rate):
    told = in_room(voice(4.0, rate))
    faded = told * np.geomspace(1.0, 1e-5, told.size, dtype=np.float32)
    return {
        "voice": told,
        "faded": faded,
        "noise": white(2.0, rate=rate),
        "silence": np.zeros(rate, np.float32),
        "dc": np.full(rate, 0.5, np.float32),
        "full": np.resize(np.array([1.0] * 40 + [-1.0] * 40, np.float32), rate),
        **{f"{size} samples": np.full(size, 0.25, np.float32) for size in (1, 2, 100)},
    }


@pytest.mark.parametrize("rate", [4000, 8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000, 96000])
@pytest.mark.parametrize("name", waves(8000))
def test_pitch_is_the_same(name, rate):
    thin = thinned(waves(rate)[name], rate)
    speech = np.random.default_rng(1).random(1 + waves(rate)[name].size // round(HOP_S * rate)) < 0.9
    quick, slow = both(lambda: track_pitch(thin, speech))
    np.testing.assert_array_equal(quick.voiced, slow.voiced)
    np.testing.assert_allclose(quick.strength, slow.strength, atol=1e-5)
    np.testing.assert_allclose(quick.hz, slow.hz, rtol=1e-4)


@pytest.mark.parametrize("rate", [4000, 8000, 11025, 44100, 48000])
def test_correlations_differ_by_rounding(rate):
    thin, speech = thinned(waves(rate)["faded"], rate), np.ones(400, dtype=bool)
    lags, transform, window, own = periods._lags(thin.rate_hz)
    padded, starts = periods._spoken(thin, speech, window.size)
    found = np.empty((416, lags), dtype=np.float32)
    kernels.compiled.pitch_correlations(padded, starts, window, own.astype(np.float32), transform, found)
    quick = found.reshape(-1, lags, 16).transpose(0, 2, 1).reshape(-1, lags)[:400]
    # Odd lags are sums of half as many numbers, each of which is rounded where powers are 1.
    np.testing.assert_allclose(quick, periods._correlation(thin, speech), atol=lags / 2 * EPSILON * own.max())


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 400])
def test_the_median_of_five_is_that_of_scipy(size):
    from scipy.ndimage import median_filter

    track = np.random.default_rng(2).normal(size=size).astype(np.float32).round(1)
    np.testing.assert_array_equal(_median_of_five(track), median_filter(track, 5))


@pytest.mark.parametrize("length", [2400, 2450, 3200, 3675, 49, 7, 1, 2469])
@pytest.mark.parametrize("count", [1, 31, 32, 33, 65])
def test_powers_of_windows_are_those_of_the_transform(length, count):
    wave = np.random.default_rng(3).normal(size=length * 20).astype(np.float32)
    wave *= np.geomspace(1.0, 1e-4, wave.size, dtype=np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(wave, length)[:: max(1, length // 4)][:count]
    bins = min(740, length // 2 + 1)
    quick, slow = both(lambda: hum._powers(frames, np.arange(len(frames)), bins))
    exact = np.abs(np.fft.rfft(frames.astype(np.float64) * np.hanning(length).astype(np.float32))[:, :bins]) ** 2
    # Amplitudes are rounded once a pass, of which there are 8 at most, relative to all that is in the window.
    all_of_it = np.sqrt(exact.max(axis=1, keepdims=True))
    assert np.all(np.abs(np.sqrt(quick) - np.sqrt(exact)) <= 8 * EPSILON * all_of_it)
    assert np.all(np.abs(np.sqrt(slow) - np.sqrt(exact)) <= 8 * EPSILON * all_of_it)


@pytest.mark.parametrize("rate", [8000, 22050, 44100, 48000])
def test_hum_is_as_high(rate):
    wave = white(5.0, rate=rate) * 0.01
    wave += 0.01 * np.sin(2.0 * np.pi * 150.0 * np.arange(wave.size) / rate).astype(np.float32)
    wave[2 * rate : 4 * rate] = 0.0
    quick, slow = both(lambda: hum.hum_db(wave, rate))
    assert quick == pytest.approx(slow, abs=1e-4)


@pytest.mark.parametrize("shape", [(1, 3), (2, 20), (7, 1), (300, 33), (1000, 16)])
def test_quantiles_are_the_same(shape):
    rng = np.random.default_rng(4)
    for values in (rng.normal(size=shape), rng.normal(size=shape).round(), np.zeros(shape), 1e-40 * rng.random(shape)):
        some = values.astype(np.float32)
        for percent in (0.0, 5.0, 50.0, 97.3, 100.0):
            np.testing.assert_array_equal(*both(lambda some=some, at=percent: quantile(some, at)))


def test_falls_are_found_alike():
    rng = np.random.default_rng(5)
    level_db = to_db(10.0 ** rng.normal(-4.0, 1.0, size=(500, 16)))
    for frames in (3, 9, 11, 500):
        speech = rng.random(frames) < 0.7
        some = level_db[:frames].cumsum(axis=0) / np.arange(1, frames + 1)[:, None]
        np.testing.assert_array_equal(
            *both(lambda some=some, speech=speech: _falls_db(some, np.full(16, -60.0), np.full(16, -30.0), speech))
        )


def test_sizes_that_do_not_fit_are_refused():
    wave, at, window = np.zeros(100, np.float32), np.arange(2, dtype=np.int64), np.ones(10, np.float32)
    found = np.zeros((32, 4), np.float32)
    for name, arguments in (
        ("pitch_correlations", (wave, at + 90, window, window[:4], 12, found)),
        ("pitch_correlations", (wave, at, window, window[:4], 12, found[:2].copy())),
        ("pitch_correlations", (wave, at, window, window[:4], 11, found)),
        ("pitch_correlations", (wave, at, window, window[:4], 9, found)),
        ("pitch_peaks", (found, window[:4], 1, 4, 100.0, wave[:20].copy(), wave[:20].copy())),
        ("pitch_peaks", (found, window[:4], 0, 3, 100.0, wave[:20].copy(), wave[:20].copy())),
        ("pitch_peaks", (found, window[:4], 1, 3, 100.0, wave[:40].copy(), wave[:40].copy())),
        ("window_powers", (wave, at - 1, window, np.zeros((2, 5), np.float32))),
        ("window_powers", (wave, at, window, np.zeros((2, 7), np.float32))),
        ("window_powers", (wave, at, np.ones(11, np.float32), np.zeros((2, 5), np.float32))),
        ("order_statistics", (wave, 5, np.zeros((2, 20), np.float32))),
        ("order_statistics", (wave, 0, np.zeros((2, 30), np.float32))),
        ("masked_means", (wave, np.zeros(7, dtype=bool), np.zeros(10))),
    ):
        with pytest.raises(ValueError, match="do not fit"):
            getattr(kernels.compiled, name)(*arguments)


def test_the_grid_is_what_hum_cuts():
    frames = cut_frames(white(3.0, rate=2450), 2450, hum.WINDOW_S, hum.HOP_S)
    quick, slow = both(lambda: hum._powers(frames, np.array([0, 3, 7]), 100))
    np.testing.assert_allclose(np.sqrt(quick), np.sqrt(slow), atol=8 * EPSILON * float(np.sqrt(slow.max())))
