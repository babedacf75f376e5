"""With a C compiler a wheel holds compiled loops; without one it is built all the same."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NEEDED = ("pipeline", "configs", "README.md", "pyproject.toml")


def built(folder, **environment):
    """Return the wheel of a copy of the sources, and what was said."""
    for name in NEEDED:
        if (ROOT / name).is_file():
            shutil.copy2(ROOT / name, folder)
        else:
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "_compiled.*"))
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", "built"]
    done = subprocess.run(
        command, cwd=folder, env=os.environ | environment, capture_output=True, text=True, timeout=120, check=True
    )
    (wheel,) = (folder / "built").iterdir()
    return wheel, done.stdout + done.stderr


def holds_compiled(wheel):
    return any("/_compiled." in name for name in zipfile.ZipFile(wheel).namelist())


@pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler")
def test_where_there_is_a_compiler_the_wheel_is_of_its_platform(tmp_path):
    wheel, _ = built(tmp_path)
    assert holds_compiled(wheel)
    assert "-cp311-abi3-" in wheel.name


def test_where_there_is_none_the_wheel_is_pure_and_says_so(tmp_path):
    wheel, said = built(tmp_path, CC="no-such-compiler", CXX="no-such-compiler")
    assert not holds_compiled(wheel)
    assert "none-any" in wheel.name
    assert "numpy does their work" in said
    assert any(name.startswith("pipeline/configs/") for name in zipfile.ZipFile(wheel).namelist())
