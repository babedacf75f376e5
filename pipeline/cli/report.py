"""``voiceprep report``, ``explain`` and ``guide``: what people look at and read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli import options as opt
from pipeline.cli.completing import codes
from pipeline.cli.output import consoles, counting, print_json

if TYPE_CHECKING:
    from rich.console import Console

    from pipeline.places import Place


def report(
    out: Annotated[str, typer.Argument(metavar="OUT", help="Folder that an earlier run wrote.")],
    embed: Annotated[
        bool,
        typer.Option(
            "--embed", help="Write OUT/report-embedded.html, which holds its sound: the one file can be sent."
        ),
    ] = False,
) -> None:
    """Write OUT/report.html again from the records: a page that shows and plays every sample."""
    from pipeline.report.page import write_report

    said, messages = consoles()
    if not embed:
        say_where(said, write_report(out))
        return
    with counting(messages, "putting the sound of samples into the page") as count:
        page = write_report(out, embed=True, on_sample=count)
    say_where(said, page)
    size_mb = page.stat().st_size / 1e6
    messages.print(f"It holds its sound ({size_mb:.1f} MB) and can be sent as it is.", highlight=False)


def say_where(console: Console, page: Place) -> None:
    """Print where the page is."""
    console.print(f"Look and listen: {page}", markup=False, highlight=False, soft_wrap=True)


def explain(
    code: Annotated[
        str | None, typer.Argument(metavar="CODE", help="Of a finding, as records have it.", autocompletion=codes)
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="The page of all findings.")] = False,
    as_json: opt.AsJson = False,
) -> None:
    """Explain a finding: what it is, how it is measured, why it matters, what to do. Without a code: list them."""
    from pipeline.guidance import explain as explained
    from pipeline.guidance import explanations, page_text

    entries = [explained(code)] if code else list(explanations().values())
    if as_json:
        print_json([{"code": entry.code, "title": entry.title, **entry.answers} for entry in entries])
    elif code or every:
        _show(entries[0].markdown if code else page_text())
    else:
        for entry in entries:
            console = consoles()[0]
            line = f"{entry.code:<16} {entry.answers['What it is']}"
            console.print(line, markup=False, highlight=False, soft_wrap=not console.is_terminal)


def guide() -> None:
    """Say how to record a voice for cloning, with a text of about 45 seconds to read."""
    from pipeline.guidance import guide_text

    _show(guide_text())


def _show(markdown: str) -> None:
    """Print Markdown: laid out in a terminal, as it is where it is piped."""
    console = consoles()[0]
    if console.is_terminal:
        from rich.markdown import Markdown

        console.print(Markdown(markdown))
    else:
        console.file.write(markdown.rstrip() + "\n")
