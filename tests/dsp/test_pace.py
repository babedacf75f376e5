import numpy as np
import pytest

from pipeline.analysis import Analysis
from tests.dsp.test_pitch import vowel
from tests.signals import audio, in_room, white

RATE = 16000


def spoken(rates_per_s, seconds_each):
    """Return voiced syllables at known rates, one stretch after another, paused for 0.5 s every 3 s; and its clock."""
    phase = np.cumsum(np.repeat(np.asarray(rates_per_s) / RATE, round(seconds_each * RATE)))
    at = np.arange(phase.size) / RATE
    loud = np.sin(np.pi * phase) ** 2 * (at % 3.0 > 0.5)
    pitch_hz = 130.0 + 20.0 * np.sin(2.0 * np.pi * 0.4 * at)
    return in_room((vowel(pitch_hz, RATE, phase.size / RATE) * loud).astype(np.float32)), at


@pytest.mark.parametrize("rate", [2.5, 4.0, 6.0])
def test_syllables_at_a_known_rate_are_counted(rate):
    wave, at = spoken([rate], 18.0)
    expected = rate * np.mean(at % 3.0 > 0.5) * at.size / RATE
    # One syllable may be cut in two, or lost, at each edge of the six phrases.
    assert Analysis(audio(wave)).nuclei.size == pytest.approx(expected, abs=7)


def test_a_steady_pace_does_not_vary_and_a_changing_one_does():
    steady, changing = (Analysis(audio(spoken(rates, 15.0)[0])).pace_variation for rates in ([4.0, 4.0], [3.3, 5.2]))
    assert steady < 0.06
    # Two equal halves of speech at 3.3 and 5.2 a second: half the difference over the mean is 0.22.
    assert changing == pytest.approx(0.22, abs=0.06)


def test_it_takes_speech_and_enough_of_it():
    assert Analysis(audio(spoken([4.0], 6.0)[0])).pace_variation is None
    assert Analysis(audio(white(12.0))).pace_variation is None
    assert Analysis(audio(white(12.0))).nuclei.size == 0
