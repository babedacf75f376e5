import numpy as np
import pytest

from pipeline.analysis import Analysis
from pipeline.dsp.voiceprint import COEFFICIENTS, Voiceprint
from pipeline.selection.likeness import FEW, UNLIKE, pair_unlikeness, pooled_spread, unlikeness
from tests.recordings import clips, man, woman
from tests.signals import audio

SIZE = 2 * COEFFICIENTS + 1
FRAMES = 400


def drawn(count, shift=0.0, seed=1):
    """Return voiceprints with exactly the spread that is pooled, about a middle that lies `shift` spreads away."""
    rng = np.random.default_rng(seed)
    root = np.linalg.cholesky(pooled_spread())
    own = np.sqrt(1.0 + 200.0 / FRAMES)
    away = root @ np.full(SIZE, shift)
    return [Voiceprint(50.0 + away + own * root @ rng.standard_normal(SIZE), FRAMES) for _ in range(count)]


def test_the_pooled_spread_is_a_covariance():
    spread = pooled_spread()
    assert spread.shape == (SIZE, SIZE)
    assert np.allclose(spread, spread.T, rtol=1e-3)
    assert np.linalg.eigvalsh(spread).min() > 0.0


def test_clips_of_one_voice_lie_at_about_one():
    distances = unlikeness(drawn(40))
    # the mean of 41 squared normals has a deviation of sqrt(2 / 41) = 0.22; fitting to the core takes some of it off
    assert np.median(distances) == pytest.approx(0.9, abs=0.2)
    assert np.mean(distances > UNLIKE) <= 0.1  # every twentieth own clip is lost at the most, on many groups


@pytest.mark.parametrize("count", [32, 12, 6])
def test_the_majority_decides_who_is_the_intruder(count):
    prints = [*drawn(count), *drawn(max(1, count // 4), shift=3.0, seed=2)]
    found = unlikeness(prints) >= UNLIKE
    assert found[:count].mean() <= 0.1
    assert found[count:].all()


@pytest.mark.parametrize("count", [2, FEW - 2])
def test_few_clips_are_judged_by_the_pooled_spread(count):
    assert (unlikeness(drawn(count)) < UNLIKE).all()
    assert (unlikeness([*drawn(count), *drawn(1, shift=3.0, seed=2)]) >= UNLIKE).sum() == 1


def test_pairs():
    one, other = drawn(2)
    (far,) = drawn(1, shift=3.0, seed=2)
    assert pair_unlikeness(one, other) < UNLIKE < pair_unlikeness(one, far)
    assert pair_unlikeness(one, other) == pytest.approx(pair_unlikeness(other, one))
    assert pair_unlikeness(one, one) == 0.0


def test_two_made_voices_are_told_apart():
    prints = [Analysis(audio(wave)).voiceprint for wave in [*clips(woman(), 4.0, 8), *clips(man(), 4.0, 2)]]
    found = unlikeness(prints) >= UNLIKE
    assert list(found) == [False] * 8 + [True] * 2
