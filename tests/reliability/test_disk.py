"""R12 to R14: disks that are full, files that are cut, calls that fail."""

import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys

import pytest

from pipeline.errors import SubmitError, UsageError, VoiceprepError
from pipeline.service import Api, Ledger, Pace, State, ledger, upload
from tests.reliability.helpers import KEY, LONG, QUICK, ROOT, prepare
from tests.service.helpers import FastStop, voices

FILES = 4


def _upload(desk, some):
    with Api(KEY, desk.sandbox.base_url) as api, Ledger.open(desk.out / "ledger.sqlite3") as opened:
        return upload(desk.out, some, voices(some), api, opened, pace=Pace(), stop=FastStop())


def _expect_intents(desk):
    """Nothing is at the server of which the ledger has no intent."""
    sent = {voice.file_sha256 for voice in desk.sandbox.state.voices.values()}
    path = desk.out / "ledger.sqlite3"
    with Ledger.look(path) as looked:
        known = {
            item.audio_sha256 for item in looked.items() if item.state in {State.SENDING, State.UNKNOWN, State.DONE}
        }
    assert sent <= known


LIMITS = range(4096, 200_000, 4096) if LONG else [4096, 20_480, 36_864, 45_056, 53_248, 61_440]


@pytest.mark.parametrize("limit_bytes", LIMITS)
def test_r12_a_disk_that_is_full_lets_nothing_be_sent_without_an_intent(desk, limit_bytes):
    """The limit is real: the system refuses to let any file of the upload grow beyond it."""
    some = prepare(desk.out, FILES, 0.05)

    def full():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes))

    environ = {**os.environ, "CAMB_API_URL": desk.sandbox.base_url, "CAMB_API_KEY": KEY, "PYTHONDONTWRITEBYTECODE": "1"}
    said = ("--gender", "female", "--consent", "She agreed in writing", *QUICK)
    command = [sys.executable, "-m", "pipeline", "upload", str(desk.out), *said]
    ended = subprocess.run(
        command, env=environ, cwd=ROOT, capture_output=True, text=True, check=False, preexec_fn=full, timeout=60
    )
    desk.expect_no_leak(ended.stdout + ended.stderr)
    if ended.returncode:
        assert "ledger" in ended.stderr or "cannot be written" in ended.stderr, ended.stderr
    if desk.sandbox.state.voices:
        _expect_intents(desk)
    last = desk.upload()
    assert last.code == 0, last.said
    desk.expect_each_once(len(some))


def test_r12_a_ledger_that_takes_no_writing_lets_nothing_be_sent(desk, monkeypatch):
    some = prepare(desk.out, 1, 0.05)
    with Ledger.open(desk.out / "ledger.sqlite3"):
        pass
    connect = ledger.connect

    def read_only(path):
        connection = connect(path)
        connection.execute("PRAGMA query_only = 1")
        return connection

    monkeypatch.setattr(ledger, "connect", read_only)
    with pytest.raises(SubmitError, match=r"cannot be read or written \(attempt to write a readonly database\)"):
        _upload(desk, some)
    assert desk.sandbox.state.create_calls == 0


@pytest.mark.parametrize("step", [1] if LONG else [13])
def test_r13_a_ledger_cut_anywhere_is_refused_or_whole(desk, tmp_path, step):
    some = prepare(desk.out, FILES, 0.05)
    _upload(desk, some)
    content = (desk.out / "ledger.sqlite3").read_bytes()
    path = tmp_path / "cut" / "ledger.sqlite3"
    path.parent.mkdir()
    refused = 0
    for less in range(1, 4097, step):
        path.write_bytes(content[:-less])
        told = None
        try:
            with Ledger.open(path) as opened:
                assert [item.state for item in opened.items()] == [State.DONE] * FILES
        except UsageError as error:
            told = str(error)
        if told:
            assert "is damaged" in told
            assert path.read_bytes() == content[:-less], "left as it is"
            refused += 1
    assert refused > 0


def test_r13_a_log_that_is_lost_takes_nothing_along(desk):
    prepare(desk.out, FILES, 0.05)
    assert desk.upload(crash_at="done-written:2").code < 0
    logs = [path for path in desk.out.iterdir() if path.name.endswith(("-wal", "-shm"))]
    assert len(logs) == 2
    for path in logs:
        path.unlink()
    assert desk.states() == [State.DONE] * 2
    assert desk.upload().code == 0
    desk.expect_each_once(FILES)


def test_r13_a_ledger_that_is_gone_is_made_up_for_by_the_list(desk):
    prepare(desk.out, FILES, 0.05)
    desk.upload()
    (desk.out / "ledger.sqlite3").unlink()
    assert desk.upload().code == 0
    assert desk.sandbox.state.create_calls == FILES
    desk.expect_each_once(FILES)


class FailingConnection(sqlite3.Connection):
    """A connection whose N-th statement fails, as on a disk that breaks."""

    left = -1

    def execute(self, *statement):
        FailingConnection.left -= 1
        if FailingConnection.left == 0:
            raise sqlite3.OperationalError("disk I/O error")
        return super().execute(*statement)


def test_r14_whatever_statement_fails_nothing_is_sent_twice_or_lost(desk, monkeypatch, tmp_path):
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *args, **more: connect(*args, factory=FailingConnection, **more))
    some = prepare(desk.out, 2, 0.05)
    number, ended, told = 0, False, ""
    while not ended:
        number += 1
        desk.sandbox.state.reset()
        for path in desk.out.glob("*ledger.sqlite3*"):
            path.unlink()
        FailingConnection.left = number
        try:
            _upload(desk, some)
            ended = FailingConnection.left > 0
        except VoiceprepError as error:
            told = str(error).lower()
        assert ended or "ledger" in told
        FailingConnection.left = -1
        if desk.sandbox.state.voices:
            _expect_intents(desk)
        assert _upload(desk, some).exit_code == 0
        desk.expect_each_once(2)
    assert number > 30, "every statement failed once"


CALLS = ["openat", "write", "pwrite64", "fsync", "fdatasync", "rename", "link", "linkat", "unlink", "ftruncate"]


@pytest.mark.parametrize("call", CALLS if LONG and shutil.which("strace") else [])
def test_r14_whatever_system_call_on_the_ledger_fails(desk, call, tmp_path):
    prepare(desk.out, 2, 0.05)
    for number in range(1, 500):
        desk.sandbox.state.reset()
        for path in desk.out.glob("*ledger.sqlite3*"):
            path.unlink()
        ledger_path = str(desk.out / "ledger.sqlite3")
        traced = [f"--trace-path={ledger_path}{end}" for end in ("", "-wal", "-shm")]
        log = tmp_path / "strace.log"
        before = ["strace", "-f", "-qq", "-o", str(log), *traced, "-e", f"inject={call}:error=EIO:when={number}"]
        environ = {**os.environ, "CAMB_API_URL": desk.sandbox.base_url, "CAMB_API_KEY": KEY}
        said = ("--gender", "female", "--consent", "She agreed in writing", *QUICK)
        command = [*before, sys.executable, "-m", "pipeline", "upload", str(desk.out), *said]
        ended = subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
        assert "Traceback" not in ended.stderr, ended.stderr
        if desk.sandbox.state.voices:
            _expect_intents(desk)
        last = desk.upload()
        assert last.code == 0, last.said
        desk.expect_each_once(2)
        if "INJECTED" not in log.read_text():
            return
    raise AssertionError("there was no clean pass")
