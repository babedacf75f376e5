"""``voiceprep sandbox``: a stand-in for the service."""

from __future__ import annotations

import sys
from typing import Annotated

import typer


def sandbox(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes any free one.")] = 8750,
    voices_limit: Annotated[int | None, typer.Option("--voices-limit", min=0, help="Voices the account holds.")] = None,
    fault: Annotated[list[str] | None, typer.Option("--fault", help="What goes wrong. See --faults.")] = None,
    faults: Annotated[bool, typer.Option("--faults", help="List the faults and stop.")] = False,
) -> None:
    """Stand in for the service on 127.0.0.1, to rehearse uploads. No account is needed and nothing leaves."""
    from pipeline.sandbox import FAULTS, serve

    if faults:
        for name, known in FAULTS.items():
            typer.echo(f"{name:<19}{known.description}")
        raise typer.Exit(0)
    serve(port, voices_limit, fault or [], on_ready=_say_how_to_rehearse)


def _say_how_to_rehearse(base_url: str) -> None:
    typer.echo(f"The sandbox answers at {base_url} until Ctrl-C; its voices are gone then. In another terminal:\n")
    typer.echo(f"  export CAMB_API_URL={base_url} CAMB_API_KEY=rehearsal")
    typer.echo("  voiceprep upload OUT --manifest FILE\n")
    sys.stdout.flush()
