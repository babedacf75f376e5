"""A metric's bar: where a value stands among the limits, and how both are told."""

import pytest

from pipeline.preview import read_preview
from pipeline.preview.keeping import Limits
from pipeline.records import Record, Severity, Status
from pipeline.report.page.bars import _bar, bars
from pipeline.report.page.labels import value_text
from pipeline.report.page.samples import sample_view

SNR = Limits(
    part="snr",
    metric="audible_snr_db",
    points=((0.0, 10.0), (40.0, 100.0)),
    below={Severity.REJECT: 10.0, Severity.REVIEW: 26.0, Severity.NOTE: 32.0},
)
CLICKS = Limits(part="clicks", metric="click_count", above={Severity.NOTE: 4.0, Severity.REVIEW: 8.0})
DROPOUTS = Limits(part="dropouts", metric="dropout_count", above={Severity.NOTE: 0.0})


def test_a_limit_is_told_short_and_a_zone_in_words():
    bar = _bar("audible_snr_db", [SNR], {"audible_snr_db": 9.0}, {"audible_snr_db": 40.0})
    assert [zone.limit for zone in bar.zones] == ["10 dB", "26 dB", "32 dB", ""]
    assert (bar.before_says, bar.after_says, bar.kind) == ("reject: under 10 dB", "good", "good")
    assert bar.is_telling  # it is good now, and was not
    assert _bar("click_count", [CLICKS], {"click_count": 9.0}, {"click_count": 6.0}).after_says == "note: over 4"
    assert not _bar("click_count", [CLICKS], {"click_count": 1.0}, {"click_count": 0.0}).is_telling


@pytest.mark.parametrize(
    ("limits", "value", "kind", "percent"),
    [
        (SNR, 5.0, "reject", 12.5),  # the middle of the first of four zones
        (SNR, 10.0, "review", 25.0),  # a limit that is reached is kept
        (SNR, 29.0, "note", 62.5),
        (SNR, 36.0, "good", 87.5),
        (SNR, 90.0, "good", 98.5),  # beyond the end, and still seen
        (CLICKS, 0.0, "good", 98.5),  # less is better, and to the right
        (CLICKS, 6.0, "note", 50.0),
        (CLICKS, 12.0, "review", 1.5),
        (DROPOUTS, 0.0, "good", 98.5),  # nothing wrong stands at the same place for every count
        (DROPOUTS, 1.0, "note", 1.5),
    ],
)
def test_a_value_stands_in_its_zone(limits, value, kind, percent):
    bar = _bar(limits.metric, [limits], {limits.metric: value}, {limits.metric: None})
    assert (bar.kind, bar.before_percent, bar.after_percent) == (kind, percent, None)
    width = 100.0 / len(bar.zones)
    assert bar.zones[min(int(bar.before_percent // width), len(bar.zones) - 1)].kind == kind


def test_every_limit_of_the_profile_has_a_bar_and_the_worst_stands_first(prepared):
    name = "fan-noise.mp3"
    view = sample_view(
        0, Record(path=name, status=Status.REVIEW, before={"audible_snr_db": 18.0}), prepared, embed=False
    )
    assert [bar.label for bar in view.telling] == ["Voice over audible noise"]
    assert view.telling[0].kind == "review"
    limits = {entry.metric for entry in read_preview(prepared, name).limits if entry.below or entry.above}
    assert {bar.metric for bar in (*view.telling, *view.quiet)} == limits
    assert bars(Record(path=name, status=Status.REVIEW), read_preview(prepared, name))[0].before == "-"


@pytest.mark.parametrize(
    ("metric", "value", "text"),
    [
        ("bandwidth_hz", 7849.3, "7849 Hz"),
        ("speech_s", 36.52, "36.5 s"),
        ("dropout_count", 3.0, "3"),
        ("speaker_changes", 0.0, "0"),
        ("image_ratio", 0.00031, "0.031 %"),
        ("speech_ratio", 0.873, "87 %"),
        ("loudness_lufs", -20.04, "-20.0 LUFS"),
        ("someones_own", 2.5, "2.5"),
        ("snr_db", None, "-"),
    ],
)
def test_values_are_told_as_people_read_them(metric, value, text):
    assert value_text(metric, value) == text
