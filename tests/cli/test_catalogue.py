import json
import subprocess
import sys

import pytest

from pipeline.metrics import METRICS
from pipeline.profile import profile_paths
from pipeline.stages import STAGES


def test_stages_and_metrics_are_listed_with_parameters_and_units(cli):
    listed = json.loads(cli("stages", "--json").out)
    assert [row["stage"] for row in listed["stages"]] == [*STAGES, "encode"]
    assert [row["metric"] for row in listed["metrics"]] == list(METRICS)
    assert all(all(row.values()) for row in listed["stages"] + listed["metrics"])
    assert "pad_s" in cli("stages").out


def test_profiles_are_listed(cli):
    assert [row["profile"] for row in json.loads(cli("profiles", "--json").out)] == list(profile_paths())


def test_languages_are_listed_with_ids_tags_and_names(cli):
    rows = json.loads(cli("languages", "--json").out)
    assert {"id": 1, "tag": "en-US", "name": "English (United States)"} in rows
    assert len(rows) == 148


@pytest.mark.parametrize("module", ["pipeline"])
def test_the_module_is_the_command(module):
    run = subprocess.run([sys.executable, "-m", module, "--help"], capture_output=True, text=True, check=True)
    for command in ("run", "check", "upload", "sandbox", "stages", "profiles", "languages"):
        assert f" {command} " in run.stdout
