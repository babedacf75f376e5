"""One sandbox for all tests of submitting: each test finds it empty."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipeline.sandbox import Running, running_sandbox
from pipeline.sandbox.state import FIRST_ID


@pytest.fixture(scope="session")
def _one_sandbox() -> Iterator[Running]:
    with running_sandbox() as running:
        yield running


@pytest.fixture
def sandbox(_one_sandbox: Running) -> Running:
    state = _one_sandbox.state
    state.voices.clear()
    state.voices_limit, state.faults, state.create_calls, state.next_id = None, (), 0, FIRST_ID
    return _one_sandbox
