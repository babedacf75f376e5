"""The page without script, in the system's own colours, and on paper."""

import pytest

from tests.report.browsing import open_sample
from tests.report.conftest import TAKES


def test_without_script_everything_is_there_and_plays(look, prepared):
    page = look(prepared / "report.html", java_script_enabled=False).page
    assert page.locator(".sample").count() == len(TAKES)
    sample = page.locator(".sample", has_text="fan-noise")
    sample.locator("> details > summary").click()
    assert sample.locator("audio").count() == 2
    assert sample.locator("audio").first.is_visible()
    assert sample.locator(".findings li").first.is_visible()
    assert page.locator(".lead", has_text="if scripts may run").is_visible()
    for control in ("#search", "#sort", "#theme", "#shown"):
        assert page.locator(control).is_hidden()
    assert sample.locator(".controls").is_hidden()


def test_what_is_behind_a_line_is_made_when_it_is_opened(look, prepared):
    """Hundreds of samples are loaded as lines: a page of 500 opens in less than a second."""
    page = look(prepared / "report.html").page
    assert page.locator(".body").count() == 0
    open_sample(page, "fan-noise")
    assert page.locator(".body").count() == 1


def test_with_script_there_is_one_player(look, prepared):
    page = look(prepared / "report.html").page
    sample = open_sample(page, "fan-noise")
    assert not any(sound.is_visible() for sound in sample.locator("audio").all())
    assert sample.locator(".controls").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_told_by_colour_is_seen_in_the_systems_colours(look, prepared, scheme):
    page = look(prepared / "report.html", scheme=scheme, forced_colors="active").page
    sample = open_sample(page, "quoted")
    sample.locator(".rest summary").click()
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    for part in (".stack i", ".bar i.good", ".bar i.review", ".bar .now", ".play", ".sides [aria-pressed=true]"):
        assert page.locator(part).first.evaluate("(part) => getComputedStyle(part).backgroundColor") != ground, part
    dot = page.locator(".badge").first.evaluate("(badge) => getComputedStyle(badge, '::before').backgroundColor")
    assert dot != ground
    mark = sample.locator(".mark").first
    assert "gradient" in mark.evaluate("(mark) => getComputedStyle(mark).backgroundImage")
    assert page.locator(".strip path").first.evaluate("(wave) => getComputedStyle(wave).fill") != ground


def test_paper_is_light_and_keeps_its_colours(look, prepared):
    page = look(prepared / "report.html", scheme="dark").page
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(251, 250, 247)"
    assert page.locator(".stack i").first.evaluate("(part) => getComputedStyle(part).printColorAdjust") == "exact"
    assert page.locator("#search").is_hidden()
