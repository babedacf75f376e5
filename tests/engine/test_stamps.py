"""A second run reads only what was touched."""

import os
import shutil
import time
from pathlib import Path

import pytest

from pipeline.engine import pending, run
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
def done(tmp_path):
    takes = tmp_path / "takes"
    takes.mkdir()
    for name in ("hello.wav", "greeting.ogg"):
        shutil.copyfile(SAMPLES / name, takes / name)
        aged(takes / name)
    run(PLAN, [takes], tmp_path / "out", jobs=1, preview=False)
    return takes, tmp_path / "out"


def todo(takes, out, plan=PLAN):
    return {name for name, is_todo in pending(plan, [takes], out).items() if is_todo}


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


def test_a_file_of_this_moment_is_not_trusted_by_its_stamp(tmp_path):
    file = tmp_path / "take.wav"
    file.write_bytes(b"sound")
    source = SourceFile(file, "take.wav")
    assert settled(source_stamps(source)) is None  # it may change again within this tick of the clock
    then = time.time_ns() - 2 * SETTLED_NS
    os.utime(file, ns=(then, then))
    assert settled(source_stamps(source)) == ((5, then),)


def test_a_group_has_the_stamps_of_all_its_members(tmp_path):
    members = tuple(SourceFile(tmp_path / name, name) for name in ("a.wav", "b.wav"))
    members[0].file.write_bytes(b"a")
    assert source_stamps(SourceGroup("mia", members)) is None
    members[1].file.write_bytes(b"bb")
    assert [size for size, _ in source_stamps(SourceGroup("mia", members))] == [1, 2]


def test_what_is_not_there_has_no_stamp(tmp_path):
    assert version(tmp_path / "none") is None
    assert settled(None) is None
