"""S1 to S8: what leaves this machine, what comes back, and what is kept of either."""

import datetime
import email
import email.policy
import os
import re
import socket
import ssl
import threading
import unicodedata
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import trustme

from pipeline.errors import NotSentError, RefusedError, UnknownOutcome, UsageError
from pipeline.sandbox import FAULTS
from pipeline.service import Api, Timeouts, Voice, form_fields
from pipeline.service.fields import FIELDS
from tests.reliability.helpers import KEY, QUICK, prepare
from tests.service.helpers import CONSENT, write_wav

FORM = {"voice_name": "Mia", "gender": "2", "enhance_audio": "false"}
OK = b'HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{"voice_id": 1}'


@contextmanager
def capturing(answer=OK, context=None):
    """Serve on a real socket, with TLS where there is a context; gives the port and the requests, byte by byte."""
    came = []

    def serve():
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(3)
                try:
                    speaking = context.wrap_socket(connection, server_side=True) if context else connection
                except (ssl.SSLError, OSError):
                    continue
                with speaking, suppress(OSError):  # the client hangs up on an endless answer, as it should
                    came.append(_request(speaking))
                    _answer(speaking, answer)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listening.getsockname()[1], came
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join(5)


def _request(connection):
    content, length = b"", None
    while length is None or len(content.partition(b"\r\n\r\n")[2]) < length:
        piece = connection.recv(1 << 16)
        if not piece:
            break
        content += piece
        told = re.search(rb"Content-Length: (\d+)\r\n.*\r\n\r\n", content, re.DOTALL)
        length = int(told[1]) if told else None
    return content


def _answer(connection, answer):
    for piece in [answer] if isinstance(answer, bytes) else answer():
        connection.sendall(piece)


def send(port, fields=FORM, clip=None, scheme="http", **more):
    with Api(KEY, f"{scheme}://127.0.0.1:{port}/apis", timeouts=Timeouts(read_s=2.0), **more) as api:
        return api.create_voice(clip, fields)


@pytest.fixture
def clip(tmp_path):
    return write_wav(tmp_path / "Mia Berg, secret project.wav")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_s1_a_redirect_is_not_followed(clip, status):
    with capturing() as (elsewhere, visits):
        moved = f"HTTP/1.1 {status} Moved\r\nLocation: http://127.0.0.1:{elsewhere}/x\r\nContent-Length: 0\r\n\r\n"
        with capturing(moved.encode()) as (port, came), pytest.raises(UnknownOutcome, match="redirect"):
            send(port, clip=clip)
    assert (len(came), visits) == (1, [])


def test_s1_a_redirected_upload_sends_nothing_elsewhere(desk):
    prepare(desk.out, 1, 0.05)
    desk.sandbox.state.faults = (FAULTS["redirect"],)
    assert desk.upload().code == 1
    assert desk.sandbox.state.create_calls == 2


@pytest.mark.parametrize("fault", ["echo", "unauthorized", "server-error", "cut"])
def test_s2_the_key_is_in_nothing(desk, fault):
    prepare(desk.out, 2, 0.05)
    desk.sandbox.state.faults = (FAULTS[fault],)
    process = desk.start()
    command_line = Path(f"/proc/{process.pid}/cmdline")
    assert KEY.encode() not in (command_line.read_bytes() if command_line.exists() else b"")
    ended = desk.end(process)  # which looks through all that was said and written
    assert fault != "echo" or "Refused for key ****" in ended.said
    desk.sandbox.state.faults = ()


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


def _tls(authority, *names, **more):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names, **more).configure_cert(context)
    return context


EXPIRED = {"not_after": datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)}


@pytest.mark.parametrize(
    ("names", "more", "trusted"),
    [(["127.0.0.1"], {}, False), (["elsewhere.test"], {}, True), (["127.0.0.1"], EXPIRED, True)],
    ids=["unknown authority", "wrong name", "expired"],
)
def test_s3_a_bad_certificate_is_refused(authority, clip, monkeypatch, tmp_path, names, more, trusted):
    if trusted:
        _trust(authority, monkeypatch, tmp_path)
    with capturing(context=_tls(authority, *names, **more)) as (port, came):
        with pytest.raises(NotSentError, match="certificate is not to be trusted"):
            send(port, clip=clip, scheme="https")
        assert came == []


def test_s3_a_good_certificate_is_taken(authority, clip, monkeypatch, tmp_path):
    _trust(authority, monkeypatch, tmp_path)
    with capturing(context=_tls(authority, "127.0.0.1")) as (port, came):
        assert send(port, clip=clip, scheme="https") == 1
        assert KEY.encode() in came[0]


def _trust(authority, monkeypatch, tmp_path):
    """Have the client's usual authorities be this one."""
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    monkeypatch.setattr("certifi.where", lambda: str(path))


@pytest.mark.parametrize("url", ["http://client.camb.ai/apis", "http://10.0.0.1/apis", "http://127.0.0.1.evil.test"])
def test_s3_plain_http_is_for_this_machine_only(url):
    with pytest.raises(UsageError, match="https"):
        Api(KEY, url)


def _parts(request):
    """Return a request's headers and its parts, as an independent parser reads them."""
    head, _, body = request.partition(b"\r\n\r\n")
    headers = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:])
    kind = headers[b"Content-Type"]
    message = email.message_from_bytes(b"Content-Type: " + kind + b"\r\n\r\n" + body, policy=email.policy.HTTP)
    return headers, list(message.iter_parts())


