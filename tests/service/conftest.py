"""One sandbox for all tests of submitting: each test finds it empty."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipeline.sandbox import Running, running_sandbox


@pytest.fixture(scope="session")
def _one_sandbox() -> Iterator[Running]:
    with running_sandbox() as running:
        yield running


@pytest.fixture
def sandbox(_one_sandbox: Running) -> Iterator[Running]:
    state = _one_sandbox.state
    state.reset()
    yield _one_sandbox
    assert state.unused() == [], "a planned fault hit no call"
