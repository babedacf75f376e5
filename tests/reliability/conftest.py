from collections.abc import Iterator

import pytest

from pipeline.sandbox import Running, running_sandbox
from tests.reliability.helpers import Desk


@pytest.fixture(scope="session")
def _one_sandbox() -> Iterator[Running]:
    with running_sandbox() as running:
        yield running


@pytest.fixture
def sandbox(_one_sandbox: Running) -> Iterator[Running]:
    """An empty sandbox; a fault that was planned and hit no call fails the test (R6)."""
    _one_sandbox.state.reset()
    yield _one_sandbox
    assert _one_sandbox.state.unused() == []


@pytest.fixture
def desk(tmp_path, sandbox) -> Desk:
    return Desk(tmp_path / "prepared", sandbox)
