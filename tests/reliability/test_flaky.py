"""R3 to R6, R17: a service that loses answers, counted at the server."""

import random
import socket
import threading
from contextlib import contextmanager

import pytest

from pipeline.errors import NotSentError, RefusedError, SubmitError, UnknownOutcome
from pipeline.sandbox import FAULTS, Cut, Fault
from pipeline.service import Api, Ledger, Outcome, Pace, State, Timeouts, upload
from tests.reliability.helpers import KEY, LONG, prepare
from tests.service.helpers import voices, write_wav

BUSY = Fault("busy", "", 429, headers={"Retry-After": "0"})
FLAKY = [(FAULTS["drop-after"], 0.20), (FAULTS["unavailable-after"], 0.20), (BUSY, 0.10), (FAULTS["cut"], 0.05),
         (FAULTS["html"], 0.05), (None, 0.40)]  # fmt: skip


def _upload(desk, some, pace, read_s=0.5):
    """Upload in this process, over real sockets."""
    api = Api(KEY, desk.sandbox.base_url, timeouts=Timeouts(read_s=read_s))
    with api, Ledger.open(desk.out / "ledger.sqlite3") as ledger:
        return upload(desk.out, some, voices(some), api, ledger, pace=pace)


def _script(rng, count):
    """Draw what happens to each call until as many calls as there are files were no rate limits."""
    script = []
    while sum(fault is not BUSY for fault in script) < count:
        script.append(rng.choices([fault for fault, _ in FLAKY], [share for _, share in FLAKY])[0])
    return script


@pytest.mark.parametrize("seed", range(20 if LONG else 3))
def test_r03_a_flaky_service_makes_each_voice_once(desk, seed):
    some = prepare(desk.out, 50, 0.2)
    script = _script(random.Random(seed), 50)
    assert sum(fault is not None for fault in script) > 15
    desk.sandbox.state.plan(script)
    report = _upload(desk, some, Pace())
    assert report.exit_code == 0
    desk.expect_each_once(50)
    assert desk.sandbox.state.create_calls == 50 + sum(fault is BUSY for fault in script)


def _late(after_s):
    return Fault("late", "", cut=Cut.SILENT, creates=True, commit_after_s=after_s)


@pytest.mark.parametrize("scale", [1.0] if LONG else [0.1])
def test_r04_late_voices_are_waited_for(desk, scale):
    some = prepare(desk.out, 30, 0.2)
    rng = random.Random(4)
    desk.sandbox.state.plan([_late(rng.uniform(0.001, 10) * scale) for _ in some])
    report = _upload(desk, some, Pace(settle_s=12 * scale, max_in_doubt=100))
    assert report.exit_code == 0
    desk.expect_each_once(30)
    assert desk.sandbox.state.create_calls == 30


def test_r05_a_voice_later_than_that_costs_one_extra_which_is_reported(desk):
    some = prepare(desk.out, 3, 0.2)
    desk.sandbox.state.plan([_late(1.5)] * 3)
    first = _upload(desk, some, Pace(settle_s=0.3, max_in_doubt=100), read_s=0.3)
    assert desk.sandbox.state.create_calls == 6
    threading.Event().wait(1.5)
    assert len(desk.sandbox.state.voices) == 6
    second = _upload(desk, some, Pace(settle_s=0.3))
    assert desk.sandbox.state.create_calls == 6
    told = [*first.problems, *second.problems]
    assert all(any(entry.path in problem and "DUPLICATE" in problem for problem in told) for entry in some)
    assert second.exit_code == 1


def test_r06_an_unused_fault_is_known(sandbox):
    sandbox.state.plan([FAULTS["cut"]], lists=[FAULTS["list-half"]])
    assert sandbox.state.unused() == ["cut", "list-half"]
    sandbox.state.reset()


def test_answers_that_are_lost_when_several_are_sent_at_once(desk):
    some = prepare(desk.out, 24, 0.2)
    rng = random.Random(7)
    desk.sandbox.state.plan(rng.choices([FAULTS["drop-after"], FAULTS["cut"], BUSY, None], k=24))
    report = _upload(desk, some, Pace(concurrency=4, max_in_doubt=100))
    assert report.exit_code == 0
    desk.expect_each_once(24)


def test_two_attempts_at_most_whatever_the_service_does(desk):
    some = prepare(desk.out, 2, 0.2)
    desk.sandbox.state.faults = (FAULTS["drop"],)
    for _ in range(4):
        report = _upload(desk, some, Pace(settle_s=0.2, max_in_doubt=100), read_s=0.2)
    assert [entry.outcome for entry in report.receipts] == [Outcome.UNKNOWN] * 2
    assert desk.states() == [State.NEEDS_HUMAN] * 2
    assert desk.sandbox.state.create_calls == 4


@contextmanager
def _server(behave):
    """Serve on a real socket; gives the address and how many connections came."""
    came = []

    def serve():
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            came.append(1)
            with connection:
                connection.settimeout(3)
                behave(connection)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", came
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def _read(connection):
    content = b""
    while not content.endswith(b"--\r\n"):
        piece = connection.recv(1 << 16)
        if not piece:
            break
        content += piece


def _reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")


def _close_after_body(connection):
    _read(connection)


def _reset_after_body(connection):
    _read(connection)
    _reset(connection)


def _silence(connection):
    _read(connection)
    threading.Event().wait(0.8)


def _cut(connection):
    _read(connection)
    connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"voice')


def _no_json(connection):
    _read(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>")


def _early_413(connection):
    connection.recv(1000)
    connection.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    threading.Event().wait(0.2)


def _drop(connection):
    """Close at once."""


def _reset_amid_body(connection):
    connection.recv(1000)
    _reset(connection)


SHAPES = [
    (_close_after_body, UnknownOutcome), (_reset_after_body, UnknownOutcome), (_silence, UnknownOutcome),
    (_cut, UnknownOutcome), (_no_json, UnknownOutcome), (_early_413, (RefusedError, UnknownOutcome)),
    (_drop, UnknownOutcome), (_reset_amid_body, UnknownOutcome),
]  # fmt: skip


@pytest.mark.parametrize(("behave", "kind"), SHAPES, ids=lambda value: getattr(value, "__name__", ""))
def test_r17_each_way_to_fail_costs_one_connection(behave, kind, tmp_path):
    clip = write_wav(tmp_path / "a.wav", duration_s=60.0 if behave is _early_413 else 2.0)
    with _server(behave) as (base_url, came), Api(KEY, base_url, timeouts=Timeouts(read_s=0.5)) as api:
        with pytest.raises(kind) as caught:
            api.create_voice(clip, {"voice_name": "Mia", "gender": "2"})
        assert isinstance(caught.value, SubmitError)
        assert len(came) == 1


def test_r17_nobody_listens(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with Api(KEY, f"http://127.0.0.1:{port}") as api, pytest.raises(NotSentError):
        api.create_voice(write_wav(tmp_path / "a.wav"), {"voice_name": "Mia", "gender": "2"})
