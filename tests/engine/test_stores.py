"""Inputs and outputs in stores: of this process, and of a server that speaks S3."""

import uuid
from pathlib import Path

import pytest

from pipeline.engine import Engine, check, pending, process_file, run, stored_journal
from pipeline.engine.journal import JOURNAL, read_records
from pipeline.engine.lock import LOCK
from pipeline.errors import EncodeError, UsageError
from pipeline.places import list_anew, place, version
from pipeline.profile import load_profile
from pipeline.records import Status
from pipeline.report.page import write_report
from tests.engine.work import told

SAMPLES = Path(__file__).parents[2] / "samples"
PLAN = load_profile()
TAKES = ("mia/greeting.ogg", "mia/hello.wav", "damaged/not-audio.mp3")
ODD = "mia/100% [a]#b?.wav"


def fill(folder):
    """Put three takes into a folder, one of them under a name that is not easy to have."""
    for name in TAKES:
        file = folder / (ODD if name == "mia/hello.wav" else name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes((SAMPLES / name).read_bytes())


def fill_flat(folder, count):
    """Put so many takes beside each other."""
    sound = (SAMPLES / "mia/harbour.flac").read_bytes()
    folder.fs.pipe({f"{folder.path}/{number}.flac": sound for number in range(count)})


@pytest.fixture
def requests(monkeypatch):
    """What S3 is asked by this process."""
    from s3fs import S3FileSystem

    asked, real = [], S3FileSystem._call_s3

    def call(self, method, *rest, **more):
        asked.append(method)
        return real(self, method, *rest, **more)

    monkeypatch.setattr(S3FileSystem, "_call_s3", call)
    return asked


def below(folder):
    return {str(path).removeprefix(str(folder)).lstrip("/") for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    """What a run on this machine makes of the takes."""
    root = tmp_path_factory.mktemp("here")
    fill(root / "takes")
    report = run(PLAN, [root / "takes"], root / "out", jobs=1)
    write_report(root / "out")
    return report, root / "out"


def check_a_run(root, here):
    report, out = here
    fill(root / "takes")
    there = run(PLAN, [str(root / "takes")], str(root / "out"), jobs=2)
    assert told(there) == told(report)
    write_report(root / "out")
    assert below(root / "out") == below(out) - {LOCK}  # nothing is locked in a store
    assert told(type(there)(tuple(read_records(root / "out")))) == told(report)
    sounds = [(folder / "report.html").read_text(encoding="utf-8").count(".flac") for folder in (root / "out", out)]
    assert sounds[0] == sounds[1] > 0


def test_a_run_in_the_memory_of_this_process(here):
    check_a_run(place(f"memory://{uuid.uuid4().hex}"), here)


def test_a_run_in_s3(bucket, here):
    check_a_run(bucket, here)


def test_a_second_run_does_only_what_is_new(bucket, here):
    fill(bucket / "takes")
    takes, out = [str(bucket / "takes")], str(bucket / "out")
    run(PLAN, takes, out, jobs=1, preview=False)
    assert run(PLAN, takes, out, jobs=1, preview=False).reused == 2  # what failed is tried again
    (bucket / "takes/mia/greeting.ogg").write_bytes((SAMPLES / "mia/hello.wav").read_bytes())
    (bucket / "out/clips/mia/greeting.ogg.wav").unlink()
    todo = {name for name, is_todo in pending(PLAN, takes, out, preview=False).items() if is_todo}
    assert todo == {"mia/greeting.ogg", "damaged/not-audio.mp3"}


def test_what_a_stopped_run_finished_is_known(bucket):
    def stop(record):
        raise KeyboardInterrupt

    fill(bucket / "takes")
    with pytest.raises(KeyboardInterrupt):
        run(PLAN, [str(bucket / "takes")], str(bucket / "out"), jobs=1, preview=False, on_record=stop)
    assert len((bucket / "out" / JOURNAL).read_text().splitlines()) == 1


@pytest.mark.parametrize("out", ["out", "takes/out"])
def test_where_nothing_is_to_be_done_the_store_is_only_listed(bucket, requests, out):
    fill_flat(bucket / "takes", 16)
    takes, out = [str(bucket / "takes")], str(bucket / out)
    run(PLAN, takes, out, jobs=2, preview=False)
    requests.clear()
    assert run(PLAN, takes, out, jobs=2, preview=False).reused == 16
    assert len(requests) < 16
    requests.clear()
    assert not any(pending(PLAN, takes, out, preview=False).values())
    assert len(requests) < 6


def test_what_others_put_meanwhile_is_listed(bucket):
    fill_flat(bucket / "takes/mia", 1)
    list_anew(bucket)
    bucket.fs.call_s3("put_object", Bucket=bucket.path.split("/")[0], Key="takes/mia/new.flac", Body=b"sound")
    list_anew(bucket)
    assert [file.name for file in (bucket / "takes/mia").iterdir()] == ["0.flac", "new.flac"]


def test_a_clip_that_somebody_wrote_over_is_made_again(bucket):
    fill_flat(bucket / "takes", 2)
    takes, out = [str(bucket / "takes")], str(bucket / "out")
    run(PLAN, takes, out, jobs=1, preview=False)
    clip = bucket / "out/clips/0.flac.wav"
    ours = clip.read_bytes()
    clip.write_bytes(ours[:-2] + b"xx")
    todo = pending(PLAN, takes, out, preview=False)
    assert [name for name, is_todo in todo.items() if is_todo] == ["0.flac"]
    clip.write_bytes(ours)
    assert not any(pending(PLAN, takes, out, preview=False).values())


def test_a_journal_that_the_store_does_not_take_is_kept_here(bucket, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    fill_flat(bucket / "takes", 1)
    takes, out = [str(bucket / "takes")], str(bucket / "out")

    def refuse(record):
        monkeypatch.setattr(stored_journal, "put", refused)

    def refused(*_):
        raise EncodeError("The store is full.")

    with pytest.raises(EncodeError, match=r"full\. What is finished is noted in .*journal\.jsonl") as caught:
        run(PLAN, takes, out, jobs=1, preview=False, on_record=refuse)
    (kept,) = tmp_path.rglob("*.jsonl")
    assert str(kept) in str(caught.value)
    (bucket / "out" / JOURNAL).write_bytes(kept.read_bytes())
    assert not any(pending(PLAN, takes, out, preview=False).values())


@pytest.mark.parametrize("name", ["put", "read_if_there"])
def test_a_run_that_the_store_does_not_let_begin_leaves_nothing_here(bucket, tmp_path, monkeypatch, name):
    fill_flat(bucket / "takes", 1)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def refused(*_):
        raise EncodeError("The store is full.")

    monkeypatch.setattr(stored_journal, name, refused)
    with pytest.raises(EncodeError, match="full") as caught:
        run(PLAN, [str(bucket / "takes")], str(bucket / "out"), jobs=1, preview=False)
    assert list(tmp_path.iterdir()) == []
    del caught  # what holds the folder, had it been left for the collector


def test_two_runs_at_once_lose_nothing_of_each_other(bucket):
    fill_flat(bucket / "takes", 3)
    out = str(bucket / "out")
    inputs = [str(bucket / f"takes/{number}.flac") for number in range(3)]

    def another(record):
        run(PLAN, inputs[1:], out, jobs=1, preview=False)

    run(PLAN, inputs[:1], out, jobs=1, preview=False, on_record=another)
    assert not any(pending(PLAN, inputs, out, preview=False).values())
    assert {record.path for record in read_records(bucket / "out")} == {"0.flac", "1.flac", "2.flac"}


def test_a_file_that_cannot_be_fetched_costs_itself(bucket, monkeypatch):
    record = process_file(PLAN, str(bucket / "missing.wav"), str(bucket / "out"))
    assert (record.status, record.path, record.error.step) == (Status.FAILED, "missing.wav", "decode")
    assert "could not be fetched" in record.error.message


def test_check_writes_nothing(bucket, here):
    fill(bucket / "takes")
    before = below(bucket)
    statuses = {str(record.status) for record in check(PLAN, [str(bucket / "takes/mia")], jobs=1).records}
    assert statuses == {"rejected", "review"}
    assert below(bucket) == before


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_reads_and_writes_the_store(bucket, here, cluster):
    fill(bucket / "takes")
    there = run(PLAN, [str(bucket / "takes")], str(bucket / "out"), engine=Engine.RAY)
    assert told(there) == told(here[0])


def test_an_object_whose_name_leads_elsewhere_is_refused(bucket, tmp_path, monkeypatch):
    """The owner of a bucket chooses the names of its objects."""
    evil = "out/../../../escaped.json"
    bucket.fs.call_s3("put_object", Bucket=bucket.path.split("/")[0], Key=evil, Body=b"{}")
    with pytest.raises(UsageError, match="leads elsewhere"):
        write_report(bucket / "out")


def test_listing_and_asking_alone_know_the_same_version(bucket):
    """What was listed a moment ago is asked of nobody."""
    fill(bucket / "takes")
    file = bucket / "takes/mia/greeting.ogg"
    bucket.fs.invalidate_cache()
    alone = version(file)
    list_anew(bucket / "takes")
    assert version(file) == alone is not None
