"""The exponential integral is scipy's."""

import numpy as np
from scipy.special import exp1 as reference

from pipeline.dsp.exponential_integral import exp1


def test_it_is_scipys_to_the_last_digits():
    values = np.concatenate([np.geomspace(1e-6, 700.0, 20_001), [1.0, np.nextafter(1.0, 2.0)]])
    np.testing.assert_allclose(exp1(values), reference(values), rtol=2e-14)
    assert exp1(np.array([1e4])) == 0.0
    assert exp1(np.empty(0)).size == 0
