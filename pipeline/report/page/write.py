"""Write the page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.engine.journal import RECORDS, read_records
from pipeline.errors import EncodeError
from pipeline.places import Place, copied, is_stored, place, put
from pipeline.records import Record
from pipeline.report.page.render import OnSample, page

REPORT, EMBEDDED = "report.html", "report-embedded.html"


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
