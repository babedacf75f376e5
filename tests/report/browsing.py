"""What the browser tests share: opening a sample, and waiting for what comes a moment later."""

import time

PLAYER = "players.get(document.querySelector('details[open] .player'))"


def wait_until(page, expression):
    """Ask again and again from here: the page's policy lets nothing be evaluated in it on a timer."""
    deadline_s = time.monotonic() + 10.0
    while not page.evaluate(expression):
        assert time.monotonic() < deadline_s, expression
        page.wait_for_timeout(50)


def open_sample(page, name):
    sample = page.locator(".sample", has_text=name)
    sample.locator("> details > summary").click()
    sample.locator(".body").wait_for()
    return sample


def play_from(page, name, at_s):
    open_sample(page, name)
    page.locator("details[open] .seek").evaluate(
        "(seek, at) => { seek.value = at; seek.dispatchEvent(new Event('input', { bubbles: true })); }", at_s
    )
    page.locator("details[open] .play").click()
    wait_until(page, f"{PLAYER}.at > {at_s + 0.3}")


def shown(page):
    """Return the names in the list, when it has settled: the search waits until nobody types."""
    page.wait_for_timeout(200)
    return page.locator(".sample:not([hidden]) .name").all_inner_texts()
