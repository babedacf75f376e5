"""Imports point one way, and heavy packages are imported where they are used."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "pipeline"

LAYERS = (
    "errors",
    "places",
    "spelling",
    "audio",
    "records",
    "labels",
    "findings",
    "sample",
    "kernels",
    "dsp",
    "analysis",
    "keep",
    "steps",
    "codec",
    "repair",
    "metrics",
    "stages",
    "measure",
    "rubric",
    "results",
    "explain",
    "registry",
    "plan",
    "selection",
    "preview",
    "calibration",
    "settings",
    "profile",
    "sources",
    "engine",
    "sandbox",
    "service",
    "catalogue",
    "guidance",
    "report",
    "cli",
)
"""From what everything agrees on to the command line; a module imports only from its own layer and earlier ones."""

HEAVY = {
    "librosa",
    "scipy",
    "noisereduce",
    "httpx",
    "pyloudnorm",
    "soundfile",
    "pydub",
    "fastapi",
    "uvicorn",
    "upath",
}
FORBIDDEN_TO_STEPS = {"pathlib", "os", "io", "tomllib", "httpx", "socket", "sqlite3"}

MODULES = sorted(PACKAGE.rglob("*.py"))


def layer(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path, everywhere: bool = True) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = ast.walk(tree) if everywhere else iter(tree.body)
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: relative import"
            yield str(node.module)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_there_is_something_to_look_at():
    assert len(MODULES) > 40
    assert {layer(path) for path in MODULES} - {"__init__", "__main__"} == set(LAYERS)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_point_one_way(path):
    own = layer(path)
    if own in {"__init__", "__main__"}:
        return
    for name in imports(path, everywhere=False):
        if name.startswith("pipeline."):
            other = name.split(".")[1]
            assert LAYERS.index(other) <= LAYERS.index(own), f"{own} imports {other}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_heavy_packages_are_imported_where_they_are_used(path):
    assert not {name.split(".")[0] for name in imports(path, everywhere=False)} & HEAVY


@pytest.mark.parametrize("kind", ["stages", "metrics", "dsp"])
def test_steps_know_nothing_of_files_configuration_or_network(kind):
    other = {"stages": "pipeline.metrics", "metrics": "pipeline.stages", "dsp": "pipeline.stages"}[kind]
    files = sorted((PACKAGE / kind).glob("*.py"))
    assert len(files) > 3
    for path in files:
        names = set(imports(path))
        assert not {name.split(".")[0] for name in names} & FORBIDDEN_TO_STEPS, path.name
        assert not {name for name in names if name.startswith(other)}, path.name
