"""What the README says is there, and what is there the README says."""

import re
from pathlib import Path

import pytest
import typer

from pipeline.catalogue import metric_rows, stage_rows
from pipeline.cli.app import app
from pipeline.profile import profile_paths

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("row", stage_rows() + metric_rows(), ids=lambda row: next(iter(row.values())))
def test_every_stage_and_metric_has_its_row(row):
    name, middle, says = (str(value) for value in row.values())
    cells = [
        cell.strip() for line in README.splitlines() if line.startswith(f"| `{name}` |") for cell in line.split("|")
    ]
    assert says in cells
    assert middle in " ".join(cells).replace("`", "")


def test_every_command_and_profile_is_mentioned():
    commands = typer.main.get_command(app).commands
    assert len(commands) == 13
    for name in [*commands, *profile_paths()]:
        assert re.search(rf"\b{name}\b", README), name


def test_the_transcript_is_of_a_real_run():
    """The statuses and samples of the table in samples/ stand in the transcript."""
    rows = (Path(__file__).parent.parent / "samples/expected.csv").read_text(encoding="utf-8").splitlines()[1:]
    for row in rows:
        name, status = row.split(",")[0], row.rsplit(",", 2)[1]
        assert re.search(rf"^{status} .* {re.escape(name)}( |$)", README, flags=re.MULTILINE), name
