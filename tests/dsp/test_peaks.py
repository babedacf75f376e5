"""Peaks, beside scipy's."""

import numpy as np
import pytest
from scipy import signal

from pipeline.dsp.peaks import find_peaks


@pytest.mark.parametrize("seed", range(40))
def test_peaks_are_those_of_scipy(seed):
    rng = np.random.default_rng(seed)
    for _ in range(20):
        values = np.maximum(3.0 * rng.standard_normal(rng.integers(0, 80)), -1.5)
        height, apart, prominence = rng.uniform(-2.0, 2.0), int(rng.integers(1, 9)), float(rng.choice([0.0, 1.0, 2.5]))
        theirs = signal.find_peaks(values, height=height, distance=apart, prominence=prominence)[0]
        np.testing.assert_array_equal(find_peaks(values, height, apart, prominence), theirs)


def test_a_flat_peak_is_found_in_its_middle_and_an_end_is_none():
    assert find_peaks(np.array([9.0, 0.0, 1.0, 1.0, 1.0, 0.0, 9.0]), 0.5, 1).tolist() == [3]
