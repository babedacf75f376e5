"""The application: its commands, and what becomes of errors."""

from __future__ import annotations

import signal
import sys

import typer

from pipeline.cli import catalogue, prepare
from pipeline.cli.calibrate import calibrate
from pipeline.cli.output import complain
from pipeline.cli.report import explain, guide, report
from pipeline.cli.sandbox import sandbox
from pipeline.cli.select import select
from pipeline.cli.upload import upload
from pipeline.cli.voices import voices
from pipeline.errors import AccountError, NotSentError, StopRequested, UsageError, VoiceprepError

app = typer.Typer(
    name="voiceprep",
    help="From raw recordings to a good voice clone: prepare, grade and gate voice samples, then submit the good ones.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command()(prepare.run)
app.command()(prepare.check)
app.command()(select)
app.command()(calibrate)
app.command()(upload)
app.command()(report)
app.add_typer(voices, name="voices")
app.command()(sandbox)
app.command()(explain)
app.command()(guide)
app.command()(catalogue.stages)
app.command()(catalogue.profiles)
app.command()(catalogue.languages)

GOES_ON = {"run", "select", "upload"}
"""Commands that keep what is finished."""

KEEPS_NOTHING = {"check", "calibrate"}

INTERRUPTED = (130, 143)
"""What shells call a process that Ctrl-C or SIGTERM ended."""


def main() -> None:
    """Run the command line; every error of ours is a sentence and an exit code, never a traceback."""
    signal.signal(signal.SIGTERM, _stop)
    try:
        app(prog_name="voiceprep")
    except VoiceprepError as error:
        complain(f"voiceprep: {error}")
        sys.exit(_exit_code(error))
    except StopRequested as stop:
        _say_stopped()
        sys.exit(128 + stop.number)
    except KeyboardInterrupt:  # before typer has begun
        _say_stopped()
        sys.exit(INTERRUPTED[0])
    except SystemExit as end:
        if end.code in INTERRUPTED:  # typer's own answer to Ctrl-C, and the uploader's
            _say_stopped()
        raise


def _say_stopped() -> None:
    """Print that the command was stopped, and what became of its work."""
    command = next(iter(sys.argv[1:]), "")
    kept = " What is finished is kept: the same command goes on from there." if command in GOES_ON else ""
    kept = f" `{command}` keeps nothing: the same command begins anew." if command in KEEPS_NOTHING else kept
    complain(f"\nvoiceprep: stopped.{kept}")


def _stop(number: int, frame: object) -> None:
    """Stop as Ctrl-C does: workers are ended, and what they unpacked is removed."""
    raise StopRequested(number)


def _exit_code(error: VoiceprepError) -> int:
    if isinstance(error, UsageError):
        return 2
    return 4 if isinstance(error, AccountError | NotSentError) else 1
