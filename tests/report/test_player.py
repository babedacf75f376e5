"""The player in a browser: it plays, switches, finds the places of findings, and has its keys everywhere."""

import pytest

from tests.report.browsing import PLAYER, open_sample, play_from, wait_until

PLAYS, RESTS = (
    "document.querySelector('.player.playing') !== null",
    "document.querySelector('.player.playing') === null",
)


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
    open_sample(page, "market.m4a")
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


def side(page):
    return page.locator("details[open] .sides button[aria-pressed=true]").inner_text()


def test_keys_work_wherever_the_focus_is(look, prepared):
    page = look(prepared / "report.html").page
    sample = open_sample(page, "quoted")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("b")
    assert side(page) == "After"
    page.locator("#theme").focus()
    page.keyboard.press("a")
    assert side(page) == "Before"
    page.keyboard.press("Space")  # a button outside of the player keeps its own meaning
    assert page.locator("#theme").get_attribute("aria-pressed") == "true"
    assert page.evaluate(RESTS)
    page.locator("#search").focus()
    page.keyboard.type("b n ")  # who types a word means the word
    assert page.input_value("#search") == "b n "
    assert side(page) == "Before"
    assert page.evaluate(RESTS)
    page.fill("#search", "")
    sample.locator(".sides button").nth(1).focus()
    page.keyboard.press("Space")  # in the player space plays, whatever has the focus
    wait_until(page, PLAYS)
    assert side(page) == "Before"


def test_space_stops_and_does_not_scroll(look, prepared):
    page = look(prepared / "report.html").page
    sample = open_sample(page, "quoted")
    sample.locator(".at").nth(1).click()
    wait_until(page, PLAYS)
    assert page.evaluate("document.activeElement.matches('.play')")
    page.evaluate("document.activeElement.blur()")
    at = page.evaluate("scrollY")
    page.keyboard.press("Space")
    wait_until(page, RESTS)
    assert page.evaluate("scrollY") == at


def test_every_place_is_reached(look, prepared):
    page = look(prepared / "report.html").page
    sample = open_sample(page, "quoted")
    places = [float(mark.get_attribute("data-at")) for mark in sample.locator("[data-side=before] .mark").all()]
    assert len(places) > sample.locator(".at").count()
    told = sample.locator(".place")
    for number, key in ((1, "n"), (2, "n"), (3, "n"), (2, "p"), (1, "p"), (1, "p")):
        page.keyboard.press(key)
        assert told.inner_text().startswith(f"{number} of {len(places)}: clipping at ")
        assert page.evaluate(f"{PLAYER}.at") == pytest.approx(max(0.0, places[number - 1] - 0.3), abs=0.4)
    sample.get_by_role("button", name="Next place of a finding").click()
    assert told.inner_text().startswith("2 of ")
    page.evaluate(f"{PLAYER}.stop(), {PLAYER}.move({places[-1] - 0.35})")
    page.keyboard.press("n")
    assert told.inner_text().startswith(f"{len(places)} of ")


def test_a_finding_is_heard_where_it_is(look, prepared):
    page = look(prepared / "report.html").page
    sample = open_sample(page, "quoted")
    button = sample.locator(".at").nth(1)
    at_s = float(button.get_attribute("data-at"))
    button.click()
    wait_until(page, "document.querySelector('.player.playing') !== null")
    place = page.evaluate(f"{PLAYER}.at")
    assert at_s - 0.35 <= place <= at_s + 1.0
    assert sample.locator("[data-side=before] .mark").count() > 10


def test_a_place_keeps_the_side_that_has_it_still(look, prepared):
    page = look(prepared / "report.html").page
    sample = open_sample(page, "quoted")
    assert sample.locator("[data-side=after] .mark").count() > 10  # restored, but told still
    page.keyboard.press("b")
    sample.locator(".at").nth(1).click()
    assert side(page) == "After"
    page.evaluate("delete document.querySelectorAll('details[open] .at')[2].dataset.stands")
    sample.locator(".at").nth(2).click()
    assert side(page) == "Before"


def test_a_click_in_a_picture_goes_there_on_its_side(look, prepared):
    page = look(prepared / "report.html").page
    sample = open_sample(page, "market.m4a")
    plot = sample.locator("[data-side=after] .drawn")
    plot.click(position={"x": plot.bounding_box()["width"] / 2.0, "y": 100.0})
    assert side(page) == "After"
    share = page.evaluate(f"{PLAYER}.place('after', {PLAYER}.at) / {PLAYER}.length('after')")
    assert share == pytest.approx(0.5, abs=0.01)
    sample.locator("[data-side=before] .drawn").click(position={"x": 50.0, "y": 100.0})
    assert side(page) == "Before"
    assert page.evaluate("document.activeElement.matches('.play')")


def test_another_player_stops_the_first(look, prepared):
    page = look(prepared / "report.html").page
    for name in ("market.m4a", "fan-noise"):
        open_sample(page, name).locator(".play").click()
        page.locator(".sample:has(.playing)", has_text=name).wait_for()
        wait_until(page, "document.querySelectorAll('.player.playing').length === 1")
