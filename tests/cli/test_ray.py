"""``--engine ray`` from the command line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.engine.journal import read_records

SAMPLES = Path(__file__).parents[2] / "samples"


def test_an_address_without_the_engine_is_wrong_usage(cli, tmp_path):
    ended = cli("run", SAMPLES / "mia/hello.wav", "-o", tmp_path, "--ray-address", "auto")
    assert ended.code == 2
    assert "--engine ray" in ended.err
    assert list(tmp_path.iterdir()) == []


def test_a_cluster_of_its_own_is_started_and_ended(tmp_path):
    pytest.importorskip("ray")
    command = [sys.executable, "-m", "pipeline", "run", str(SAMPLES / "mia"), "-o", str(tmp_path), "--engine", "ray"]
    command += ["--jobs", "2"]
    elsewhere = {**os.environ, "RAY_ADDRESS": "127.0.0.1:1"}  # of a cluster that nobody named
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=elsewhere)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("4 samples: 2 accepted, 1 for review, 1 rejected.")
    assert len(read_records(tmp_path)) == 4
    assert (tmp_path / "report.html").is_file()
