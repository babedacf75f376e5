"""The page as HTML: templates, styles and scripts put together."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from markupsafe import Markup

from pipeline.guidance import explanations
from pipeline.records import Record
from pipeline.report.page.overview import overview
from pipeline.report.page.samples import SampleView, needs_most_first, sample_view
from pipeline.report.page.views import STRIP_COLUMNS

TEMPLATES = ("page.html.j2", "sample.html.j2")
"""The page, and what it takes from: each is compiled once."""

STYLES = ("base", "overview", "samples", "player", "measured", "media")
SCRIPTS = ("theme", "list", "player", "bodies", "keys", "explained")
"""Their parts, in the order in which they stand in the page."""

OnSample = Callable[[int, int], None]
"""Told how many samples stand in the page, and of how many."""


def page(records: Sequence[Record], out: Path, embed: bool = False, on_sample: OnSample | None = None) -> str:
    """Return the page as HTML; every text in it that is not ours is escaped."""
    codes = {finding.code for record in records for finding in record.findings}
    script = "\n".join(_asset(f"script/{part}.js") for part in SCRIPTS)
    style = "\n".join(_asset(f"style/{part}.css") for part in STYLES)
    return str(
        _templates()
        .get_template(TEMPLATES[0])
        .render(
            overview=overview(records),
            samples=needs_most_first(_samples(records, out, embed, on_sample)),
            explained=[entry for code, entry in explanations().items() if code in codes],
            strip_columns=STRIP_COLUMNS,
            policy=_policy(script),
            script=script,
            style=style,
        )
    )


def _samples(records: Sequence[Record], out: Path, embed: bool, on_sample: OnSample | None) -> list[SampleView]:
    """Return what the page shows of each. To code sound leaves the interpreter free: all cores do it."""

    def view(numbered: tuple[int, Record]) -> SampleView:
        return sample_view(*numbered, out, embed)

    samples = []
    with ThreadPoolExecutor(os.cpu_count() if embed else 1) as threads:
        for sample in threads.map(view, enumerate(records)):
            samples.append(sample)
            if on_sample:
                on_sample(len(samples), len(records))
    return samples


def get_ready() -> None:
    """Make what every page needs: a command that waits for its workers has the time."""
    for name in TEMPLATES:
        _templates().get_template(name)
    explanations()


@lru_cache(maxsize=1)
def _templates() -> Any:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        loader=FunctionLoader(_asset),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["code"] = _code
    return environment


def _code(text: str) -> Markup:
    """Return text in which what stands between backticks is code; all of it is escaped."""
    forms = (Markup("{}"), Markup("<code>{}</code>"))
    return Markup("").join(forms[place % 2].format(piece) for place, piece in enumerate(text.split("`")))


def _asset(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _policy(script: str) -> str:
    """Return what the page may load: nothing from elsewhere, and no script but its own."""
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:; "
        "media-src 'self' file: data:; base-uri 'none'; form-action 'none'"
    )
