import numpy as np
import pytest
from scipy.signal import butter, resample_poly, sosfilt

from pipeline.dsp.clipping import clipped
from tests.signals import in_room, sine, voice, white


def quantised(wave, bits=16):
    return (np.round(wave * 2 ** (bits - 1)) / 2 ** (bits - 1)).astype(np.float32)


def spoken(seconds=9.0, rate=16000):
    """Return a voice that sways in level as people do: `voice` alone repeats one height for seconds."""
    wave = voice(seconds, rate)
    sway_db = np.random.default_rng(5).normal(0.0, 3.0, round(seconds * 5) + 1)
    sway = np.interp(np.arange(wave.size) / rate, np.arange(sway_db.size) / 5.0, 10.0 ** (sway_db / 20.0))
    return in_room(wave * sway.astype(np.float32))


def cut(wave, share):
    """Return the wave with that share of its samples cut off, and which they are."""
    limit = np.partition(np.abs(wave), -round(share * wave.size))[-round(share * wave.size)]
    return np.clip(wave, -limit, limit), np.abs(wave) >= limit


def highpassed(wave, rate, cutoff_hz, order=2):
    return sosfilt(butter(order, cutoff_hz, "highpass", fs=rate, output="sos"), wave).astype(np.float32)


@pytest.mark.parametrize("gain_db", [0.0, -6.0, -30.0])
@pytest.mark.parametrize("rate", [16000, 48000])
@pytest.mark.parametrize("share", [0.001, 0.01, 0.05])
def test_cut_tops_are_found_at_any_level(gain_db, rate, share):
    wave, where = cut(spoken(9.0, rate), share)
    found = clipped(quantised(wave * 10 ** (gain_db / 20)), rate)
    assert found.mean() == pytest.approx(share, rel=0.3)
    assert np.mean(found[where]) > 0.9


@pytest.mark.parametrize("side", [1.0, -1.0])
def test_clipping_on_one_side_only_is_found(side):
    wave = side * spoken()
    limit = 0.4 * wave.max()
    found = clipped(quantised(side * np.minimum(wave, limit)), 16000)
    assert found.mean() == pytest.approx(np.mean(wave >= limit), rel=0.3)
    assert np.all(wave[found] > 0.95 * limit)


def test_tops_are_found_where_the_gain_was_changed_between():
    wave, where = cut(spoken(18.0), 0.01)
    wave[: wave.size // 2] *= 0.6
    found = clipped(quantised(wave), 16000)
    for part in (slice(0, wave.size // 2), slice(wave.size // 2, None)):
        assert found[part].mean() == pytest.approx(where[part].mean(), rel=0.3)


AFTER = {
    "noise": lambda wave: wave + white(wave.size, 1, 1e-3),
    "coding": lambda wave: wave * (1.0 + 0.02 * white(wave.size, 1, 1.0)),  # as an encoder's error follows the sound
    "DC": lambda wave: 0.8 * wave + 0.1,
    "up": lambda wave: resample_poly(wave, 3, 1),
    "down": lambda wave: resample_poly(wave, 1, 2),
    "20 Hz": lambda wave: highpassed(wave, 32000, 20.0),
    "60 Hz": lambda wave: highpassed(wave, 32000, 60.0),
}
"""What may come after the clipping, of a wave at 32 kHz."""


@pytest.mark.parametrize("after", AFTER)
@pytest.mark.parametrize("share", [0.01, 0.05])
def test_clipping_is_seen_through_what_came_after(after, share):
    rate = {"up": 96000, "down": 16000}.get(after, 32000)
    wave = cut(spoken(9.0, 32000), share)[0]
    found = clipped(quantised(AFTER[after](wave).astype(np.float32)), rate)
    assert found.mean() == pytest.approx(share, rel=0.5)
    assert not clipped(quantised(AFTER[after](spoken(9.0, 32000)).astype(np.float32)), rate).any()


def test_more_clipping_reads_more():
    wave = spoken(9.0, 32000)
    read = [clipped(AFTER["coding"](cut(wave, share)[0]), 32000).mean() for share in (0.01, 0.02, 0.05, 0.1)]
    assert np.all(np.diff(read) > 0.0)


def limited(wave, rate):
    """Return the wave with its peaks taken to half their height by a gain that is smooth over 20 ms."""
    from scipy.ndimage import maximum_filter1d, uniform_filter1d

    width = round(0.02 * rate)
    peak = np.maximum(maximum_filter1d(np.abs(wave), 2 * width + 1), 0.5 * np.abs(wave).max())
    return wave * uniform_filter1d(0.5 * np.abs(wave).max() / peak, width)


@pytest.mark.parametrize(
    ("wave", "rate"),
    [
        (spoken(), 16000),
        (spoken(9.0, 48000) * 2, 48000),
        (limited(spoken(), 16000), 16000),
        (limited(spoken(9.0, 48000), 48000), 48000),
        (in_room(voice(30.0)), 16000),  # every syllable the same height
        (sine(440.0, 2.0, 48000, 1.0), 48000),
        (sine(100.0, 2.0, 48000, 0.01), 48000),
        (white(3.0), 16000),
    ],
)
@pytest.mark.parametrize("bits", [8, 16, 24])
def test_whole_tops_are_left_alone(wave, rate, bits):
    assert not clipped(quantised(wave, bits), rate).any()


@pytest.mark.parametrize("gain", [3e-4, 3e-3, 3e-2])
def test_rounding_is_not_clipping(gain):
    assert not clipped(quantised(gain * spoken()), 16000).any()


@pytest.mark.parametrize("wave", [np.zeros(16000), np.full(16000, 0.5), np.zeros(0), np.ones(700)])
def test_silence_is_not_clipped(wave):
    assert not clipped(wave.astype(np.float32), 16000).any()


def test_silence_around_and_polarity_change_nothing():
    wave = quantised(cut(spoken(), 0.01)[0])
    around = clipped(np.concatenate([np.zeros(1024, np.float32), -wave, np.zeros(51200, np.float32)]), 16000)
    assert around.sum() == pytest.approx(clipped(wave, 16000).sum(), rel=0.05)
