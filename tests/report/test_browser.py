"""The page in headless Chromium: it opens, explains, is accessible, and asks nothing of the network."""

import re

import pytest

from pipeline.report.page import write_report
from tests.report.browsing import open_sample, play_from, wait_until
from tests.report.conftest import MARKUP, ODD

SIZES = (390, 1280, 1920)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", SIZES)
def test_it_opens_at_every_width_without_a_word_or_a_request(look, prepared, width, scheme):
    looked = look(prepared / "report.html", width, scheme)
    page = looked.page
    for summary in page.locator(".sample > details > summary").all():
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
    for name in ("onerror", "quoted"):
        open_sample(looked.page, name)  # what is behind a line is made of text then
    assert looked.page.locator("img[src=x]").count() == 0
    assert looked.complaints == []


def test_a_link_opens_the_explanation(look, prepared):
    page = look(prepared / "report.html").page
    link = open_sample(page, "fan-noise").get_by_role("link", name="About noise")
    link.click()
    page.locator("#about-noisy dl").wait_for(state="visible")  # the address changes a moment later
    assert page.evaluate("document.activeElement.matches('#about-noisy summary')")  # who reads by ear is there too
    page.get_by_role("button", name="Back to the sample").click()
    assert link.evaluate("(link) => document.activeElement === link")
    assert page.locator("#back").is_hidden()


def test_the_theme_can_be_chosen(look, prepared):
    page = look(prepared / "report.html").page
    theme = page.locator("#theme")
    assert theme.get_attribute("aria-pressed") == "false"
    theme.click()
    assert theme.get_attribute("aria-pressed") == "true"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 24, 27)"


def test_one_file_holds_everything_where_asked(look, prepared, tmp_path):
    page_file = tmp_path / "sent.html"
    page_file.write_bytes(write_report(prepared, embed=True).read_bytes())
    looked = look(page_file)
    play_from(looked.page, "market.m4a", 3.0)
    assert looked.complaints == []
    assert {re.match(r"\w+:", url)[0] for url in looked.requests} <= {"file:", "data:"}
    assert [url for url in looked.requests if url.startswith("file:")] == [page_file.as_uri()]


def test_sound_that_is_gone_is_said(look, prepared, tmp_path):
    alone = tmp_path / "report.html"
    alone.write_bytes((prepared / "report.html").read_bytes())
    page = look(alone).page
    open_sample(page, "market.m4a")
    page.locator("details[open] .play").click()
    page.wait_for_selector(".trouble:not([hidden])")
    assert "not beside this page" in page.locator(".trouble:not([hidden])").first.inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault(look, prepared, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    looked = look(prepared / "report.html", 1280, scheme)
    looked.page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
    wait_until(looked.page, "document.querySelectorAll('.body').length === document.querySelectorAll('.sample').length")
    looked.page.evaluate("document.querySelectorAll('.body details').forEach((details) => { details.open = true; })")
    looked.page.keyboard.press("b")  # one side is heard, the other steps back
    result = axe.run(looked.page).response
    found = result["violations"]
    assert len(result["passes"]) > 15  # it did look
    assert [(entry["id"], entry["nodes"][0]["html"][:120]) for entry in found] == []
