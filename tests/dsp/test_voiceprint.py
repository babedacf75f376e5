import numpy as np
import pytest

from pipeline.analysis import Analysis
from pipeline.dsp.voiceprint import COEFFICIENTS, PITCH_UNIT
from tests.recordings import RATE, man, woman
from tests.signals import audio, in_room

ONE = woman()[: 8 * RATE]


def voiceprint(wave, rate=RATE):
    return Analysis(audio(in_room(wave), rate)).voiceprint


def test_a_voiceprint_has_means_spreads_and_pitch():
    found = voiceprint(ONE)
    assert found.values.shape == (2 * COEFFICIENTS + 1,)
    assert np.isfinite(found.values).all()
    assert 80 <= found.frames <= 800


def test_level_moves_nothing():
    # A room at -110 dBFS is under both; what differs is the noise that is taken off.
    louder, softer = (Analysis(audio(in_room(gain * ONE, -110.0))).voiceprint.values for gain in (1.0, 0.5))
    assert softer == pytest.approx(louder, abs=0.1)


def test_pitch_is_the_last_value_in_octaves():
    by = 1.25  # played at a higher rate
    faster = Analysis(audio(in_room(ONE), round(by * RATE))).voiceprint
    assert faster.values[-1] - voiceprint(ONE).values[-1] == pytest.approx(PITCH_UNIT * np.log2(by), abs=0.5)


def test_two_voices_lie_further_apart_than_two_halves_of_one():
    halves = [voiceprint(ONE[: 4 * RATE]).values, voiceprint(ONE[4 * RATE :]).values]
    apart = np.linalg.norm(voiceprint(man()[: 8 * RATE]).values - voiceprint(ONE).values)
    assert apart > 2.0 * np.linalg.norm(halves[0] - halves[1])


def test_it_is_undefined_for_too_little_speech_and_low_rates():
    assert voiceprint(ONE[: RATE // 2]) is None
    assert Analysis(audio(in_room(ONE)[::2], RATE // 2)).voiceprint is None
