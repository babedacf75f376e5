"""Where findings stand in the pictures, before and after; times along them."""

import pytest

from pipeline.records import Finding, Severity
from pipeline.report.page.marks import in_input, in_output, marks_after, marks_before
from pipeline.report.page.rulers import ticks

KEPT = ((1.0, 3.0), (5.0, 9.0))
"""Of ten seconds: six of them, in two stretches."""


@pytest.mark.parametrize(
    ("span", "left"),
    [
        ((1.5, 2.0), [(0.5, 1.0)]),
        ((0.0, 1.5), [(0.0, 0.5)]),
        ((2.5, 6.0), [(1.5, 2.0), (2.0, 3.0)]),  # over a cut: one piece on either side of it
        ((3.5, 4.5), []),
        ((9.5, 10.0), []),
        ((6.0, 6.0), [(3.0, 3.0)]),  # a moment is a place too
        ((3.0, 3.0), []),  # where the cut begins nothing is left
    ],
)
def test_a_stretch_is_found_in_what_was_kept(span, left):
    assert in_output(span, KEPT) == left


def test_a_time_goes_there_and_back():
    for at_s in (1.0, 2.9, 5.0, 8.9):
        ((start, _),) = in_output((at_s, at_s), KEPT)
        assert in_input(start, KEPT) == pytest.approx(at_s)
    assert in_input(99.0, KEPT) == 9.0


def finding(severity, *spans):
    return Finding(code="clicks", severity=severity, message="m", at_s=spans)


def test_what_is_fixed_has_no_mark_after():
    findings = [finding(Severity.FIXED, (1.5, 2.0)), finding(Severity.REVIEW, (3.2, 4.0), (6.0, 6.6))]
    before, after = marks_before(findings, 10.0, KEPT), marks_after(findings, KEPT)
    assert [(mark.at_s, mark.stands) for mark in before] == [(1.5, False), (3.2, False), (6.0, True)]
    ((left, width, at_s),) = [(mark.left_percent, mark.width_percent, mark.at_s) for mark in after]
    assert (left, width) == (50.0, 10.0)  # the fourth of six seconds
    assert at_s == 6.0  # still in the time of the input, by which the player goes


def test_over_a_cut_it_is_one_mark():
    (mark,) = marks_after([finding(Severity.NOTE, (2.5, 6.0))], KEPT)
    assert (mark.left_percent, mark.width_percent, mark.at_s) == (25.0, 25.0, 2.5)


@pytest.mark.parametrize("duration_s", [0.4, 2.6, 9.0, 44.2, 82.5, 300.0, 7000.0])
def test_a_ruler_has_a_few_round_times(duration_s):
    times = ticks(duration_s)
    assert 3 <= len(times) <= 6
    assert [tick.percent for tick in times] == sorted({tick.percent for tick in times})
    assert times[-1].percent <= 100.0


def test_times_on_a_ruler_are_told_as_on_a_clock():
    assert [tick.text for tick in ticks(82.5)] == ["0:00", "0:20", "0:40", "1:00", "1:20"]
    assert [tick.text for tick in ticks(1.0)][:2] == ["0.0 s", "0.2 s"]
    assert [tick.text for tick in ticks(0.0)] == ["0.0 s"]
