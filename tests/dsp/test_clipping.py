import numpy as np
import pytest

from pipeline.dsp.clipping import clipped
from tests.signals import in_room, sine, voice, white


def quantised(wave, bits=16):
    return (np.round(wave * 2 ** (bits - 1)) / 2 ** (bits - 1)).astype(np.float32)


def cut(wave, share):
    """Return the wave with that share of its samples cut off, and which they are."""
    limit = np.partition(np.abs(wave), -round(share * wave.size))[-round(share * wave.size)]
    return np.clip(wave, -limit, limit), np.abs(wave) >= limit


def spoken(seconds=9.0, rate=16000):
    """Return a voice that sways in level as people do: `voice` alone repeats one height for seconds."""
    wave = voice(seconds, rate)
    sway = np.interp(np.arange(wave.size) / rate, np.arange(0.0, seconds + 0.2, 0.2), swaying(round(seconds * 5) + 1))
    return in_room(wave * sway.astype(np.float32))


def swaying(count):
    return 10.0 ** (np.random.default_rng(5).normal(0.0, 3.0, count) / 20.0)


@pytest.mark.parametrize("gain_db", [0.0, -6.0, -30.0])
@pytest.mark.parametrize("rate", [16000, 48000])
@pytest.mark.parametrize("share", [0.001, 0.01, 0.05])
def test_cut_tops_are_found_at_any_level(gain_db, rate, share):
    wave, where = cut(spoken(9.0, rate), share)
    found = clipped(quantised(wave * 10 ** (gain_db / 20)), rate)
    assert found.mean() == pytest.approx(share, rel=0.3)
    assert np.mean(found[where]) > 0.9


def test_clipping_on_one_side_only_is_found():
    wave = spoken()
    found = clipped(quantised(np.minimum(wave, 0.4 * wave.max())), 16000)
    assert found.sum() > 50
    assert np.all(wave[found] > 0.38 * wave.max())


@pytest.mark.parametrize(
    "wave",
    [spoken(), spoken(9.0, 48000) * 2, sine(440.0, 2.0, 48000, 1.0), sine(100.0, 2.0, 48000, 0.01), white(3.0)],
)
def test_whole_tops_are_left_alone(wave):
    assert not clipped(quantised(wave), 16000).any()


def test_silence_is_not_clipped():
    assert not clipped(np.zeros(1000, np.float32), 16000).any()
