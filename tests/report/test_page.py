"""The page as text: what stands in it, and what it is made of."""

import re

import pytest

from pipeline.errors import EncodeError, UsageError
from pipeline.findings import event_finding
from pipeline.preview import read_preview
from pipeline.preview.files import sound_file
from pipeline.records import Failure, Finding, Record, Score, Severity, Status, Step
from pipeline.report.page import write_report
from pipeline.report.page.overview import overview
from pipeline.report.page.render import page
from pipeline.report.page.rulers import minutes, ticks
from pipeline.report.page.samples import limit_decides, sample_view, search_words
from pipeline.report.page.views import STRIP_COLUMNS, strip_path, views, wave_path
from pipeline.report.words import upload_words
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
    evil = "</noscript></script><script>alert(1)</script>"
    finding = Finding(code="own'\"<b>", severity=Severity.REVIEW, message=evil, remedy=evil)
    upload = {"state": evil, "voice_id": evil, "message": evil}
    text = page([record(evil, findings=(finding,), upload=upload)], tmp_path)
    assert text.count("<script>") == 1
    assert text.count("</noscript>") == text.count("<noscript>")  # none of them ends early
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
    assert "<dd>made as voice 9001</dd>" in page([record(upload=upload)], tmp_path)


@pytest.mark.parametrize(
    ("upload", "words"),
    [
        ({"state": "DONE", "voice_id": 5, "message": "created as voice 5"}, "made as voice 5"),
        ({"state": "DONE", "voice_id": 5, "message": "voice 5: as it was sent"}, "made as voice 5: as it was sent"),
        ({"state": "REFUSED", "voice_id": None, "message": "no consent"}, "refused: no consent"),
        ({"state": "own"}, "own"),
        (None, "not sent"),
    ],
)
def test_an_upload_is_told_once_and_in_words(upload, words):
    assert upload_words(upload) == words


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


def test_the_top_names_what_failed():
    failure = Failure(step="decode", kind="DecodeError", message="m")
    failed = [Record(path=f"{name}.mp3", status=Status.FAILED, error=failure) for name in "abcde"]
    top = overview([record(), *failed]).failed
    assert (top.count, top.words, top.names, top.more) == (5, "could not be read", ("a.mp3", "b.mp3", "c.mp3"), 2)
    late = failed[0].model_copy(update={"error": failure.model_copy(update={"step": "denoise"})})
    assert overview([late]).failed.words == "could not be judged"
    assert overview([record()]).failed is None


def test_what_needs_attention_comes_first(tmp_path):
    records = [
        record("good", score=99.0),
        record("poor", Status.REJECTED, 10.0),
        record("short", Status.REJECTED, 100.0),
        Record(path="gone", status=Status.FAILED),
        record("fair", score=75.0),
        record("noisy", Status.REVIEW, 40.0),
    ]
    order = re.findall(r'data-name="(\w+)"', page(records, tmp_path))
    assert order == ["gone", "poor", "short", "noisy", "fair", "good"]


def test_a_limit_decides_where_the_score_would_have_passed(prepared):
    preview = read_preview(prepared, "fan-noise.mp3")
    assert limit_decides(record(status=Status.REJECTED, score=100.0), preview)
    assert limit_decides(record(status=Status.REVIEW, score=preview.accept_score), preview)
    assert not limit_decides(record(status=Status.REVIEW, score=preview.accept_score - 1.0), preview)
    assert not limit_decides(record(status=Status.REJECTED, score=preview.review_score - 1.0), preview)
    assert not limit_decides(record(), preview)


def test_what_could_not_be_told_is_one_line_in_words(tmp_path):
    undefined = event_finding("undefined", Severity.NOTE, "noise_variation_db undefined: there is too little pause.")
    unknown = event_finding("not_measured", Severity.NOTE, "hum_db, someones_own")
    text = page([record(findings=(undefined, unknown))], tmp_path)
    said = re.search(r'<p class="untold">(.*?)</p>', text)[1]
    assert said == (
        "Wandering of the noise could not be told: there is too little pause. "
        "This version does not measure Mains hum and someones own."
    )
    assert "noise_variation_db" not in text.split("<noscript><div")[1]


def test_the_search_looks_at_what_was_done_and_not_at_what_was_not():
    steps = (Step(name="declip", why="12 samples restored"), Step(name="hum", kept=False, why="no hum"))
    short = Finding(code="short", severity=Severity.REVIEW, message="Only 9 s of speech.")
    words = search_words(record("Mia.wav", findings=(short,), steps=steps, upload={"state": "DONE", "voice_id": 9001}))
    for part in ("mia.wav", "short", "too little speech", "only 9 s", "declip", "12 samples restored", "voice 9001"):
        assert part in words
    assert "hum" not in words


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
    picture = read_preview(prepared, "fan-noise.mp3").before
    for path, columns in ((wave_path(picture.low, picture.high), 600), (strip_path(picture), STRIP_COLUMNS)):
        assert re.fullmatch(r"M0,-?\d+l(-?\d+,-?\d+ ?)+z", path)
        assert len(path.split()) == 2 * columns - 1  # each point but the first, from the one before
    assert strip_path(picture.model_copy(update={"low": (-1,), "high": (1,)})).startswith("M0,-1l1,0 ")


def test_what_was_shortened_is_said_and_has_a_ruler_of_its_own(prepared):
    preview = read_preview(prepared, "fan-noise.mp3")
    total_s = preview.before.duration_s
    whole = views(record("fan-noise.mp3"), preview, prepared, embed=False)[1]
    assert (whole.shortened, whole.ruler) == ("", ())  # it stands under the ruler of the input
    cut = preview.model_copy(update={"kept_s": ((0.0, 4.0), (9.0, total_s))})
    after = views(record("fan-noise.mp3"), cut, prepared, embed=False)[1]
    assert after.shortened == f"shortened: {minutes(total_s)} to {minutes(preview.after.duration_s)}"
    assert after.ruler == ticks(preview.after.duration_s)
    assert (after.left_percent, after.width_percent) == (0.0, 100.0)
