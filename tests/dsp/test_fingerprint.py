import numpy as np
import pytest
from scipy.signal import resample_poly

from pipeline.analysis import Analysis
from pipeline.dsp.fingerprint import fingerprint, first_copies, same_sound
from tests.dsp.test_diversity import RATE, babble
from tests.signals import audio, white


def heard(wave, rate=RATE):
    analysis = Analysis(audio(wave, rate))
    return fingerprint(analysis.spectrogram, rate)


ONE, OTHER = babble(25, 6.0), babble(25, 6.0, seed=9)


@pytest.mark.parametrize(
    "copy",
    [0.05 * ONE, ONE + 0.003 * white(6.0, seed=2)[: ONE.size], np.pad(ONE, (700, 200)), np.round(ONE * 255) / 255],
    ids=["softer", "noisier", "later", "eight bits"],
)
def test_a_copy_is_the_same_sound(copy):
    assert same_sound(heard(ONE), heard(copy.astype(np.float32)))


def test_another_rate_is_the_same_sound():
    half = resample_poly(ONE, 1, 2).astype(np.float32)
    assert same_sound(heard(ONE), heard(half, RATE // 2))


def test_other_words_and_other_lengths_are_not():
    assert not same_sound(heard(ONE), heard(OTHER))
    assert not same_sound(heard(ONE), heard(ONE[: 4 * RATE]))
    assert not same_sound(heard(ONE[: RATE // 5]), heard(ONE[: RATE // 5]))  # too short to tell


def test_copies_are_told_by_the_first_of_them():
    prints = [heard(OTHER), heard(ONE), heard(0.3 * ONE), heard(0.1 * OTHER), heard(0.6 * ONE)]
    assert first_copies(prints) == [0, 1, 1, 0, 1]
    assert first_copies([]) == []
