"""The page as text: what stands in it, and what it is made of."""

import re

import pytest

from pipeline.errors import EncodeError, UsageError
from pipeline.preview import read_preview
from pipeline.preview.files import sound_file
from pipeline.preview.keeping import Limits
from pipeline.records import Finding, Record, Score, Severity, Status
from pipeline.report.page import write_report
from pipeline.report.page.bars import _bar, bars
from pipeline.report.page.labels import value_text
from pipeline.report.page.overview import overview
from pipeline.report.page.samples import sample_view, wave_path
from pipeline.report.page.write import page
from tests.report.conftest import MARKUP, TAKES


def record(path="take.wav", status=Status.ACCEPTED, score=90.0, **more):
    return Record(path=path, status=status, score=Score(before=score, after=score), **more)


def test_every_record_stands_in_it(prepared):
    text = (prepared / "report.html").read_text(encoding="utf-8")
    assert text.count('<li class="sample ') == len(TAKES)
    assert MARKUP not in text  # only escaped
    assert "&lt;img src=x onerror=alert(1)&gt;" in text
    assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", text)  # nothing from elsewhere


def test_texts_are_escaped_wherever_they_come_from(tmp_path):
    evil = "</script><script>alert(1)</script>"
    finding = Finding(code="own'\"<b>", severity=Severity.REVIEW, message=evil, remedy=evil)
    upload = {"state": evil, "voice_id": evil, "message": evil}
    text = page([record(evil, findings=(finding,), upload=upload)], tmp_path)
    assert text.count("<script>") == 1
    assert "own&#39;&#34;&lt;b&gt;" in text


def test_a_folder_without_records_is_said(tmp_path):
    with pytest.raises(UsageError, match="prepare samples first"):
        write_report(tmp_path)


def test_a_folder_that_takes_nothing_is_said(prepared, tmp_path):
    with pytest.raises(EncodeError, match=re.escape("report.html cannot be written")):
        write_report(tmp_path / "gone", records=[record()])


def test_what_was_not_kept_is_said(tmp_path):
    text = page([record()], tmp_path)
    assert "No picture or sound of it was kept" in text
    assert 'class="player"' not in text


def test_upload_and_voice_stand_in_it(tmp_path):
    upload = {"state": "done", "voice_id": 9001, "message": "made"}
    assert "done, voice 9001: made" in page([record(upload=upload)], tmp_path)


def test_the_top_counts_what_there_is():
    noisy = Finding(code="noisy", severity=Severity.REVIEW, message="m")
    top = overview(
        [
            record(),
            record("b", Status.REVIEW, 55.0, findings=(noisy,)),
            record("c", Status.REJECTED, 100.0, findings=(noisy,)),
            Record(path="d", status=Status.FAILED),
        ]
    )
    assert (top.total, top.judged) == (4, 3)
    assert [(tile.status, tile.count) for tile in top.tiles] == [
        ("accepted", 1), ("review", 1), ("rejected", 1), ("failed", 1),
    ]  # fmt: skip
    assert [(fix.code, fix.count) for fix in top.fixes] == [("noisy", 2)]
    assert "quieter room" in top.fixes[0].remedy
    assert [column.count for column in top.columns] == [0, 0, 0, 0, 0, 1, 0, 0, 0, 2]
    assert top.columns[-1].parts == (("accepted", 1, 50.0), ("rejected", 1, 50.0))


SNR = Limits(
    part="snr",
    metric="audible_snr_db",
    points=((0.0, 10.0), (40.0, 100.0)),
    below={Severity.REJECT: 10.0, Severity.REVIEW: 26.0, Severity.NOTE: 32.0},
)
CLICKS = Limits(part="clicks", metric="click_count", above={Severity.NOTE: 4.0, Severity.REVIEW: 8.0})
DROPOUTS = Limits(part="dropouts", metric="dropout_count", above={Severity.NOTE: 0.0})


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
        (DROPOUTS, 0.0, "good", 75.0),  # a zone of one value: its middle
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
    view = sample_view(0, record(name, before={"audible_snr_db": 18.0}), prepared, embed=False)
    assert view.bars[0].label == "Voice over audible noise"
    assert view.bars[0].kind == "review"
    limits = {entry.metric for entry in read_preview(prepared, name).limits if entry.below or entry.above}
    assert {bar.metric for bar in view.bars} == limits
    assert bars(record(name), read_preview(prepared, name))[0].before == "-"


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


def test_places_near_each_other_share_a_mark(prepared):
    spans = tuple((at / 100, at / 100 + 0.002) for at in range(200))  # two seconds full of them
    finding = Finding(code="clipping", severity=Severity.NOTE, message="m", at_s=(*spans, (9.0, 9.1)))
    view = sample_view(0, record("fan-noise.mp3", findings=(finding,)), prepared, embed=False)
    assert [mark.at_s for mark in view.views[0].marks] == [0.0, 9.0]
    assert len(view.told[0].times) == 6
    assert view.told[0].more == 195


def test_the_output_lies_under_the_part_that_it_is(prepared):
    preview = read_preview(prepared, "fan-noise.mp3")
    ((start_s, stop_s),) = preview.kept_s
    after = sample_view(0, record("fan-noise.mp3"), prepared, embed=False).views[1]
    assert after.left_percent == pytest.approx(100.0 * start_s / preview.before.duration_s, abs=0.01)
    assert after.width_percent == pytest.approx(100.0 * (stop_s - start_s) / preview.before.duration_s, abs=0.01)
    assert preview.after.duration_s == pytest.approx(stop_s - start_s, abs=0.01)


def test_a_rejected_sample_is_heard_too(prepared):
    name = f"mia/{MARKUP}"
    assert sound_file(prepared, name, "after").is_file()
    assert not sound_file(prepared, "fan-noise.mp3", "after").exists()  # its clip is there already


def test_the_envelope_is_a_closed_path(prepared):
    path = wave_path(read_preview(prepared, "fan-noise.mp3").before)
    assert re.fullmatch(r"M(\d+,-?\d+ ?)+Z", path)
    assert len(path.split()) == 600
