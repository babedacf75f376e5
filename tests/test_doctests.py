"""Every public name has an example, and every example is true."""

import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest

import pipeline

ROOT = Path(__file__).parents[1]
TABLES = {"METRICS", "STAGES"}
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(pipeline.__path__, "pipeline.")
    if not module.name.endswith(("__main__", "_compiled"))
)


@pytest.mark.parametrize("name", sorted(set(pipeline.__all__) - TABLES))
def test_every_public_name_has_an_example(name):
    documentation = getattr(pipeline, name).__doc__
    assert "Examples\n" in documentation
    assert ">>> " in documentation


def with_examples():
    for name in MODULES:
        source = ROOT / f"{name.replace('.', '/')}.py"
        file = source if source.is_file() else source.with_suffix("") / "__init__.py"
        if ">>> " in file.read_text(encoding="utf-8"):
            yield name


@pytest.mark.parametrize("name", list(with_examples()))
def test_examples_are_true(name, monkeypatch):
    monkeypatch.chdir(ROOT)
    failed, tried = doctest.testmod(importlib.import_module(name), report=False)
    assert tried > 0
    assert failed == 0