def _name(part):
    return part.get_param("name", header="content-disposition")


def test_s4_only_the_documented_fields_leave(desk, clip):
    voice = Voice(
        name="Mia", gender="female", age=30, language="es-ES", description="Calm", consent=CONSENT, group="mia"
    )
    with capturing() as (port, came):
        send(port, form_fields(voice, enhance=True), clip)
    headers, parts = _parts(came[0])
    assert came[0].startswith(b"POST /apis/create-custom-voice HTTP/1.1\r\n")
    assert {_name(part) for part in parts} == FIELDS | {"file"}
    assert b"market" not in came[0].split(b"RIFF")[0]
    assert CONSENT.encode() not in came[0]
    assert {name.lower() for name in headers} == {
        b"host", b"accept", b"accept-encoding", b"connection", b"user-agent", b"x-api-key", b"content-length",
        b"content-type",
    }  # fmt: skip
    fields = {_name(part): part.get_payload(decode=True).decode() for part in parts if _name(part) != "file"}
    assert fields == {
        "voice_name": "Mia", "gender": "2", "age": "30", "language": "54", "description": "Calm",
        "enhance_audio": "true",
    }  # fmt: skip


NAMES = [
    'say "hi"; filename="x.exe"', "a\r\nX-Evil: 1\r\n\r\n<html>", "\u200f\u202emia\u202c", "a\x00b", "é" * 127,
    unicodedata.normalize("NFD", "Zoë"), unicodedata.normalize("NFC", "Zoë"), "--boundary--", "%0d%0a", "\\\\'",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_s5_any_name_arrives_as_it_is(clip, name):
    with capturing() as (port, came):
        send(port, FORM | {"voice_name": name, "description": name}, clip)
    headers, parts = _parts(came[0])
    assert not any(b"Evil" in header for header in headers)
    body = came[0].partition(b"\r\n\r\n")[2]
    assert len(body) == int(headers[b"Content-Length"])
    assert body.count(name.encode()) == 2
    assert [_name(part) for part in parts] == [*FORM, "description", "file"]


def test_s6_the_file_name_is_neutral(clip):
    with capturing() as (port, came):
        send(port, clip=clip)
    _, parts = _parts(came[0])
    assert (parts[-1].get_filename(), parts[-1].get_content_type()) == ("sample.wav", "audio/wav")
    assert parts[-1].get_payload(decode=True) == clip.read_bytes()
    assert b"Berg" not in came[0]
    assert os.fsencode(clip.parent) not in came[0]


def _endless():
    yield b"HTTP/1.1 422 Nope\r\nContent-Type: text/plain\r\n\r\n"
    for _ in range(50 * 16):
        yield b"x" * 65_536


def test_s7_an_endless_error_is_left_after_64_kib(clip):
    sent = []

    def counting():
        for piece in _endless():
            sent.append(len(piece))
            yield piece

    with capturing(counting) as (port, _), pytest.raises(RefusedError) as caught:
        send(port, clip=clip)
    assert len(str(caught.value)) < 1000
    assert sum(sent) < 40e6, "the server could not get rid of it: the client had hung up"


def test_s8_a_published_voice_is_a_loud_error(desk):
    prepare(desk.out, 2, 0.05)
    desk.sandbox.state.plan([FAULTS["publishes"]])
    ended = desk.upload()
    assert ended.code == 1
    assert "PUBLISHED: voice 9001" in ended.said
    assert "PUBLISHED: voice 9001" in desk.upload(*QUICK).said


def test_a_clip_that_changes_while_it_is_sent_makes_no_whole_request(desk, clip):
    from pipeline.errors import ChangedClipError
    from pipeline.service.clips import ClipStream, sha256_of

    ended = []
    with capturing() as (port, came), clip.open("rb") as file:
        stream = ClipStream(file, sha256_of(clip), before_end=lambda: ended.append(1))
        clip.write_bytes(clip.read_bytes()[:-1] + b"\x55")
        with pytest.raises(ChangedClipError, match="the request was broken off"):
            send(port, clip=stream)
    assert ended == []
    assert not came or len(came[0].partition(b"\r\n\r\n")[2]) < int(_parts(came[0])[0][b"Content-Length"])


def test_a_proxy_is_used_only_where_one_is_said(clip, monkeypatch):
    with capturing() as (proxy, asked), capturing() as (port, came):
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy}")
        send(port, clip=clip)
        assert (len(came), len(asked)) == (1, 0)
        send(port, clip=clip, proxy=f"http://127.0.0.1:{proxy}")
        assert (len(came), len(asked)) == (1, 1)
    with pytest.raises(UsageError, match="address of the proxy"):
        Api(KEY, "https://a.test", proxy="nonsense:pw")


def test_s2_the_key_is_in_no_log_of_any_library(clip, sandbox, caplog):
    caplog.set_level("DEBUG")
    with Api(KEY, sandbox.base_url) as api:
        api.create_voice(clip, FORM)
        api.list_voices()
    assert "send_request_headers" in caplog.text, "the libraries do log"
    assert KEY not in caplog.text
    assert "signature-that-nobody-keeps" not in caplog.text
