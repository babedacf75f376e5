"""The same work on a real Ray cluster of this machine."""

import builtins
import shutil
import sys
import time
import types
from functools import partial
from pathlib import Path

import pytest

from pipeline.engine import Engine, ray_cluster, ray_map, run
from pipeline.engine.ray_mail import Ear
from pipeline.engine.ray_map import Room, map_on_ray
from pipeline.errors import UsageError
from pipeline.places import place
from pipeline.profile import load_profile
from pipeline.records import Status
from pipeline.sources import SourceFile
from tests.engine.work import behave, dies_once, leaves_a_copy, raises, rest, tells_slowly, told

SAMPLES = Path(__file__).parents[2] / "samples"
PLAN = load_profile()


def sources(*names):
    return [SourceFile(Path(name), name) for name in names]


@pytest.mark.filterwarnings("ignore")
def test_the_records_are_those_of_the_pool(cluster, tmp_path):
    takes = tmp_path / "takes"
    for name in ("mia/greeting.ogg", "mia/hello.wav", "damaged/fan-noise.mp3", "damaged/not-audio.mp3"):
        (takes / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(SAMPLES / name, takes / name)
    here = run(PLAN, [takes], tmp_path / "here", jobs=2)
    there = run(PLAN, [takes], tmp_path / "there", engine=Engine.RAY)
    assert told(there) == told(here)
    files = [
        sorted(path.relative_to(out) for path in out.rglob("*")) for out in (tmp_path / "here", tmp_path / "there")
    ]
    assert files[0] == files[1]
    again = run(PLAN, [takes], tmp_path / "there", engine=Engine.RAY)
    assert again.reused == 3  # what failed is tried again


@pytest.mark.filterwarnings("ignore")
def test_a_worker_that_is_killed_costs_nothing(cluster, tmp_path):
    names = ["a", "b", "dies", "dies too", "c", "always"]
    records = {record.path: record for record in map_on_ray(partial(dies_once, str(tmp_path)), sources(*names))}
    assert set(records) == set(names)
    assert [records[name].status for name in names[:-1]] == [Status.REVIEW] * 5
    assert records["always"].status is Status.FAILED
    assert "died 3 times" in records["always"].error.message


@pytest.mark.filterwarnings("ignore")
def test_a_file_that_hangs_is_stopped(cluster, tmp_path):
    records = {
        record.path: record
        for record in map_on_ray(partial(dies_once, str(tmp_path)), sources("a", "hangs"), timeout_s=1.0)
    }
    assert records["a"].status is Status.REVIEW
    assert "longer than 1 s" in records["hangs"].error.message


@pytest.mark.filterwarnings("ignore")
def test_stopping_early_takes_back_what_was_handed_out(cluster, tmp_path):
    made = map_on_ray(partial(dies_once, str(tmp_path)), sources("a", "hangs"))
    assert next(made).path == "a"
    made.close()
    assert list(map_on_ray(partial(dies_once, str(tmp_path)), sources("b", "c")))  # the cores are free again


@pytest.mark.filterwarnings("ignore")
def test_time_in_the_queue_does_not_count(cluster):
    others = cluster.remote(num_cpus=2)(rest).remote(8.0)
    began_s = time.monotonic()
    records = list(map_on_ray(behave, sources("a", "b", "c"), timeout_s=3.0))
    assert time.monotonic() - began_s > 6.0
    assert [record.status for record in records] == [Status.REVIEW] * 3
    cluster.get(others)


@pytest.mark.filterwarnings("ignore")
def test_progress_comes_from_the_cluster(cluster):
    said = []
    list(map_on_ray(tells_slowly, sources("a", "b"), on_progress=lambda *told: said.append(told)))
    assert {name for name, *_ in said} == {"a", "b"}
    assert {told[1:] for told in said} <= {("select", float(done), 6.0) for done in range(1, 7)}


@pytest.mark.filterwarnings("ignore")
def test_where_the_mailbox_is_lost_only_progress_is(cluster, tmp_path, monkeypatch):
    class Deaf(Ear):
        def __init__(self, ray, on_progress):
            super().__init__(ray, on_progress)
            ray.kill(self.mailbox)

    monkeypatch.setattr(ray_map, "Ear", Deaf)
    records = list(map_on_ray(partial(dies_once, str(tmp_path)), sources("a", "dies"), on_progress=print))
    assert [record.status for record in records] == [Status.REVIEW] * 2


@pytest.mark.filterwarnings("ignore")
def test_a_relative_out_is_that_of_the_command(cluster, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # the cluster was started elsewhere
    run(PLAN, [SAMPLES / "mia/harbour.flac"], "out", engine=Engine.RAY, preview=False)
    assert (tmp_path / "out/clips/harbour.flac.wav").is_file()


@pytest.mark.filterwarnings("ignore")
def test_what_work_raises_is_told_as_by_the_pool(cluster):
    (record,) = map_on_ray(raises, sources("a"))
    assert (record.error.kind, record.error.message) == ("KeyError", "An unexpected KeyError: 'a'")


@pytest.mark.filterwarnings("ignore")
def test_work_that_the_cluster_cannot_import_stops_the_run(cluster, monkeypatch):
    module = types.ModuleType("only_here")
    exec("def work(source):\n    return source", module.__dict__)
    monkeypatch.setitem(sys.modules, "only_here", module)
    module.work.__module__ = "only_here"
    with pytest.raises(UsageError, match=r"cluster's machines \(No module named 'only_here'\): install the same"):
        list(map_on_ray(module.work, sources("a", "b")))


@pytest.mark.filterwarnings("ignore")
def test_another_version_on_the_cluster_is_said(cluster, monkeypatch):
    monkeypatch.setattr(ray_cluster, "package_version", lambda: "99")
    with pytest.raises(UsageError, match=r"machines have voiceprep \S+, this one has 99: install the same version"):
        list(map_on_ray(behave, sources("a")))


@pytest.mark.filterwarnings("ignore")
def test_killed_workers_leave_nothing(cluster, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert len(list(map_on_ray(leaves_a_copy, sources("a", "dies", "hangs"), timeout_s=2.0))) == 3
    assert list(tmp_path.iterdir()) == []


def test_a_cluster_that_grows_gets_more(monkeypatch):
    cores = iter((2, 2, 8))
    monkeypatch.setattr(ray_map, "RECOUNT_S", 0.0)
    cluster = types.SimpleNamespace(cluster_resources=lambda: {"CPU": float(next(cores))})
    assert [Room(cluster, None).files(), *[Room(cluster, 3).files()] * 2] == [4, 3, 3]
    growing = Room(cluster, None)
    assert [growing.files(), growing.files()] == [4, 16]


@pytest.mark.parametrize("scheme_of", ["input", "out"])
def test_the_memory_of_this_process_is_refused(tmp_path, scheme_of):
    memory = place("memory://refused")
    (memory / "a.wav").write_bytes(b"sound")
    (tmp_path / "a.wav").write_bytes(b"sound")
    inputs, out = (memory, tmp_path / "out") if scheme_of == "input" else (tmp_path, memory / "out")
    with pytest.raises(UsageError, match=r"cannot use memory://refused.*no other process sees it"):
        run(PLAN, [inputs], out, engine=Engine.RAY)


def test_without_ray_there_is_a_sentence(monkeypatch):
    real = builtins.__import__

    def without(name, *rest):
        if name == "ray":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(UsageError, match=r"pip install 'voiceprep\[ray\]'"):
        list(map_on_ray(None, sources("a")))
