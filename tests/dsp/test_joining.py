import numpy as np
import pytest

from pipeline.dsp.joining import FADE_S, joined
from pipeline.dsp.lower_rate import at_lower_rate

RATE = 16_000


def noise(seconds, seed):
    return np.random.default_rng(seed).standard_normal(round(seconds * RATE)).astype(np.float32)


def test_the_floor_keeps_its_level_through_a_join():
    wave, starts = joined([noise(3.0, 1), noise(3.0, 2)], RATE)
    fade = round(FADE_S * RATE)
    assert starts == [0, 3 * RATE - fade]
    assert wave.size == 6 * RATE - fade
    # 1600 samples of a unit variance: the standard error of the mean square is sqrt(2 / 1600) = 0.035
    assert np.mean(wave[starts[1] : starts[1] + fade] ** 2) == pytest.approx(1.0, abs=4 * 0.035)


def test_outside_the_fades_nothing_changes():
    pieces = [noise(1.0, seed) for seed in range(3)]
    wave, starts = joined(pieces, RATE)
    fade = round(FADE_S * RATE)
    for piece, start in zip(pieces, starts, strict=True):
        assert np.array_equal(wave[start + fade : start + piece.size - fade], piece[fade : piece.size - fade])
    assert np.array_equal(wave[:fade], pieces[0][:fade])
    assert np.array_equal(wave[-fade:], pieces[-1][-fade:])


def test_one_piece_stays_as_it_is_and_short_ones_fade_less():
    piece = noise(0.5, 1)
    assert np.array_equal(joined([piece], RATE)[0], piece)
    wave, starts = joined([piece, noise(0.05, 2)], RATE)
    assert (wave.size, starts[1]) == (piece.size + 400, piece.size - 400)


@pytest.mark.parametrize(("rate", "seconds"), [(44_100, 3.3), (48_000, 2.0), (22_050, 0.4)])
def test_a_lower_rate_has_no_seams(rate, seconds):
    at = np.arange(round(seconds * rate)) / rate
    wave = np.sin(2 * np.pi * 440.0 * at).astype(np.float32)
    pieces = [wave[start : start + rate] for start in range(0, wave.size, rate)]
    low = list(at_lower_rate(pieces, rate, RATE, 1.0))
    assert [piece.size for piece in low[:-1]] == [RATE] * (len(low) - 1)
    whole = np.concatenate(low)
    assert whole.size == pytest.approx(seconds * RATE, abs=2)
    inner = slice(800, whole.size - 800)
    expected = np.sin(2 * np.pi * 440.0 * np.arange(whole.size) / RATE)
    assert np.abs(whole - expected)[inner].max() < 1e-3  # -60 dB: libsoxr's HQ passband is flat far below that


def test_a_rate_that_is_lower_already_is_kept():
    pieces = [noise(1.0, 1), noise(0.2, 2)]
    assert [piece.size for piece in at_lower_rate(pieces, 8000, RATE, 1.0)] == [piece.size for piece in pieces]
