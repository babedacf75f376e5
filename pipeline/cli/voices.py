"""``voiceprep voices``: what the account holds beside what the ledger knows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli import options as opt
from pipeline.cli.output import consoles, print_json
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.service import Item, VoiceList

voices = typer.Typer(help="What the account holds beside what the ledger knows.", invoke_without_command=True)

_OUT = opt.LedgerFolder
_Id = Annotated[int, typer.Argument(metavar="ID", min=1, help="The number of a voice.")]


@voices.callback()
def show(
    context: typer.Context,
    out: _OUT = Path("prepared"),
    everything: Annotated[bool, typer.Option("--all", help="List voices of others too, not only count them.")] = False,
    api_url: opt.ApiUrl = None,
    as_json: opt.AsJson = False,
) -> None:
    """List the account's voices: ours, duplicates, unknown ones, and what the ledger knows and the account lacks."""
    if context.invoked_subcommand is not None:
        return
    from pipeline.report.voices import show_holdings
    from pipeline.service import holdings

    items, listed = _both(out, api_url)
    found = holdings(items, listed)
    if as_json:
        print_json({"voices": [entry.to_dict() for entry in found], "unreadable": listed.malformed})
    else:
        show_holdings(consoles()[0], found, everything)


@voices.command()
def verify(out: opt.OutFolder, api_url: opt.ApiUrl = None, as_json: opt.AsJson = False) -> None:
    """Check a finished upload against the account. Exit 1 if something is missing, twice, published or unsettled."""
    from pipeline.report.voices import show_verified
    from pipeline.service import Kind, holdings, missing, problems, renamed

    items, listed = _both(out, api_url)
    wrong = [*missing(items, listed), *problems(items, listed)]
    there = sum(entry.kind is Kind.OURS for entry in holdings(items, listed))
    if as_json:
        print_json({"there": there, "problems": wrong, "notes": renamed(items, listed)})
    else:
        show_verified(consoles()[0], there, wrong, renamed(items, listed))
    raise typer.Exit(1 if wrong else 0)


@voices.command()
def delete(voice_id: _Id, out: _OUT = Path("prepared"), api_url: opt.ApiUrl = None) -> None:
    """Delete one voice of the account, after showing what it is and asking."""
    from pipeline.report.voices import show_one
    from pipeline.service import LEDGER, Api, Ledger, State, Stop, holdings
    from pipeline.service.session import names_of, read_list

    with Api(base_url=api_url) as api:
        listed = read_list(api, Stop())
        with Ledger.look(out / LEDGER) as ledger:
            items = ledger.of_account(names_of(api.account, api.base_url, ledger, listed))
        found = [entry for entry in holdings(items, listed) if entry.voice_id == voice_id]
        if voice_id not in listed.by_id or not found:
            raise UsageError(f"The account lists no voice {voice_id}: nothing was deleted.")
        show_one(consoles()[0], found[0])
        typer.confirm(f"Delete voice {voice_id} for good?", abort=True)
        api.delete_voice(voice_id)
        ours = [item for item in items if item.voice_id == voice_id and item.state is State.DONE]
        if ours:
            with Ledger.open(out / LEDGER) as ledger:
                ledger.deleted(ours[0].key)
    typer.echo(f"Voice {voice_id} was deleted.")


@voices.command()
def settle(
    out: opt.OutFolder,
    path: Annotated[str, typer.Argument(metavar="PATH", help="The sample, as the records have it.")],
    voice_id: Annotated[int | None, typer.Option("--is", metavar="ID", min=1, help="It became this voice.")] = None,
    absent: Annotated[bool, typer.Option("--absent", help="There is no voice of it: it may be sent again.")] = False,
    api_url: opt.ApiUrl = None,
) -> None:
    """Say what became of a sample that only a person can settle."""
    from pipeline.service import LEDGER, Api, Ledger, State, Stop
    from pipeline.service.session import names_of, read_list

    if (voice_id is None) is not absent:
        raise UsageError("Say either --is ID or --absent.")
    with Api(base_url=api_url) as api, Ledger.open(out / LEDGER) as ledger:
        listed = read_list(api, Stop())
        if voice_id is not None and voice_id not in listed.by_id:
            raise UsageError(f"The account lists no voice {voice_id}: nothing was noted.")
        accounts = names_of(api.account, api.base_url, ledger, listed)
        unsettled = ledger.in_state({State.NEEDS_HUMAN, State.UNKNOWN}, accounts)
        found = [item for item in unsettled if item.path == path]
        if not found:
            paths = ", ".join(item.path for item in unsettled) or "none"
            raise UsageError(f"There is nothing to settle of {path!r}; unsettled: {paths}.")
        for item in found:
            ledger.absent(item.key, "a person said so") if voice_id is None else ledger.done(
                item.key, voice_id, "a person said so"
            )
    typer.echo(f"{path}: {'no voice was made of it' if absent else f'it is voice {voice_id}'}. The ledger knows.")


def _both(out: Path, api_url: str | None) -> tuple[list[Item], VoiceList]:
    """Return what the ledger knows of the account, and its list."""
    from pipeline.service import LEDGER, Api, Ledger, Stop
    from pipeline.service.session import names_of, read_list

    with Api(base_url=api_url) as api, Ledger.look(out / LEDGER) as ledger:
        listed = read_list(api, Stop())
        return ledger.of_account(names_of(api.account, api.base_url, ledger, listed)), listed
