import numpy as np
import pytest

from pipeline.profile import load_profile
from pipeline.records import Status
from pipeline.selection import search
from pipeline.selection.candidates import Candidate, best_of
from pipeline.selection.windows import Window

PLAN = load_profile("clone")


def candidate(score, cost, status=Status.ACCEPTED, is_strange=False):
    return Candidate((Window(0.0, 60.0, 45.0, cost, is_strange),), status, score)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (candidate(84.0, 0.6), candidate(79.0, 0.5)),  # within one clean minute cells differ by as much
        (candidate(84.0, 0.2), candidate(90.0, 0.8)),  # a bad phrase, hidden in the score of the whole
        (candidate(99.8, 0.1), candidate(100.0, 0.2)),
        (candidate(72.0, 0.9), candidate(95.0, 0.1, Status.REVIEW)),
        (candidate(50.0, 0.9, Status.REVIEW), candidate(99.0, 0.1, is_strange=True)),
    ],
)
def test_own_voice_then_verdict_then_score_unless_cells_say_otherwise(better, worse):
    assert best_of([worse, better]) == best_of([better, worse]) == better


@pytest.fixture
def peak(monkeypatch):
    """Windows whose cells tell no more than the neighbourhood of the one whose score is best; graded without sound."""
    rng, peak_s = np.random.default_rng(7), (232.0, 281.0)

    def graded(take, windows, plan):
        (window,) = windows
        off_s = abs(window.start_s - peak_s[0]) + abs(window.stop_s - peak_s[1])
        return Candidate((window,), Status.ACCEPTED, max(20.0, 98.0 - off_s))

    monkeypatch.setattr(search, "graded", graded)
    starts_s = np.arange(0.0, 600.0, 2.0)
    windows = [
        Window(start_s, start_s + length_s, 40.0, abs(start_s - 230.0) / 60.0 + rng.uniform(0.0, 0.15), False)
        for start_s in starts_s
        for length_s in (41.0, 49.0, 60.0)
    ]
    return sorted(windows, key=lambda window: window.cost), peak_s


def test_the_neighbourhood_of_the_best_is_searched_while_that_helps(peak):
    windows, peak_s = peak
    best, count = search.best_window(None, windows, PLAN)
    assert (best.windows[0].start_s, best.windows[0].stop_s) == peak_s
    assert count <= search.MOST < len(windows) / 10
