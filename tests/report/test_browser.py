"""The page in headless Chromium: it opens, plays, switches, filters, and asks nothing of the network."""

import re
import time

import pytest

from pipeline.report.page import write_report
from tests.report.conftest import MARKUP, ODD, TAKES

SIZES = (390, 1280, 1920)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", SIZES)
def test_it_opens_at_every_width_without_a_word_or_a_request(look, prepared, width, scheme):
    looked = look(prepared / "report.html", width, scheme)
    page = looked.page
    for summary in page.locator(".sample summary").all():
        summary.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width  # nothing runs out at the side
    assert page.locator(".mel").count() == 8  # a picture before and after of each that was judged
    for picture in page.locator(".mel").all():
        picture.scroll_into_view_if_needed()  # they are loaded when they come near
    wait_until(page, "[...document.querySelectorAll('.mel')].every((image) => image.naturalWidth > 100)")
    assert looked.complaints == []
    assert all(url.startswith(("file:", "data:")) for url in looked.requests)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == (
        "rgb(20, 24, 27)" if scheme == "dark" else "rgb(251, 250, 247)"
    )


def test_names_stay_text(look, prepared):
    looked = look(prepared / "report.html")
    names = looked.page.locator(".name").all_inner_texts()
    assert f"mia/{MARKUP}" in names
    assert f"{ODD}.flac" in names
    assert looked.page.locator("img[src=x]").count() == 0
    assert looked.complaints == []


PLAYER = "players.get(document.querySelector('details[open] .player'))"


def wait_until(page, expression):
    """Ask again and again from here: the page's policy lets nothing be evaluated in it on a timer."""
    deadline_s = time.monotonic() + 10.0
    while not page.evaluate(expression):
        assert time.monotonic() < deadline_s, expression
        page.wait_for_timeout(50)


def sound_state(page, side):
    return page.evaluate(
        """(side) => {
          const player = players.get(document.querySelector("details[open] .player"));
          const sound = player.sounds.get(side);
          const { currentTime: at, muted, paused } = sound;
          return { at, muted, paused, place: player.place(side, player.at) };
        }""",
        side,
    )


def play_from(page, name, at_s):
    page.locator(".sample", has_text=name).locator("summary").click()
    page.locator("details[open] .seek").evaluate(
        "(seek, at) => { seek.value = at; seek.dispatchEvent(new Event('input', { bubbles: true })); }", at_s
    )
    page.locator("details[open] .play").click()
    wait_until(page, f"{PLAYER}.at > {at_s + 0.3}")


@pytest.mark.parametrize("name", ["market.m4a", "quoted"])
def test_before_and_after_switch_at_once_and_at_the_same_place(look, prepared, name):
    looked = look(prepared / "report.html")
    page = looked.page
    play_from(page, name, 5.0)
    before = sound_state(page, "before")
    assert not before["muted"]
    assert not before["paused"]
    page.locator("details[open] [data-side=after]").first.click()
    after, before = sound_state(page, "after"), sound_state(page, "before")
    assert before["muted"]
    assert not after["muted"]
    assert not after["paused"]
    assert abs(after["at"] - after["place"]) < 0.15  # the same word: they may drift by 80 ms before they are put right
    page.wait_for_timeout(300)
    assert sound_state(page, "after")["at"] > after["at"]
    page.locator("details[open] .play").click()
    assert sound_state(page, "after")["paused"]
    assert sound_state(page, "before")["paused"]
    assert looked.complaints == []


def test_keys_play_and_switch(look, prepared):
    page = look(prepared / "report.html").page
    page.locator(".sample", has_text="market.m4a").locator("summary").click()
    page.locator("details[open] .seek").focus()
    page.keyboard.press("Space")
    wait_until(page, "document.querySelector('.player.playing') !== null")
    page.keyboard.press("b")
    pressed = page.locator("details[open] .sides button[aria-pressed=true]")
    assert pressed.inner_text() == "After"
    page.keyboard.press("a")
    assert pressed.inner_text() == "Before"
    page.keyboard.press("Space")
    wait_until(page, "document.querySelector('.player.playing') === null")


def test_a_finding_is_heard_where_it_is(look, prepared):
    page = look(prepared / "report.html").page
    sample = page.locator(".sample", has_text="quoted")
    sample.locator("summary").click()
    button = sample.locator(".at").nth(1)
    at_s = float(button.get_attribute("data-at"))
    button.click()
    wait_until(page, "document.querySelector('.player.playing') !== null")
    place = page.evaluate(f"{PLAYER}.at")
    assert at_s - 0.35 <= place <= at_s + 1.0
    assert sample.locator(".mark").count() > 10


def test_another_player_stops_the_first(look, prepared):
    page = look(prepared / "report.html").page
    for name in ("market.m4a", "fan-noise"):
        page.locator(".sample", has_text=name).locator("summary").click()
        page.locator(".sample", has_text=name).locator(".play").click()
        page.locator(".sample:has(.playing)", has_text=name).wait_for()
        wait_until(page, "document.querySelectorAll('.player.playing').length === 1")


def shown(page):
    return page.locator(".sample:not([hidden]) .name").all_inner_texts()


def test_filter_search_and_sort(look, prepared):
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
    assert page.locator("#none").is_visible()
    assert page.locator("#shown").inner_text() == f"0 of {len(TAKES)} shown"
    page.fill("#search", "")
    page.select_option("#sort", "best")
    scores = [float(item.get_attribute("data-score")) for item in page.locator(".sample").all()]
    assert scores == sorted(scores, reverse=True)
    page.select_option("#sort", "place")
    assert shown(page) == everything


def test_a_link_opens_the_explanation(look, prepared):
    page = look(prepared / "report.html").page
    page.locator(".sample", has_text="fan-noise").locator("summary").click()
    page.locator(".sample", has_text="fan-noise").get_by_role("link", name="About noise").click()
    page.locator("#about-noisy dl").wait_for(state="visible")  # the address changes a moment later


def test_the_theme_can_be_chosen(look, prepared):
    page = look(prepared / "report.html").page
    page.locator("#theme").click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 24, 27)"


def test_one_file_holds_everything_where_asked(look, prepared, tmp_path):
    page_file = tmp_path / "sent.html"
    page_file.write_bytes(write_report(prepared, embed=True).read_bytes())
    write_report(prepared)  # as it was, for the tests after this one
    looked = look(page_file)
    play_from(looked.page, "market.m4a", 3.0)
    assert looked.complaints == []
    assert {re.match(r"\w+:", url)[0] for url in looked.requests} <= {"file:", "data:"}
    assert [url for url in looked.requests if url.startswith("file:")] == [page_file.as_uri()]


def test_sound_that_is_gone_is_said(look, prepared, tmp_path):
    alone = tmp_path / "report.html"
    alone.write_bytes((prepared / "report.html").read_bytes())
    page = look(alone).page
    page.locator(".sample", has_text="market.m4a").locator("summary").click()
    page.locator("details[open] .play").click()
    page.wait_for_selector(".trouble:not([hidden])")
    assert "not beside this page" in page.locator(".trouble:not([hidden])").first.inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault(look, prepared, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    looked = look(prepared / "report.html", 1280, scheme)
    looked.page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
    result = axe.run(looked.page).response
    found = result["violations"]
    assert len(result["passes"]) > 15  # it did look
    assert [(entry["id"], entry["nodes"][0]["html"][:120]) for entry in found] == []
