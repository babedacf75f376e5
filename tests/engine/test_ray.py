"""The same work on a real Ray cluster of this machine."""

import builtins
import shutil
import sys
import types
from functools import partial
from pathlib import Path

import pytest

from pipeline.engine import Engine, run
from pipeline.engine import cluster as engine_cluster
from pipeline.engine.cluster import _reach
from pipeline.engine.ray_map import map_on_ray
from pipeline.errors import UsageError
from pipeline.profile import load_profile
from pipeline.records import Status
from pipeline.sources import SourceFile
from tests.engine.work import behave, dies_once, leaves_a_copy, raises, rest, tell, told

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
def test_waiting_for_a_core_is_not_working(cluster, tmp_path):
    busy = cluster.remote(num_cpus=2)(rest).remote(4.0)
    records = list(map_on_ray(partial(dies_once, str(tmp_path)), sources("a", "b"), timeout_s=1.0))
    assert [record.status for record in records] == [Status.REVIEW] * 2
    cluster.get(busy)


@pytest.mark.filterwarnings("ignore")
def test_progress_is_told_as_by_the_pool(cluster):
    told = []
    names = [str(number) for number in range(20)]
    list(map_on_ray(tell, sources(*names), on_progress=lambda *said: told.append(said)))
    assert any(said[1:] == ("select", 1.0, 2.0) for said in told)
    assert {said[0] for said in told} <= set(names)


@pytest.mark.filterwarnings("ignore")
def test_what_a_step_raises_is_said(cluster):
    [record] = map_on_ray(raises, sources("odd"))
    assert (record.path, record.status) == ("odd", Status.FAILED)
    assert "KeyError" in record.error.message


@pytest.mark.filterwarnings("ignore")
def test_a_relative_folder_is_the_commands(cluster, tmp_path, monkeypatch):
    """Workers stand in the folder in which the cluster was started."""
    monkeypatch.chdir(tmp_path)
    [record] = run(PLAN, [SAMPLES / "mia/greeting.ogg"], "prepared", engine=Engine.RAY, preview=False).records
    assert (tmp_path / "prepared" / record.output.path).is_file()


def test_what_only_this_process_sees_is_refused():
    with pytest.raises(UsageError, match="memory of this process"):
        run(PLAN, [SAMPLES / "mia/hello.wav"], "memory://prepared", engine=Engine.RAY)


@pytest.mark.parametrize("address", ["127.0.0.1:1", "ray://127.0.0.1:1", "nobody.invalid:6379", "127.0.0.1:nothing"])
def test_an_address_where_nothing_is_gets_a_sentence_at_once(address):
    with pytest.raises(UsageError, match="no Ray cluster at"):
        _reach(address)


@pytest.mark.filterwarnings("ignore")
def test_stopping_early_takes_back_what_was_handed_out(cluster, tmp_path):
    made = map_on_ray(partial(dies_once, str(tmp_path)), sources("a", "hangs"))
    assert next(made).path == "a"
    made.close()
    assert list(map_on_ray(partial(dies_once, str(tmp_path)), sources("b", "c")))  # the cores are free again


@pytest.mark.filterwarnings("ignore")
def test_killed_workers_of_this_machine_leave_no_copies(cluster, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    records = map_on_ray(leaves_a_copy, sources("a", "dies", "hangs"), timeout_s=2.0)
    assert len(list(records)) == 3
    assert list(tmp_path.iterdir()) == []


@pytest.mark.filterwarnings("ignore")
def test_work_that_the_cluster_cannot_import_stops_the_run(cluster, monkeypatch):
    module = types.ModuleType("only_here")
    exec("def work(source):\n    return source", module.__dict__)
    module.work.__module__ = "only_here"
    monkeypatch.setitem(sys.modules, "only_here", module)
    with pytest.raises(UsageError, match=r"machines .* cannot import the work: No module named 'only_here'"):
        list(map_on_ray(module.work, sources("a", "b")))


@pytest.mark.filterwarnings("ignore")
def test_another_version_on_the_cluster_is_said(cluster, monkeypatch):
    monkeypatch.setattr(engine_cluster, "package_version", lambda: "99")
    with pytest.raises(UsageError, match=r"have voiceprep \S+, this one 99: install the same"):
        list(map_on_ray(behave, sources("a")))


def test_without_ray_there_is_a_sentence(monkeypatch):
    real = builtins.__import__

    def without(name, *rest):
        if name == "ray":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(UsageError, match=r"pip install 'voiceprep\[ray\]'"):
        list(map_on_ray(None, sources("a")))
