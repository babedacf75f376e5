"""ffmpeg runs under guard: every call, every limit."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.codec import child, ffmpeg, read
from pipeline.codec.child import Limits
from pipeline.errors import DecodeError

from .making import tone, transcode, write


@pytest.fixture
def take(tmp_path):
    return transcode(write(tmp_path / "a.wav", tone()), tmp_path / "a.m4a")


def fake(tmp_path, monkeypatch, body):
    """Put a program of our own in the place of ffmpeg."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "ffmpeg"
    program.write_text(f"#!/bin/sh\n{body}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    assert ffmpeg.find_program() == str(program)


def test_every_call_is_guarded(take, monkeypatch):
    calls = []
    popen = subprocess.Popen

    def recorded(command, **options):
        calls.append((command, options))
        return popen(command, **options)

    monkeypatch.setenv("CAMB_API_KEY", "secret")
    monkeypatch.setattr(child.subprocess, "Popen", recorded)
    read(take)
    (command, options), before = calls[0], calls[0][0][: calls[0][0].index("-i")]
    assert "-nostdin" in before
    assert before[before.index("-protocol_whitelist") + 1] == "file"
    assert before[before.index("-f") + 1] == "mov"
    source = command[command.index("-i") + 1]
    assert source.startswith("file:/")
    assert source.endswith("/input")
    assert options["stdin"] == subprocess.DEVNULL
    assert options["start_new_session"]
    assert "CAMB_API_KEY" not in options["env"]
    assert "shell" not in options


def test_the_wall_limit_ends_the_whole_group(tmp_path, take, monkeypatch):
    fake(tmp_path, monkeypatch, f"sleep 77 & echo $! > {tmp_path}/pid; wait")
    started = time.monotonic()
    with pytest.raises(DecodeError, match=r"longer than 0.4 s"):
        ffmpeg.decode(take, "mov", 10.0, Limits(wall_s=0.4))
    assert time.monotonic() - started < 5
    grandchild = int((tmp_path / "pid").read_text())
    for _ in range(100):
        if not _alive(grandchild):
            return
        time.sleep(0.02)
    pytest.fail("a child was left behind")


def _alive(pid):
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="these limits are set on Linux")
@pytest.mark.parametrize(
    ("body", "limits", "output_bytes"),
    [
        ("while :; do :; done", Limits(cpu_s=1, wall_s=20.0), 1 << 20),
        ("head -c 200000000 /dev/zero | tail -c 190000000 > /dev/null", Limits(memory_bytes=100_000_000), 1 << 20),
        ("head -c 3000000 /dev/zero > big", Limits(), 1 << 20),
    ],
    ids=["cpu", "memory", "output"],
)
def test_the_kernel_limits_fire(tmp_path, body, limits, output_bytes):
    # The limits are set a moment after the start; a real decoder needs longer than that to do harm.
    code, _ = child.run(["/bin/sh", "-c", f"sleep 0.2; {body}"], tmp_path / "log", limits, output_bytes)
    assert code != 0
    assert not (tmp_path / "big").exists() or (tmp_path / "big").stat().st_size <= output_bytes


@pytest.mark.parametrize("ending", ["kill -9 $$", "exit 255"])
def test_what_a_stopped_decoder_left_is_not_taken(tmp_path, take, monkeypatch, ending):
    fake(tmp_path, monkeypatch, ending)
    with pytest.raises(DecodeError, match="more time or memory"):
        read(take)


def test_a_decoder_that_says_nothing_gives_nothing(tmp_path, take, monkeypatch):
    fake(tmp_path, monkeypatch, "exit 1")
    with pytest.raises(DecodeError, match="No sound could be decoded"):
        read(take)


def test_a_full_disk_is_told(tmp_path, take, monkeypatch):
    fake(tmp_path, monkeypatch, "echo 'No space left on device' >&2; exit 1")
    with pytest.raises(DecodeError, match="temporary folder"):
        read(take)


def test_a_program_that_cannot_start_is_told(tmp_path, take, monkeypatch):
    fake(tmp_path, monkeypatch, "")
    monkeypatch.setattr(
        child.subprocess, "Popen", lambda *_, **__: (_ for _ in ()).throw(OSError(8, "Exec format error"))
    )
    with pytest.raises(DecodeError, match="could not be started \\(Exec format error\\)"):
        read(take)


def test_no_ffmpeg_at_all_names_the_remedy(take, monkeypatch):
    def none():
        raise RuntimeError("No ffmpeg exe could be found")

    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr("imageio_ffmpeg.get_ffmpeg_exe", none)
    with pytest.raises(DecodeError, match="pip install imageio-ffmpeg"):
        read(take)


def test_nothing_is_left_in_the_temporary_folder(tmp_path, take, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    read(take)
    with pytest.raises(DecodeError):
        read(take, 0.1)
    assert not any((tmp_path / "tmp").iterdir())


def test_importing_the_codecs_loads_no_decoder():
    heavy = {"soundfile", "pydub", "librosa", "imageio_ffmpeg", "scipy"}
    code = f"import sys, pipeline.codec; print(*({heavy} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == []


def test_mp3_chatter_stays_off_the_terminal(tmp_path, capfd):
    whole = transcode(write(tmp_path / "a.wav", tone()), tmp_path / "a.mp3").read_bytes()
    (tmp_path / "b.mp3").write_bytes(whole[:2000] + b"\x55" * 500 + whole[2500:] + b"garbage" * 100)
    read(tmp_path / "b.mp3")
    assert capfd.readouterr().err == ""
    os.write(2, b"still there")
    assert capfd.readouterr().err == "still there"
