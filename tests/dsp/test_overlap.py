import numpy as np
import pytest

from pipeline.analysis import Analysis
from pipeline.dsp.overlap import EVERY
from pipeline.metrics.overlap import ECHOES, Overlap
from tests.recordings import RATE, man, woman
from tests.signals import audio, in_room, sine, voice

NOTE, LIMIT = 0.012, 0.02  # what the profile notes and what it wants a look at


def overlap(wave):
    return Overlap().measure(Analysis(audio(in_room(wave))))


ONE, OTHER = woman()[: 12 * RATE], man()[: 12 * RATE]
OTHER = OTHER * np.float32(ONE.std() / OTHER.std())
ALONE = {"woman": ONE, "man": OTHER, "synthetic": voice(12.0)}


@pytest.mark.parametrize("wave", ALONE.values(), ids=ALONE)
def test_one_voice_alone(wave):
    assert overlap(wave).value < NOTE


@pytest.mark.parametrize("softer_db", [0.0, 5.0])
def test_two_voices_at_once(softer_db):
    reading = overlap(ONE + 10.0 ** (-softer_db / 20.0) * OTHER)
    assert reading.value > LIMIT
    assert reading.at_s


def test_the_place_is_where_both_sound():
    second = OTHER.copy()
    second[: 4 * RATE] = second[8 * RATE :] = 0.0
    spans = overlap(ONE + second).at_s
    assert spans
    assert all(3.9 <= start <= stop <= 8.1 for start, stop in spans)


def test_it_is_undefined_without_a_voice_and_in_echo():
    assert overlap(np.zeros(2 * RATE)).value is None
    assert overlap(sine(440.0, 3.0)).value is None
    decay = 10.0 ** (-3.0 * np.arange(RATE) / (1.5 * RATE))
    tail = np.random.default_rng(1).standard_normal(RATE) * decay
    reading = overlap((np.convolve(ONE, tail)[: ONE.size] / 10.0).astype(np.float32))
    assert (reading.value, reading.why) == (None, ECHOES)


def test_only_every_second_frame_is_looked_at():
    analysis = Analysis(audio(in_room(ONE[: 3 * RATE])))
    second, looked_at = analysis.second_voice
    assert second.size == looked_at.size == -(-analysis.pitch.hz.size // EVERY)
    assert not (second & ~looked_at).any()
