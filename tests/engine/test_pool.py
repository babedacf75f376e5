import time
from pathlib import Path

from pipeline.engine.pool import default_jobs, map_files
from pipeline.records import Status
from pipeline.sources import SourceFile
from tests.engine.work import behave


def sources(*names):
    return [SourceFile(Path(name), name) for name in names]


def test_a_worker_that_dies_or_hangs_costs_one_file():
    started = time.monotonic()
    names = ("a", "dies", "b", "hangs", "c", "d")
    records = {record.path: record for record in map_files(behave, sources(*names), jobs=2, timeout_s=3.0)}
    assert set(records) == set(names)
    assert [records[name].status for name in "abcd"] == [Status.REVIEW] * 4
    for name, said in (("dies", "died"), ("hangs", "longer than 3 s")):
        assert records[name].status is Status.FAILED
        assert records[name].error.kind == "WorkerError"
        assert said in records[name].error.message
    assert time.monotonic() - started < 30.0


def test_stopping_early_ends_the_workers():
    records = map_files(behave, sources("a", "hangs"), jobs=2, timeout_s=60.0)
    assert next(records).path == "a"
    started = time.monotonic()
    records.close()
    assert time.monotonic() - started < 10.0


def test_there_is_a_core_to_work_on():
    assert default_jobs() >= 1
