"""The options that commands share, each declared once."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli import completing


class Engine(StrEnum):
    """Where the work runs; the engine's own names, without its imports."""

    LOCAL = "local"
    RAY = "ray"


class Enhance(StrEnum):
    """Whether the service enhances the recording too."""

    AUTO = "auto"
    ON = "on"
    OFF = "off"


Inputs = Annotated[
    list[str],
    typer.Argument(metavar="INPUT...", help="Files and folders of recordings, also in a store: s3://bucket/takes."),
]
Out = Annotated[str, typer.Option("-o", "--out", help="Folder for the prepared clips and the records.")]
OutFolder = Annotated[Path, typer.Argument(metavar="OUT", help="Folder that an earlier run wrote.")]
ProfileName = Annotated[
    str,
    typer.Option(
        "--profile",
        metavar="NAME|FILE",
        help="What is done and what is good enough.",
        autocompletion=completing.profiles,
    ),
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="STEP.FIELD=VALUE",
        help="Change one setting of the profile. May be repeated.",
        autocompletion=completing.settings,
    ),
]
Jobs = Annotated[int | None, typer.Option("--jobs", min=1, help="Files worked on at once; one a core unless given.")]
EngineName = Annotated[Engine, typer.Option("--engine", help="Where the work runs.")]
RayAddress = Annotated[
    str | None,
    typer.Option("--ray-address", metavar="ADDRESS", help="A Ray cluster; one of this machine is started without."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document on standard output, nothing else.")]
QuietFlag = Annotated[bool, typer.Option("--quiet", help="Print the summary only.")]
Junit = Annotated[
    Path | None, typer.Option("--junit", metavar="FILE", help="Write the verdicts as JUnit XML too, for CI servers.")
]
NoReport = Annotated[bool, typer.Option("--no-report", help="Write no report.html, and nothing that it would show.")]
KeepRejected = Annotated[bool, typer.Option("--keep-rejected", help="Write rejected samples too, under rejected/.")]
MinScore = Annotated[
    float | None,
    typer.Option("--min-score", min=0, max=100, help="Accept from this score instead of the profile's."),
]
Manifest = Annotated[
    Path | None, typer.Option("--manifest", metavar="FILE", help="CSV or TOML: who speaks in which sample.")
]
Gender = Annotated[
    str | None,
    typer.Option("--gender", help="male, female, unknown or not-applicable, where a row has none."),
]
Age = Annotated[int | None, typer.Option("--age", help="Age, where a row has none.")]
Language = Annotated[str | None, typer.Option("--language", help="Language tag or id, where a row has none.")]
Consent = Annotated[
    str | None,
    typer.Option("--consent", metavar="TEXT", help="Who agreed to the cloning, when and how, where a row has none."),
]
EnhanceWish = Annotated[Enhance, typer.Option("--enhance", help="The service's enhance_audio, where a row has none.")]
IncludeReview = Annotated[bool, typer.Option("--include-review", help="Submit the samples for review too.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be done; write and send nothing.")]
ApiUrl = Annotated[
    str | None,
    typer.Option("--api-url", metavar="URL", envvar="CAMB_API_URL", help="Address of the service."),
]
AllowSameAudio = Annotated[
    bool,
    typer.Option("--allow-same-audio", help="Make another voice of audio that became one with other fields."),
]
TrustList = Annotated[
    bool, typer.Option("--trust-list", help="Believe the account's list though it lacks voices that were there.")
]
Concurrency = Annotated[int, typer.Option("--concurrency", min=1, help="Create calls under way at once.")]
BetweenS = Annotated[float, typer.Option("--between-s", min=0, help="Seconds from one create call to the next.")]
SettleS = Annotated[
    float,
    typer.Option("--settle-s", min=0, help="Seconds that a voice is looked for whose answer was lost."),
]
TimeoutS = Annotated[float, typer.Option("--timeout-s", min=0.01, help="Seconds that an answer may take.")]
Proxy = Annotated[
    str | None, typer.Option("--proxy", metavar="URL", help="A proxy; none is taken from the environment.")
]
LedgerFolder = Annotated[
    Path, typer.Option("-o", "--out", help="Folder whose ledger is looked at: one that an upload wrote.")
]
