"""The list in a browser: filters, search, order."""

from pathlib import Path

from pipeline.records import Finding, Record, Severity, Status
from pipeline.report.page import write_report
from tests.report.browsing import shown
from tests.report.conftest import MARKUP, ODD, TAKES


def status_and_score(page):
    return page.locator(".sample").evaluate_all(
        "(all) => all.map((one) => [one.dataset.status, Number(one.dataset.score)])"
    )


def test_filter_and_search(look, prepared):
    page = look(prepared / "report.html").page
    everything = shown(page)
    assert len(everything) == len(TAKES)
    page.locator(".tile[data-status=rejected]").click()
    assert shown(page) == [f"mia/{MARKUP}"]
    page.locator("#clear").click()
    assert shown(page) == everything
    page.select_option("#finding", "noisy")
    assert shown(page) == ["fan-noise.mp3"]
    page.select_option("#finding", "")
    page.fill("#search", "WHATEVER its")
    assert shown(page) == ["not-audio.mp3"]
    page.fill("#search", "bandwidth")  # stands in every table: only what is said of a sample is searched
    assert shown(page) == []
    page.fill("#search", "nothing is like that")
    assert shown(page) == []
    assert page.locator("#none").is_visible()
    assert page.locator("#shown").inner_text() == f"0 of {len(TAKES)} shown"
    page.fill("#search", "")


def test_the_search_knows_what_is_said_of_a_sample(look, prepared):
    page = look(prepared / "report.html").page
    for words, names in {
        "noisy": ["fan-noise.mp3"],  # a code
        "too little speech": [f"mia/{MARKUP}"],  # a finding's name, which stands nowhere in its line
        "declip": [f"{ODD}.flac"],  # a step that did something
        "samples restored": [f"{ODD}.flac"],  # and what it did
    }.items():
        page.fill("#search", words)
        assert shown(page) == names, words


def test_what_needs_attention_stands_first(look, prepared):
    page = look(prepared / "report.html").page
    came = status_and_score(page)
    assert [status for status, _ in came] == ["failed", "rejected", "review", "accepted", "accepted"]
    page.select_option("#sort", "best")
    best = status_and_score(page)
    assert [status for status, _ in best] == ["accepted", "accepted", "review", "rejected", "failed"]
    assert best[0][1] >= best[1][1]
    page.select_option("#sort", "place")
    places = page.locator(".sample").evaluate_all("(all) => all.map((one) => Number(one.dataset.place))")
    assert places == sorted(places)
    page.select_option("#sort", "attention")
    assert status_and_score(page) == came


def test_a_score_that_did_not_decide_is_no_boast(look, prepared):
    page = look(prepared / "report.html").page
    rejected = page.locator(".sample.rejected .score")
    assert "a limit decides" in rejected.inner_text()
    assert "a limit decides" not in page.locator(".sample.review .score").inner_text()


def test_what_to_fix_first_shows_as_many_as_it_says(look, prepared):
    page = look(prepared / "report.html").page
    for fault in page.locator(".fix").all():
        count = int(fault.locator("b").inner_text().split()[0])
        fault.click()
        assert len(shown(page)) == count, fault.inner_text()
        fault.click()
        assert len(shown(page)) == len(TAKES)
    failed = page.locator(".fix[data-status=failed]")
    assert failed.inner_text() == f"1 of {len(TAKES)} could not be read"


def test_a_note_is_not_promised(look, tmp_path):
    """Two samples have noise, but only one is kept back by it: that one is what the link shows."""
    noisy = Finding(code="noisy", severity=Severity.REVIEW, message="m")
    records = [
        Record(path="a.wav", status=Status.REVIEW, findings=(noisy,)),
        Record(path="b.wav", status=Status.ACCEPTED, findings=(noisy.model_copy(update={"severity": Severity.NOTE}),)),
    ]
    page = look(Path(write_report(tmp_path, records=records))).page
    page.locator(".fix", has_text="1 of 2").click()
    assert shown(page) == ["a.wav"]
    assert page.locator("#shown").inner_text() == "1 of 2 shown, kept back by noise"
    page.locator("#clear").click()
    page.select_option("#finding", "noisy")
    assert shown(page) == ["a.wav", "b.wav"]
