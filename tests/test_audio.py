import pickle

import numpy as np
import pytest

from pipeline.audio import MAX_ABS, Audio
from pipeline.errors import AudioError


@pytest.mark.parametrize(
    ("wave", "said"),
    [
        (np.zeros(8, np.float32), "shape"),
        (np.zeros((1, 0), np.float32), "shape"),
        (np.zeros((0, 4), np.float32), "shape"),
        (np.zeros((1, 4), np.int16), "floating-point"),
        (np.array([[0.0, np.nan]]), "not numbers"),
        (np.array([[0.0, np.inf]]), "not numbers"),
        (np.array([[0.0, 1e30]]), "beyond any level"),
        (np.array([[0.0, 1.01 * MAX_ABS]]), "beyond any level"),
    ],
)
def test_what_is_no_sound_is_refused(wave, said):
    with pytest.raises(AudioError, match=said):
        Audio(wave, 16000)


def test_a_rate_below_one_is_refused():
    with pytest.raises(AudioError, match="sample rate"):
        Audio(np.zeros((1, 4), np.float32), 0)


def test_the_wave_is_float32_and_read_only_and_the_callers_array_is_not_touched():
    mine = np.full((2, 5), 0.25)
    audio = Audio(mine, 8000)
    mine[:] = 9.0
    assert audio.wave.dtype == np.float32
    assert np.all(audio.wave == 0.25)
    with pytest.raises(ValueError, match="read-only"):
        audio.wave[0, 0] = 1.0
    assert (audio.channels, audio.frames, audio.duration_s) == (2, 5, 5 / 8000)


def test_it_survives_a_pickle():
    audio = Audio(np.full((1, 3), 0.5), 8000)
    again = pickle.loads(pickle.dumps(audio))
    assert np.array_equal(again.wave, audio.wave)
    assert again.sample_rate_hz == 8000
