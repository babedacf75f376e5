import os
import subprocess
import sys
import time
import uuid
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.engine import pool, run, telling, worker
from pipeline.engine.pool import map_files
from pipeline.engine.telling import tell_pool
from pipeline.engine.workers import default_jobs
from pipeline.errors import WorkerError
from pipeline.profile import load_profile
from pipeline.records import Status
from pipeline.sources import SourceFile
from tests.engine import work
from tests.engine.work import Exits, behave, leaves_a_copy, tell

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


def test_progress_comes_with_the_name_of_its_file():
    said = []
    names = [f"take{number}" for number in range(6)]
    list(map_files(tell, sources(*names), jobs=2, on_progress=lambda *told: said.append(told)))
    every = {(name, "select", done, 2.0) for name in names for done in (1.0, 2.0)}
    assert {(name, "select", 1.0, 2.0) for name in names} <= set(said) <= every


def test_what_follows_at_once_is_not_told_but_each_source_begins_with_a_word(monkeypatch):
    said, now = [], iter([0.0, 0.5 * telling.APART_S, telling.APART_S, telling.APART_S])
    monkeypatch.setattr(telling.time, "monotonic", lambda: next(now))
    telling.listen(lambda step, *_: said.append(step))
    for step in ("decode", "trim", "denoise"):
        tell_pool(step)
    telling.listen(lambda step, *_: said.append(step))
    tell_pool("decode again")
    telling.listen(None)
    assert said == ["decode", "denoise", "decode again"]


def test_each_worker_is_sent_the_work_once(monkeypatch):
    monkeypatch.setattr(work.Counts, "sent", 0)
    records = list(map_files(work.Counts(), sources(*"abcdef"), jobs=1))
    assert [record.status for record in records] == [Status.REVIEW] * 6
    assert work.Counts.sent == 1


def test_the_first_worker_has_its_source_before_the_others_start(monkeypatch):
    before, start = [], pool.started
    monkeypatch.setattr(
        pool, "started", lambda count, needs: before.append((count, len(handed))) or start(count, needs)
    )
    handed, take = [], worker.Worker.take
    monkeypatch.setattr(worker.Worker, "take", lambda self, *given: handed.append(given) or take(self, *given))
    assert len(list(map_files(behave, sources(*"abcdef"), jobs=3))) == 6
    assert before == [(1, 0), (2, 1)]


def test_nobody_needs_to_listen():
    assert len(list(map_files(tell, sources("a", "b"), jobs=1))) == 2
    tell_pool("select", 1.0, 2.0)  # outside of a pool


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


def test_work_that_would_end_the_process_fails_by_itself_and_the_worker_goes_on():
    sources = [SourceFile(Path(name), name) for name in ("exits", "good")]
    records = {record.path: record for record in map_files(behave, sources, jobs=1)}
    assert (records["exits"].error.step, records["exits"].error.kind) == ("worker", "SystemExit")
    assert records["good"].status is Status.REVIEW


@pytest.mark.parametrize("root", ["", "memory://"], ids=["in a worker", "in this process"])
def test_a_stage_that_would_end_the_run_fails_its_sample(tmp_path, root):
    if root:
        pytest.importorskip("upath")
    out = f"{root}{uuid.uuid4().hex}" if root else tmp_path
    report = run(replace(load_profile(), stages=(Exits(),)), ["samples/mia/hello.wav"], out, jobs=1)
    (record,) = report.records
    assert (record.status, record.error.step, record.error.message) == (Status.FAILED, "exits", "exits: SystemExit: 3")


def test_who_tells_all_the_time_is_late_all_the_same():
    [record] = map_files(work.chatter, sources("a"), jobs=1, timeout_s=0.5)
    assert "longer than 0.5 s" in record.error.message


def test_a_message_that_stops_halfway_costs_its_file(monkeypatch):
    monkeypatch.setattr(worker, "STUCK_S", 1.0)
    [record] = map_files(work.halfway, sources("a"), jobs=1)
    assert "died" in record.error.message


def test_a_record_that_no_pipe_carries_is_said():
    [record] = map_files(work.secret, sources("a"), jobs=1)
    assert (record.path, record.status) == ("a", Status.FAILED)
    assert "pickle" in record.error.message


def test_work_that_cannot_leave_the_process_is_said_at_once():
    with pytest.raises(WorkerError, match="cannot be handed to other processes"):
        list(map_files(lambda source: None, sources("a"), jobs=1))


KILLED = """
from pathlib import Path
from pipeline.engine.pool import map_files
from pipeline.sources import SourceFile
from tests.engine.work import behave

if __name__ == "__main__":
    list(map_files(behave, [SourceFile(Path("hangs"), "hangs")], jobs=1))
"""


@pytest.mark.skipif(not Path("/proc").exists(), reason="who came of whom is asked of Linux")
def test_workers_end_with_the_process_that_wants_their_records(tmp_path):
    """Also when it was killed and can tell them nothing."""
    (tmp_path / "killed.py").write_text(KILLED)
    process = subprocess.Popen([sys.executable, tmp_path / "killed.py"], env=os.environ | {"PYTHONPATH": str(ROOT)})
    deadline_s = time.monotonic() + 20.0
    while len(children := descendants(process.pid)) < 3:  # tracker, server, worker
        assert time.monotonic() < deadline_s
        time.sleep(0.05)
    time.sleep(0.5)
    process.kill()
    process.wait()
    while not all(has_ended(child) for child in children):
        assert time.monotonic() < deadline_s
        time.sleep(0.05)


def descendants(number):
    told = Path(f"/proc/{number}/task").glob("*/children")
    children = [int(one) for each in told for one in each.read_text().split()]
    return [*children, *(one for child in children for one in descendants(child))]


def has_ended(number):
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_killed_workers_leave_no_copies(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    records = map_files(leaves_a_copy, sources("a", "dies", "hangs"), jobs=2, timeout_s=2.0)
    next(records)
    assert list(tmp_path.iterdir())
    assert len(list(records)) == 2
    assert list(tmp_path.iterdir()) == []
