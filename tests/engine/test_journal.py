"""What a journal survives: kills, junk, and other runs."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.engine import check, pending, process_file, run
from pipeline.engine.journal import JOURNAL, Journal, note_uploads, read_journal, read_records
from pipeline.engine.unit import failed as failed_record
from pipeline.engine.unit import process_group
from pipeline.errors import (
    DecodeError,
    EncodeError,
    StepError,
    TooLong,
    UnreadError,
    UnsupportedFormat,
    UsageError,
    WorkerError,
)
from pipeline.profile import load_profile
from pipeline.records import Output, Record, Status
from pipeline.service import good_enough
from pipeline.sources import SourceFile, SourceGroup

SAMPLES = Path(__file__).parents[2] / "samples/mia"
PLAN = load_profile()


def added(out, *names):
    """Write records of these names as one run does."""
    with Journal(out) as journal:
        for name in names:
            journal.add(Record(path=name, status=Status.REVIEW), "plan")


def cut_short(out):
    """Leave of the last line what a kill leaves."""
    lines = (out / JOURNAL).read_bytes().splitlines(keepends=True)
    (out / JOURNAL).write_bytes(b"".join(lines[:-1]) + lines[-1][:40])


def test_a_line_cut_short_by_a_kill_costs_itself_and_not_the_next(tmp_path):
    takes, out = tmp_path / "takes", tmp_path / "out"
    takes.mkdir()
    for name in ("hello.wav", "greeting.ogg"):
        shutil.copyfile(SAMPLES / name, takes / name)
    run(PLAN, [takes], out, jobs=1, preview=False)
    cut_short(out)
    (out / "records.jsonl").unlink()
    assert run(PLAN, [takes], out, jobs=1, preview=False).reused == 1
    assert run(PLAN, [takes], out, jobs=1, preview=False).reused == 2  # the third has nothing left to do


def test_what_is_noted_of_uploads_is_not_glued_to_a_line_cut_short(tmp_path):
    with Journal(tmp_path) as journal:
        for name in ("a.wav", "b.wav"):
            journal.add(Record(path=name, status=Status.REVIEW), "plan")
        journal.publish(["a.wav", "b.wav"])
    cut_short(tmp_path)
    note_uploads(tmp_path, {"a.wav": {"voice_id": 7}})
    assert read_journal(tmp_path)["a.wav"].record.upload == {"voice_id": 7}
    assert read_records(tmp_path)[0].upload == {"voice_id": 7}


def test_a_whole_line_without_its_end_counts(tmp_path):
    added(tmp_path, "a.wav")
    (tmp_path / JOURNAL).write_bytes((tmp_path / JOURNAL).read_bytes().rstrip())
    added(tmp_path, "b.wav")
    assert list(read_journal(tmp_path)) == ["a.wav", "b.wav"]


@pytest.mark.parametrize(
    "change", [{"stamps": None}, {"stamps": {"clip": [1, "x"]}}, {"stamps": {"sources": 1}}, {"plan": 1}]
)
def test_an_entry_with_a_part_that_does_not_fit_is_skipped(tmp_path, change):
    added(tmp_path, "a.wav")
    line = json.loads((tmp_path / JOURNAL).read_text())
    (tmp_path / JOURNAL).write_text(json.dumps(line | change) + "\n")
    added(tmp_path, "b.wav")
    assert list(read_journal(tmp_path)) == ["b.wav"]


@pytest.mark.parametrize("line", [b"1", b"[]", b"null", b'"text"', b"{}", b"\xff", b"[" * 10_000, b""])
def test_a_line_that_is_no_entry_is_skipped(tmp_path, line):
    added(tmp_path, "a.wav")
    with (tmp_path / JOURNAL).open("ab") as file:
        file.write(line + b"\n")
    added(tmp_path, "b.wav")
    assert list(read_journal(tmp_path)) == ["a.wav", "b.wav"]
    assert all(pending(PLAN, [SAMPLES / "hello.wav"], tmp_path).values())


@pytest.mark.parametrize("name", ["../outside.wav", "mia/../../../outside.wav", "/outside.wav", ".."])
def test_a_name_that_leads_out_of_the_output_is_refused_before_anything_is_written(tmp_path, name):
    takes = SourceGroup(name, (SourceFile(SAMPLES / "hello.wav", "hello.wav"),))
    for record in (
        process_file(PLAN, SAMPLES / "hello.wav", tmp_path / "out", name, keep_rejected=True, preview=True),
        process_group(PLAN, takes, tmp_path / "out", keep_rejected=True, preview=True),
    ):
        assert (record.status, record.error.kind) == (Status.FAILED, "EncodeError")
        assert "leads out of its folder" in record.error.message
    assert list(tmp_path.iterdir()) == []


def test_a_journal_takes_nothing_away_that_lies_elsewhere(tmp_path):
    (tmp_path / "precious.wav").touch()
    output = of_take(Status.ACCEPTED).output.model_copy(update={"path": "../precious.wav"})
    with Journal(tmp_path / "out") as journal:
        journal.add(of_take(Status.ACCEPTED).model_copy(update={"output": output}), "plan")
        journal.add(of_take(Status.REJECTED), "plan")
    assert (tmp_path / "precious.wav").exists()


def of_take(status, error=None):
    """Return a record of ``take.wav``; one that is not failed has a clip."""
    output = Output(
        path="clips/take.wav.wav", sha256="0", sample_rate_hz=1, channels=1, subtype="PCM_16", duration_s=1.0
    )
    failed = status is Status.FAILED
    record = failed_record("take.wav", error) if failed else Record(path="take.wav", status=status)
    return record.model_copy(update={"output": output if status is Status.ACCEPTED else None})


@pytest.fixture
def clip(tmp_path):
    """The good clip of an earlier run."""
    clip = tmp_path / "clips/take.wav.wav"
    clip.parent.mkdir()
    clip.write_bytes(b"good")
    with Journal(tmp_path) as journal:
        journal.add(of_take(Status.ACCEPTED), "plan")
    return clip


NOT_THE_RECORDINGS = [
    WorkerError("died"), EncodeError("full"), StepError("own", "oops"), UnreadError("not fetched"), MemoryError(),
]  # fmt: skip


@pytest.mark.parametrize("error", NOT_THE_RECORDINGS, ids=repr)
def test_a_failure_that_is_not_the_recordings_leaves_the_clip_and_sends_it_nowhere(clip, tmp_path, error):
    for _ in range(2):
        with Journal(tmp_path) as journal:
            journal.add(of_take(Status.FAILED, error), "other")
            records = journal.publish(["take.wav"])
        assert clip.is_file()
        assert records[0].output is None
        assert good_enough(read_records(tmp_path), include_review=True) == []


def test_a_clip_that_was_left_is_taken_away_by_the_verdict_that_follows(clip, tmp_path):
    for record in (of_take(Status.FAILED, WorkerError("died")), of_take(Status.REJECTED)):
        assert clip.is_file()
        with Journal(tmp_path) as journal:
            journal.add(record, "other")
    assert not clip.exists()
    assert read_journal(tmp_path)["take.wav"].clip is None


def test_a_clip_that_was_left_is_replaced_by_the_one_that_follows(clip, tmp_path):
    for record in (of_take(Status.FAILED, WorkerError("died")), of_take(Status.ACCEPTED)):
        with Journal(tmp_path) as journal:
            journal.add(record, "other")
    assert clip.is_file()
    entry = read_journal(tmp_path)["take.wav"]
    assert (entry.clip, entry.kept) == ("clips/take.wav.wav", None)


@pytest.mark.parametrize("error", [UnsupportedFormat("text"), TooLong("long"), DecodeError("damaged")], ids=repr)
def test_a_recording_that_is_none_any_more_takes_its_clip_along(clip, tmp_path, error):
    with Journal(tmp_path) as journal:
        journal.add(of_take(Status.FAILED, error), "plan")
    assert not clip.exists()


def test_a_recording_that_cannot_be_opened_leaves_its_clip(clip, tmp_path):
    record = process_file(PLAN, tmp_path / "gone.wav", tmp_path, "take.wav")
    with Journal(tmp_path) as journal:
        journal.add(record, "plan")
    assert record.error.kind == "UnreadError"
    assert clip.is_file()


def test_a_recording_that_cannot_be_fetched_leaves_its_clip(clip, tmp_path):
    pytest.importorskip("upath")
    record = process_file(PLAN, "memory://gone/take.wav", tmp_path, "take.wav")
    with Journal(tmp_path) as journal:
        journal.add(record, "plan")
    assert record.error.kind == "UnreadError"
    assert clip.is_file()


def test_two_runs_at_once_on_one_folder_are_refused_before_anything_is_done(tmp_path):
    out = tmp_path / "out"
    with Journal(out), pytest.raises(UsageError, match="Another run"):
        run(PLAN, [SAMPLES / "hello.wav"], out, jobs=1)
    assert not (out / "clips").exists()
    assert run(PLAN, [SAMPLES / "hello.wav"], out, jobs=1, preview=False).reused == 0  # it is free again


def test_a_run_hinders_no_one_who_only_looks(tmp_path):
    with Journal(tmp_path) as journal:
        journal.add(Record(path="a.wav", status=Status.REVIEW), "plan")
        journal.publish(["a.wav"])
        assert pending(PLAN, [SAMPLES / "hello.wav"], tmp_path) == {"hello.wav": True}
        assert check(PLAN, [SAMPLES / "hello.wav"], jobs=1).counts()["failed"] == 0
        assert len(read_records(tmp_path)) == 1


def test_the_folder_of_a_run_that_was_killed_is_free(tmp_path):
    held = "import sys, time; from pipeline.engine.lock import claimed; from pathlib import Path\n"
    held += "with claimed(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", held, str(tmp_path)], stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(UsageError, match="Another run"):
            Journal(tmp_path)
        other.kill()
        other.wait()
        with Journal(tmp_path):
            pass


def test_uploads_that_cannot_be_noted_yet_say_where_they_are_known(tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.engine.journal.NOTE_PATIENCE_S", 0.1)
    with Journal(tmp_path) as journal:
        journal.publish([])
        with pytest.raises(EncodeError, match="in the ledger"):
            note_uploads(tmp_path, {})


def test_a_changed_clip_is_not_taken_for_the_graded_one_once_uploads_are_noted(clip, tmp_path):
    with Journal(tmp_path) as journal:
        journal.publish(["take.wav"])
    before = read_journal(tmp_path)["take.wav"].stamps
    clip.write_bytes(b"another")
    note_uploads(tmp_path, {"take.wav": {"voice_id": 7}})
    entry = read_journal(tmp_path)["take.wav"]
    assert (entry.stamps, entry.record.upload) == (before, {"voice_id": 7})


def test_the_journal_holds_a_line_a_source_after_any_number_of_runs(tmp_path):
    added(tmp_path, "of another run.wav")
    for plan in "abcde":
        with Journal(tmp_path) as journal:
            for name in ("a.wav", "b.wav"):
                journal.add(Record(path=name, status=Status.REVIEW), plan)
            journal.publish(["a.wav", "b.wav"])
            journal.add(Record(path="c.wav", status=Status.REVIEW), plan)  # what follows goes into the new file
    lines = (tmp_path / JOURNAL).read_text().splitlines()
    assert len(lines) == 5  # the last c.wav came after the last compaction
    assert {name: entry.plan for name, entry in read_journal(tmp_path).items()} == {
        "of another run.wav": "plan", "a.wav": "e", "b.wav": "e", "c.wav": "e",
    }  # fmt: skip
    assert not list(tmp_path.glob("*.tmp"))


def test_a_journal_that_cannot_be_written_anew_stays_as_it_is(tmp_path):
    added(tmp_path, "a.wav", "a.wav")
    before = (tmp_path / JOURNAL).read_bytes()
    (tmp_path / ".journal.jsonl.tmp").mkdir()
    with Journal(tmp_path) as journal:
        journal.publish(["a.wav"])
    assert (tmp_path / JOURNAL).read_bytes() == before
