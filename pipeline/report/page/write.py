"""Write the page."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from markupsafe import Markup

from pipeline.engine.journal import RECORDS, read_records
from pipeline.errors import EncodeError
from pipeline.guidance import explanations
from pipeline.places import Place, copied, is_stored, place, put
from pipeline.records import Record, Status
from pipeline.report.page.overview import overview
from pipeline.report.page.samples import needs_most_first, sample_view
from pipeline.report.page.views import STRIP_COLUMNS
from pipeline.report.words import status_word

REPORT, EMBEDDED = "report.html", "report-embedded.html"

STYLES = ("base", "overview", "samples", "player", "measured", "media")
SCRIPTS = ("theme", "list", "player", "bodies", "keys", "explained")
"""Their parts, in the order in which they stand in the page."""

OnSample = Callable[[int, int], None]
"""Told how many samples stand in the page, and of how many."""


def write_report(
    out: str | Place,
    embed: bool = False,
    records: Sequence[Record] | None = None,
    on_sample: OnSample | None = None,
) -> Place:
    """Write ``OUT/report.html`` from the records and what `run` kept in ``OUT/report/``.

    Parameters
    ----------
    out : path
        A folder that `run` wrote, here or in a store.
    embed : bool
        Put the sound into the page too, as MP3, so that the one file can be sent to somebody: it is
        ``OUT/report-embedded.html``, and the page that plays the files beside it stays as it is.
    records : sequence of Record, optional
        In place of those in ``records.jsonl``.
    on_sample : callable, optional
        Told how many samples are done, and of how many: sound takes a while to put into a page.

    Returns
    -------
    path
        Of the page.

    Raises
    ------
    UsageError
        If there are no records.
    EncodeError
        If the page cannot be written.
    """
    there = place(out)
    with copied(there, _is_shown_and_played if embed else _is_shown) as folder:
        html = page(read_records(folder) if records is None else records, folder, embed, on_sample)
        name = EMBEDDED if embed else REPORT
        _write(folder / name, html)
        if is_stored(there):
            put(folder, there, [folder / name])
    return there / name


def _is_shown(name: str) -> bool:
    return name == RECORDS or (name.startswith("report/") and name.endswith(".json"))


def _is_shown_and_played(name: str) -> bool:
    return name == RECORDS or name.startswith(("report/", "clips/", "rejected/"))


def _write(file: Path, html: str) -> None:
    temporary = file.with_name(f".{file.name}.tmp")
    try:
        temporary.write_text(html, encoding="utf-8")
        temporary.replace(file)
    except OSError as error:
        raise EncodeError(f"{file.name} cannot be written in {file.parent}: {error.strerror}.") from error


def page(records: Sequence[Record], out: Path, embed: bool = False, on_sample: OnSample | None = None) -> str:
    """Return the page as HTML; every text in it that is not ours is escaped."""
    codes = {finding.code for record in records for finding in record.findings}
    script = "\n".join(_asset(f"script/{part}.js") for part in SCRIPTS)
    style = "\n".join(_asset(f"style/{part}.css") for part in STYLES)
    samples = []
    for number, record in enumerate(records):
        samples.append(sample_view(number, record, out, embed))
        if on_sample:
            on_sample(number + 1, len(records))
    return str(
        _template().render(
            overview=overview(records),
            samples=needs_most_first(samples),
            statuses=[(status.value, status_word(status)) for status in Status],
            explained=[entry for code, entry in explanations().items() if code in codes],
            strip_columns=STRIP_COLUMNS,
            policy=_policy(script),
            script=script,
            style=style,
        )
    )


def _template() -> Any:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        loader=FunctionLoader(_asset),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["code"] = _code
    return environment.get_template("page.html.j2")


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
