import numpy as np
import pytest

from pipeline.analysis import Analysis
from pipeline.dsp.unclipped import unclipped
from pipeline.errors import UsageError
from pipeline.sample import Sample
from pipeline.stages import Declip
from tests.signals import audio, in_room, voice, white

RATE = 16000


def clipped(share, gain=1.0):
    wave = in_room(voice(9.0), -80.0)
    level = np.quantile(np.abs(wave), 1.0 - share)
    return wave, (gain * np.clip(wave, -level, level)).astype(np.float32), gain * level


@pytest.mark.parametrize("gain", [1.0, 0.1])
@pytest.mark.parametrize("share", [0.001, 0.002])
def test_peaks_come_back_at_any_level(share, gain):
    """The error on what was cut off falls to less than half its power; the rest of the wave is not touched."""
    wave, cut, level = clipped(share, gain)
    sample = Declip()(Sample(audio(cut)))
    assert sample.steps[0].kept, sample.steps[0].why
    lost = np.abs(gain * wave) > level
    had, has = (np.sum((each - gain * wave)[lost] ** 2) for each in (cut, sample.audio.wave[0]))
    assert has < 0.5 * had
    plateaus = Analysis(audio(cut)).clipped
    assert np.array_equal(sample.audio.wave[0][~plateaus], cut[~plateaus])


def test_what_a_resonance_lost_is_found():
    """Noise through one resonance, three samples in every hundred lost: the model is exact but for its estimate, so
    what is left of the error is below a fifth of the wave's own power there."""
    from scipy.signal import lfilter

    wave = lfilter([1.0], [1.0, -1.8, 0.95], white(1.0, rms=0.01, seed=2)).astype(np.float32)
    lost = np.arange(wave.size) % 100 < 3
    low = wave.copy()
    low[lost] = 0.3 * wave[lost]
    back = unclipped(low, RATE, lost)
    assert np.mean((back - wave)[lost] ** 2) < 0.2 * np.mean(wave[lost] ** 2)


def test_a_wave_without_plateaus_is_left_bit_for_bit():
    sound = audio(in_room(voice(9.0), -60.0))
    sample = Declip()(Sample(sound))
    assert sample.audio is sound
    assert sample.steps[0].why == "not clipped"


def test_too_much_is_left_and_said():
    _, cut, _ = clipped(0.05)
    assert "too much is clipped" in Declip(most_ratio=0.01)(Sample(audio(cut))).steps[0].why
    with pytest.raises(UsageError, match="most_ratio"):
        Declip(most_ratio=0.5)
