"""A second run reads only what was touched."""

import json
import os
import shutil
import time
from pathlib import Path

import pytest

from pipeline.codec.digests import file_digest
from pipeline.engine import pending, run
from pipeline.engine.journal import JOURNAL
from pipeline.engine.stamps import SETTLED_NS, settled, source_stamps
from pipeline.places import version
from pipeline.profile import load_profile
from pipeline.sources import SourceFile, SourceGroup

SAMPLES = Path(__file__).parents[2] / "samples/mia"
PLAN = load_profile()
HOUR_NS = 3600 * 10**9


def aged(file: Path) -> None:
    """Make a file as old as takes are."""
    then = time.time_ns() - HOUR_NS
    os.utime(file, ns=(then, then))


@pytest.fixture
def done(tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.engine.stamps.SETTLED_NS", 0)  # as if nothing had been touched for long
    takes = tmp_path / "takes"
    takes.mkdir()
    for name in ("hello.wav", "greeting.ogg"):
        shutil.copyfile(SAMPLES / name, takes / name)
        aged(takes / name)
    run(PLAN, [takes], tmp_path / "out", jobs=1, preview=False)
    return takes, tmp_path / "out"


def todo(takes, out, plan=PLAN):
    return {name for name, is_todo in pending(plan, [takes], out, preview=False).items() if is_todo}


def test_what_nobody_touched_is_not_read(done, monkeypatch):
    def read(file):
        raise AssertionError(f"{file} was read")

    monkeypatch.setattr("pipeline.engine.finished.file_digest", read)
    monkeypatch.setattr("pipeline.sources.file_digest", read)
    assert todo(*done) == set()


def test_what_was_only_copied_or_touched_is_read_and_not_done_again(done):
    takes, out = done
    (takes / "hello.wav").touch()
    (out / "clips/greeting.ogg.wav").touch()
    assert todo(takes, out) == set()


def test_what_changed_is_done_again_whatever_its_size(done):
    takes, out = done
    file = takes / "hello.wav"
    data = bytearray(file.read_bytes())
    data[5000] ^= 1
    file.write_bytes(data)
    assert todo(takes, out) == {"hello.wav"}


def test_a_clip_that_changed_is_made_again(done):
    takes, out = done
    clip = out / "clips/greeting.ogg.wav"
    clip.write_bytes(bytes(clip.stat().st_size))
    assert todo(takes, out) == {"greeting.ogg"}


def test_another_profile_does_all_again_and_the_first_none(done):
    takes, out = done
    assert todo(takes, out, load_profile("clone", ["trim.pad_s=0.3"])) == {"hello.wav", "greeting.ogg"}
    assert todo(takes, out) == set()


def test_a_file_of_this_moment_is_not_trusted_by_its_stamp(tmp_path, monkeypatch):
    file = tmp_path / "take.wav"
    file.write_bytes(b"sound")
    stamps = source_stamps(SourceFile(file, "take.wav"))
    assert settled(stamps) is None  # it may change again within this tick of the clock
    aged(file)
    assert settled(source_stamps(SourceFile(file, "take.wav"))) is None  # nor does a time that a program set count
    later_ns = time.time_ns() + 2 * SETTLED_NS
    monkeypatch.setattr("time.time_ns", lambda: later_ns)
    assert settled(stamps) == stamps


def test_a_group_has_the_stamps_of_all_its_members(tmp_path):
    members = tuple(SourceFile(tmp_path / name, name) for name in ("a.wav", "b.wav"))
    members[0].file.write_bytes(b"a")
    assert source_stamps(SourceGroup("mia", members)) is None
    members[1].file.write_bytes(b"bb")
    assert [size for size, *_ in source_stamps(SourceGroup("mia", members))] == [1, 2]


def test_what_is_not_there_has_no_stamp(tmp_path):
    assert version(tmp_path / "none") is None
    assert settled(None) is None


def test_another_take_of_equal_size_and_time_is_noticed(done):
    """As ``tar --mtime`` and ``cp -p`` leave it."""
    takes, out = done
    file = takes / "hello.wav"
    was = file.stat()
    data = bytearray(file.read_bytes())
    data[5000] ^= 1
    file.write_bytes(data)
    os.utime(file, ns=(was.st_atime_ns, was.st_mtime_ns))
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (was.st_size, was.st_mtime_ns)
    assert todo(takes, out) == {"hello.wav"}


def test_takes_and_results_that_were_moved_are_read_and_not_done_again(done, tmp_path):
    takes, out = done
    for folder in (takes, out):
        shutil.copytree(folder, tmp_path / "moved" / folder.name)
        shutil.rmtree(folder)
    assert todo(tmp_path / "moved/takes", tmp_path / "moved/out") == set()


@pytest.mark.parametrize("stamped", [lambda stamp: stamp[:2], lambda stamp: None], ids=["by size and time", "not"])
def test_what_an_earlier_version_stamped_is_read_once(done, stamped, monkeypatch):
    takes, out = done
    lines = [json.loads(line) for line in (out / JOURNAL).read_text().splitlines()]
    for line in lines:
        stamps = line["stamps"]
        stamps["clip"] = stamps["clip"] and stamped(stamps["clip"])
        sources = [stamped(one) for one in stamps["sources"]]
        stamps["sources"] = None if None in sources else sources
    (out / JOURNAL).write_text("".join(json.dumps(line) + "\n" for line in lines))
    read = []
    for where in ("pipeline.engine.finished.file_digest", "pipeline.sources.file_digest"):
        monkeypatch.setattr(where, lambda file: read.append(file.name) or file_digest(file))
    assert run(PLAN, [takes], out, jobs=1, preview=False).reused == 2
    assert {"hello.wav", "greeting.ogg"} < set(read)
    read.clear()
    assert run(PLAN, [takes], out, jobs=1, preview=False).reused == 2
    assert read == []


def test_a_run_with_a_report_makes_the_previews_that_one_without_left_out(done):
    takes, out = done
    assert all(pending(PLAN, [takes], out).values())
    assert run(PLAN, [takes], out, jobs=1).reused == 0
    assert {path.name for path in (out / "report").glob("*.json")} == {"hello.wav.json", "greeting.ogg.json"}
    assert run(PLAN, [takes], out, jobs=1).reused == 2
    assert run(PLAN, [takes], out, jobs=1, preview=False).reused == 2
