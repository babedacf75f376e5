"""What a journal survives: kills, junk, and other runs."""

import json
import shutil
from pathlib import Path

import pytest

from pipeline.engine import pending, run
from pipeline.engine.journal import JOURNAL, Journal, note_uploads, read_journal, read_records
from pipeline.profile import load_profile
from pipeline.records import Record, Status

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
