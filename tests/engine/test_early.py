import time
from pathlib import Path

import pytest

from pipeline.engine import early, pool
from pipeline.engine.early import MOST, early_count, let_go, start_early, take_early
from pipeline.engine.pool import map_files
from pipeline.engine.workers import can_fork
from pipeline.records import Status
from pipeline.sources import SourceFile
from tests.engine.work import behave

pytestmark = pytest.mark.skipif(not can_fork(), reason="none starts early where the system cannot fork")

ENDED = (0, 1)
"""By itself: what sees that the pipe is closed first decides which. One that has to be killed has -9."""


def sources(*names):
    return [SourceFile(Path(name), name) for name in names]


def test_the_worker_that_started_early_is_the_first_and_is_replaced():
    start_early(())
    records = {record.path: record for record in map_files(behave, sources("a", "dies", "b"), jobs=1)}
    assert [records[name].status for name in "ab"] == [Status.REVIEW] * 2
    assert "exit code -9" in records["dies"].error.message


def test_several_that_started_early_need_no_server(monkeypatch):
    monkeypatch.setattr(pool, "started", lambda *_: pytest.fail("the server was asked"))
    start_early((), 2)
    assert len(list(map_files(behave, sources(*"abcd"), jobs=2))) == 4
    assert not early._waiting


def test_those_that_no_pool_wants_are_let_go():
    start_early((), 3)
    processes = [worker.process for worker in early._waiting]
    assert len(list(map_files(behave, sources(*"ab"), jobs=1))) == 2
    assert len(early._waiting) == 2
    let_go()
    for process in processes:
        process.join(5.0)
        assert process.exitcode in ENDED
    take_early(2)


def test_a_team_that_has_more_than_it_wants_takes_none():
    start_early((), 3)
    assert take_early(-2) == take_early(0) == []
    for worker in take_early(3):
        assert worker.stop() in ENDED


def test_each_ends_by_itself_when_it_is_dismissed_while_the_later_ones_live():
    """A later one is forked with the pipes of the earlier: if it kept them open, they would not see them close."""
    start_early((), 2)
    first, second = take_early(2)
    started = time.monotonic()
    assert first.stop() in ENDED
    assert time.monotonic() - started < 2.0
    assert second.process.is_alive()
    assert second.stop() in ENDED


@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        (["take.wav"], 1),
        (["samples/mia/hello.wav"], 1),
        (["samples/mia/hello.wav", "-o", "samples"], 1),
        (["samples/mia/hello.wav", "README.md"], 2),
        (["samples"], 3),
        (["samples", "-o", "out", "--jobs", "2"], 2),
        (["--jobs=2", "samples"], 2),
        (["s3://bucket/takes"], 3),
        (["samples", "--jobs", "100"], MOST),
        (["samples", "--jobs", "0"], 1),
        (["samples", "--jobs", "two"], 1),
        (["samples", "--jobs"], 3),
        (["samples", "--jobs=", "2"], 1),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, list) else None,
)
def test_as_many_start_early_as_there_may_be_work_for(monkeypatch, arguments, count):
    monkeypatch.setattr(early, "default_jobs", lambda: 3)
    monkeypatch.chdir(Path(__file__).parents[2])
    assert early_count(arguments) == count
