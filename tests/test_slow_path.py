"""What is quick says what is slow: the same records, on takes with every repair."""

from pathlib import Path

import pytest

from pipeline import load_profile, process_file
from tests.slow import as_the_books

SAMPLES = Path(__file__).parents[1] / "samples"
TAKES = (
    "damaged/mains-hum.aac",
    "damaged/fan-noise.mp3",
    "damaged/clipped.flac",
    "damaged/dc-offset.mp3",
    "mia/greeting.ogg",
)
PLAN = load_profile()


@pytest.fixture(params=TAKES, scope="module")
def records(request, tmp_path_factory):
    quick = process_file(PLAN, SAMPLES / request.param, tmp_path_factory.mktemp("quick"))
    with as_the_books():
        slow = process_file(PLAN, SAMPLES / request.param, tmp_path_factory.mktemp("slow"))
    return quick, slow


def test_the_verdict_the_findings_and_the_steps_are_the_same(records):
    quick, slow = records
    assert quick.status == slow.status
    assert [(one.code, one.severity, one.at_s) for one in quick.findings] == [
        (one.code, one.severity, one.at_s) for one in slow.findings
    ]
    assert [(one.name, one.kept) for one in quick.steps] == [(one.name, one.kept) for one in slow.steps]
    assert quick.output is None or quick.output.duration_s == slow.output.duration_s


@pytest.mark.parametrize("side", ["before", "after"])
def test_the_measures_are_the_same(records, side):
    """To a thousandth, which is the step of log-MMSE's table; the rest rounds as float32 does."""
    quick, slow = (getattr(record, side) for record in records)
    if quick is None or slow is None:
        assert quick is slow
        return
    assert {name for name in quick if quick[name] is None} == {name for name in slow if slow[name] is None}
    for name, value in quick.items():
        if value is not None:
            assert value == pytest.approx(slow[name], rel=1e-3, abs=1e-3), name


def test_the_scores_are_the_same(records):
    quick, slow = (record.score for record in records)
    assert quick.before == pytest.approx(slow.before, abs=0.1)
    assert quick.after == pytest.approx(slow.after, abs=0.1)
