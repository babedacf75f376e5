"""A folder that a run wrote, and a browser to look at its page with."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.engine import run
from pipeline.profile import load_profile
from pipeline.report.page import write_report

SAMPLES = Path(__file__).parents[2] / "samples"

MARKUP = "<img src=x onerror=alert(1)>.wav"
ODD = 'a "quoted" & #50% name?.wav'
TAKES = {
    "mia/market.m4a": "mia/market.m4a",
    "mia/hello.wav": f"mia/{MARKUP}",
    "damaged/clipped.flac": f"{ODD}.flac",
    "damaged/fan-noise.mp3": "fan-noise.mp3",
    "damaged/not-audio.mp3": "not-audio.mp3",
}


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with five prepared takes, two of them with names that a page must not take for markup."""
    root = tmp_path_factory.mktemp("report")
    for sample, name in TAKES.items():
        take = root / "takes" / name
        take.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(SAMPLES / sample, take)
    run(load_profile("clone"), [root / "takes"], root / "out")
    write_report(root / "out")
    return root / "out"


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

QUIET = (
    "--no-sandbox",  # as root in a container, there is no other way
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--mute-audio",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium; a machine without one skips what needs it."""
    playwright = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on this machine")
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield chromium
        chromium.close()


class Looked:
    """A page under test: what it asked for, and what it complained of."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))


@pytest.fixture
def look(browser: Any) -> Iterator[Any]:
    """Open a file as a page, of a width and in a colour scheme."""
    contexts = []

    def opened(file: Path, width: int = 1280, scheme: str = "light", **more: Any) -> Looked:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, **more)
        contexts.append(context)
        looked = Looked(context.new_page())
        looked.page.goto(file.as_uri())
        return looked

    yield opened
    for context in contexts:
        context.close()
