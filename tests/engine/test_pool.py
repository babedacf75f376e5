import os
import subprocess
import sys
import time
from pathlib import Path

from pipeline.engine.pool import default_jobs, map_files, tell_run
from pipeline.engine.workers import start_early
from pipeline.records import Status
from pipeline.sources import SourceFile
from tests.engine.work import behave, leaves_a_copy, tell

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "samples/mia/hello.wav"


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


def test_the_worker_that_started_early_is_the_first_and_is_replaced():
    start_early(())
    records = {record.path: record for record in map_files(behave, sources("a", "dies", "b"), jobs=1)}
    assert [records[name].status for name in "ab"] == [Status.REVIEW] * 2
    assert "exit code -9" in records["dies"].error.message


def test_progress_comes_with_the_name_of_its_file():
    said = []
    names = [f"take{number}" for number in range(6)]
    list(map_files(tell, sources(*names), jobs=2, on_progress=lambda *told: said.append(told)))
    every = {(name, "select", done, 2.0) for name in names for done in (1.0, 2.0)}
    assert {(name, "select", 1.0, 2.0) for name in names} <= set(said) <= every


def test_nobody_needs_to_listen():
    assert len(list(map_files(tell, sources("a", "b"), jobs=1))) == 2
    tell_run("select", 1.0, 2.0)  # outside of a pool


def test_there_is_a_core_to_work_on():
    assert default_jobs() >= 1


def test_a_script_without_the_guard_is_told_so(tmp_path):
    """The workers import the script: without the guard each would start workers of its own."""
    script = tmp_path / "script.py"
    script.write_text(
        "from pipeline import check, load_profile\n"
        "from pipeline.errors import WorkerError\n"
        "try:\n"
        f"    check(load_profile(), [{str(SAMPLE)!r}])\n"
        "except WorkerError as error:\n"
        "    print(error)\n"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(script)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True, env=environment)
    assert "if __name__ == '__main__':" in ended.stdout
    assert "Traceback" not in ended.stderr


def test_killed_workers_leave_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for stopped_after in (1, 3):
        records = map_files(leaves_a_copy, sources("a", "dies", "hangs"), jobs=2, timeout_s=2.0)
        for _ in range(stopped_after):
            next(records)
        assert list(tmp_path.iterdir())
        records.close()
        assert list(tmp_path.iterdir()) == []
