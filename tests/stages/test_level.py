import numpy as np
import pytest

from pipeline.analysis import Analysis
from pipeline.errors import UsageError
from pipeline.sample import Sample
from pipeline.stages import EvenLevel
from tests.signals import audio, in_room, voice

RATE = 16000


def turning_away(drop_db=12.0):
    """The second half is softer, the room stays."""
    wave = voice(24.0)
    gain = np.where(np.arange(wave.size) < wave.size // 2, 1.0, 10.0 ** (-drop_db / 20.0)).astype(np.float32)
    return in_room(wave * gain, -75.0)


def test_phrases_come_nearer_and_nothing_moves_fast():
    sound = audio(turning_away())
    sample = EvenLevel()(Sample(sound))
    assert sample.steps[0].kept, sample.steps[0].why
    before, after = Analysis(sound), Analysis(sample.audio)
    assert after.level_drift_db < before.level_drift_db - 6.0
    gain_db = 10.0 * np.log10(after.frame_power / before.frame_power)
    assert np.abs(gain_db).max() < 6.1
    assert np.abs(np.diff(gain_db)).max() * 100.0 < 12.0  # dB a second: 12 dB within a window of three deviations


def test_an_even_voice_is_left_bit_for_bit():
    sound = audio(in_room(voice(12.0), -70.0))
    sample = EvenLevel()(Sample(sound))
    assert sample.audio is sound
    assert "even enough" in sample.steps[0].why


def test_what_is_out_of_range_is_refused():
    with pytest.raises(UsageError, match="most_db"):
        EvenLevel(most_db=0.0)
    with pytest.raises(UsageError, match="above_db"):
        EvenLevel(above_db=-1.0)
