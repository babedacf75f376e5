import gzip
import io
import pickle
import socket
import threading
import traceback
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from pipeline.errors import (
    AccountError,
    BusyError,
    NotSentError,
    RateLimitError,
    RefusedError,
    SubmitError,
    UnknownOutcome,
    UsageError,
)
from pipeline.sandbox import Fault
from pipeline.service import Api, ApiKey, Timeouts, key_from_env
from tests.service.helpers import KEY, write_wav

FIELDS = {"voice_name": "Mia", "gender": "2", "enhance_audio": "false"}
URL = "https://service.test/apis"


def answering(status, body=b"", **headers):
    """Return an Api whose service gives one answer, and the requests that it got."""
    requests = []

    def handle(request):
        requests.append(request)
        request.read()
        content = body if isinstance(body, bytes) else body.encode()
        told = {name.replace("_", "-"): text for name, text in headers.items()}
        return httpx.Response(status, headers=told, content=iter([content]))  # a stream, as from a socket

    return Api(KEY, URL, transport=httpx.MockTransport(handle)), requests


def create(api):
    return api.create_voice(io.BytesIO(b"RIFF....WAVE"), FIELDS)


@pytest.mark.parametrize(
    ("status", "body", "kind", "message"),
    [
        (401, '{"error": "Invalid API key", "status": 401}', AccountError, r"key \(401\).*It said: Invalid API key"),
        (402, "{}", AccountError, r"pay.*\(402\).*It said nothing more"),
        (403, '{"message": "no"}', AccountError, r"\(403\).*It said: no"),
        (413, "<html>big</html>", RefusedError, r"too large.*\(413\).*It said nothing more"),
        (422, '{"detail": [{"loc": ["body", "gender"], "msg": "bad"}, {"loc": ["body"], "msg": "worse"}]}',
         RefusedError, r"\(422\).*It said: gender: bad; worse"),
        (422, '{"detail": "The audio holds no speech"}', RefusedError, "It said: The audio holds no speech"),
        (422, '{"detail": {"message": "nested"}}', RefusedError, "It said: nested"),
        (422, '{"detail": {"code": 7}}', RefusedError, 'It said: {"code": 7}'),
        (422, '{"detail": [5]}', RefusedError, "It said: 5"),
        (400, "plain words", RefusedError, r"\(400\).*It said: plain words"),
        (404, "[1]", RefusedError, r"\(404\)"),
        (408, "", UnknownOutcome, r"\(408\) settles nothing; a voice may have been created"),
        (409, "", UnknownOutcome, r"\(409\)"),
        (425, "", UnknownOutcome, r"\(425\)"),
        (429, "", BusyError, r"no more requests now \(429\): try again later"),
        (500, "<h1>Oops</h1>", UnknownOutcome, r"\(500\) settles nothing"),
        (503, '{"error": "down"}', UnknownOutcome, r"\(503\).*It said: down"),
        (201, '{"voice_id": 7}', UnknownOutcome, r"\(201\)"),
        (204, "", UnknownOutcome, r"\(204\)"),
        (302, "", UnknownOutcome, r"redirect \(302\), which is not followed"),
        (307, "", UnknownOutcome, r"redirect \(307\)"),
        (200, "{}", UnknownOutcome, "without the number of a voice; a voice may have been created"),
        (200, "<html></html>", UnknownOutcome, "without the number"),
        (200, '{"voice_id": "7"}', UnknownOutcome, "without the number"),
        (200, '{"voice_id": true}', UnknownOutcome, "without the number"),
        (200, '{"voice_id": 0}', UnknownOutcome, "without the number"),
        (200, "[" * 60_000, UnknownOutcome, "without the number"),
        (200, b"\xff\xfe", UnknownOutcome, "without the number"),
    ],
)  # fmt: skip
def test_each_answer_is_one_clear_sentence(status, body, kind, message):
    api, requests = answering(status, body)
    with api, pytest.raises(kind, match=message) as caught:
        create(api)
    assert len(requests) == 1
    assert "\n" not in str(caught.value)


def test_success_is_a_number():
    api, requests = answering(200, '{"voice_id": 147320, "more": 1}')
    with api:
        assert create(api) == 147320
    assert str(requests[0].url) == "https://service.test/apis/create-custom-voice"
    assert requests[0].headers["x-api-key"] == KEY


@pytest.mark.parametrize(
    ("header", "wait_s"),
    [("7", 7.0), ("0", 0.0), ("10000", 10_000.0), (None, None), ("soon", None), ("-3", None), ("1.5", None)],
)
def test_a_rate_limit_says_how_long(header, wait_s):
    api, _ = answering(429, **({"Retry_After": header} if header else {}))
    with api, pytest.raises(RateLimitError) as caught:
        create(api)
    assert caught.value.retry_after_s == wait_s


@pytest.mark.parametrize(("ahead_s", "least", "most"), [(30, 25, 30), (-30, 0, 0)])
def test_a_rate_limit_may_give_a_date(ahead_s, least, most):
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=ahead_s), usegmt=True)
    api, _ = answering(429, Retry_After=date)
    with api, pytest.raises(RateLimitError) as caught:
        create(api)
    assert least <= caught.value.retry_after_s <= most


@pytest.mark.parametrize("status", [401, 422, 500])
@pytest.mark.parametrize("body", ['{{"error": "bad key {}"}}', "your key: {} x", '{{"detail": "\\u0000{}\\u202e"}}'])
def test_a_key_that_is_echoed_is_in_no_message(status, body):
    api, _ = answering(status, body.format(KEY))
    with api, pytest.raises(SubmitError) as caught:
        create(api)
    told = "".join(traceback.format_exception(caught.value))
    assert KEY not in told
    assert "****" in str(caught.value)


def test_the_words_of_the_service_are_short_and_clean():
    api, _ = answering(422, '{"detail": "a\\r\\nb\\u202e\\u0007 ' + "x" * 5000 + '"}')
    with api, pytest.raises(RefusedError) as caught:
        create(api)
    said = str(caught.value).partition("It said: ")[2]
    assert said.startswith("a b x")
    assert len(said) == 500


def test_only_the_documented_fields_are_sent():
    api, requests = answering(200, '{"voice_id": 1}')
    with api:
        for field in ("publish_voice_to_market_place", "run_id", "file"):
            with pytest.raises(UsageError, match="Only the documented fields"):
                api.create_voice(io.BytesIO(b""), FIELDS | {field: "true"})
    assert requests == []


@pytest.mark.parametrize(
    "name",
    [
        'say "hi"',
        "a\r\nX-Evil: 1",
        "\u200f\u05de\u05d9\u05d4",
        "a\x00b",
        "é" * 120,
        "e\u0301",
        "; filename=x",
        "--boundary",
    ],
)
def test_names_arrive_intact_and_the_file_name_is_neutral(name, tmp_path, sandbox):
    clip = write_wav(tmp_path / "private name.wav")
    with Api(KEY, sandbox.base_url) as api:
        voice_id = api.create_voice(clip, FIELDS | {"voice_name": name, "description": f"{name}!"})
    voice = sandbox.state.voices[voice_id]
    assert voice.form == FIELDS | {"voice_name": name, "description": f"{name}!"}
    assert (voice.file_name, voice.file_type) == ("sample.wav", "audio/wav")
    assert voice.file_bytes == clip.stat().st_size


def test_a_clip_that_is_not_there(tmp_path):
    api, requests = answering(200, '{"voice_id": 1}')
    with api, pytest.raises(UsageError, match="cannot be opened"):
        api.create_voice(tmp_path / "no.wav", FIELDS)
    assert requests == []


@contextmanager
def raw_server(answer, hold=None):
    """Serve bytes as they are on a real socket; what came in is in the list."""
    came = []

    def serve():
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(2)
                came.append(_request(connection))
                connection.sendall(answer)
                if hold:
                    hold.wait(3)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", came
        if hold:
            hold.set()
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def _request(connection):
    content = b""
    while not content.endswith(b"--\r\n"):
        piece = connection.recv(65536)
        if not piece:
            break
        content += piece
    return content


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_and_the_key_does_not_leave(status):
    with raw_server(b'HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{"voice_id": 1}') as (elsewhere, visits):
        answer = f"HTTP/1.1 {status} Moved\r\nLocation: {elsewhere}/x\r\nContent-Length: 0\r\n\r\n".encode()
        with raw_server(answer) as (base_url, came), Api(KEY, base_url) as api, pytest.raises(UnknownOutcome):
            create(api)
    assert len(came) == 1
    assert visits == []


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"voice_id"',
        b"nonsense\r\n\r\n",
        b'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 15\r\n\r\n{"voice_id": 1}',
    ],
)
def test_a_broken_answer_settles_nothing_and_is_asked_for_once(answer):
    with raw_server(answer) as (base_url, came), Api(KEY, base_url) as api:
        with pytest.raises(UnknownOutcome, match=r"connection broke .*a voice may have been created"):
            create(api)
        assert len(came) == 1


def test_a_packed_answer_is_read_though_none_was_asked_for():
    api, requests = answering(200, gzip.compress(b'{"voice_id": 7}'), Content_Encoding="gzip")
    with api:
        assert create(api) == 7
    assert requests[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"])
def test_silence_settles_nothing(answer):
    hold = threading.Event()
    with raw_server(answer, hold) as (base_url, came), Api(KEY, base_url, timeouts=Timeouts(read_s=0.2)) as api:
        with pytest.raises(UnknownOutcome, match="timed out"):
            create(api)
        hold.set()
    assert len(came) == 1


def test_an_endless_answer_is_cut():
    pieces = []

    def endless():
        while True:
            pieces.append(1)
            yield b"x" * 4096

    transport = httpx.MockTransport(lambda request: httpx.Response(500, content=endless()))
    with Api(KEY, URL, transport=transport) as api, pytest.raises(UnknownOutcome):
        create(api)
    assert len(pieces) <= 18


def test_a_trickling_answer_is_left():
    def trickle():
        while True:
            yield b" "

    transport = httpx.MockTransport(lambda request: httpx.Response(200, content=trickle()))
    api = Api(KEY, URL, transport=transport, timeouts=Timeouts(read_s=0.0))
    with api, pytest.raises(UnknownOutcome, match="took longer than 0 s"):
        create(api)


def test_no_connection_means_nothing_was_sent():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with Api(KEY, f"http://127.0.0.1:{port}") as api, pytest.raises(NotSentError, match="nothing was sent"):
        create(api)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (httpx.ConnectError, NotSentError),
        (httpx.ConnectTimeout, NotSentError),
        (httpx.PoolTimeout, NotSentError),
        (httpx.InvalidURL, NotSentError),
        (httpx.ReadError, UnknownOutcome),
        (httpx.WriteError, UnknownOutcome),
        (httpx.WriteTimeout, UnknownOutcome),
        (httpx.RemoteProtocolError, UnknownOutcome),
        (httpx.ProxyError, UnknownOutcome),
        (OSError, UnknownOutcome),
    ],
)
def test_what_httpx_raises_is_ours(error, kind):
    def fail(request):
        raise error(f"with {KEY}")

    with Api(KEY, URL, transport=httpx.MockTransport(fail)) as api, pytest.raises(kind) as caught:
        create(api)
    assert KEY not in "".join(traceback.format_exception(caught.value))


def test_a_slow_answer_times_out_and_the_voice_exists(sandbox):
    sandbox.state.faults = (Fault("late", "Late.", creates=True, delay_s=0.4),)
    with Api(KEY, sandbox.base_url, timeouts=Timeouts(read_s=0.1)) as api, pytest.raises(UnknownOutcome):
        create(api)
    assert (sandbox.state.create_calls, len(sandbox.state.voices)) == (1, 1)


def test_the_environment_sets_no_proxy(monkeypatch, sandbox):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    with Api(KEY, sandbox.base_url) as api:
        assert create(api) == 9001


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:80",
        "http://127.8.8.8",
        "http://[::1]:1/x",
        "http://localhost:8",
        "https://a.test/apis/",
        "HTTPS://a.test",
    ],
)
def test_addresses_that_are_taken(url):
    with Api(KEY, url) as api:
        assert api.base_url == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "http://client.camb.ai/apis",
        "http://127.0.0.1.evil.test",
        "http://localhost.evil.test",
        "http://10.0.0.1",
        "ftp://a.test",
        "a.test",
        "https://",
        "https://user:pw@a.test",
        "https://a.test?x=1",
        "https://a.test#x",
        "https://a.test:99999",
        "https://a.test/a b",
        "https://[::1",
    ],
)
def test_addresses_that_are_refused(url):
    with pytest.raises(UsageError) as caught:
        Api(KEY, url)
    assert "pw" not in str(caught.value)


def test_the_address_of_the_environment(monkeypatch):
    assert Api(KEY).base_url == "https://client.camb.ai/apis"
    monkeypatch.setenv("CAMB_API_URL", "https://other.test/")
    assert Api(KEY).base_url == "https://other.test"
    assert Api(KEY, URL).base_url == URL


def test_the_key_of_the_environment(monkeypatch):
    with pytest.raises(UsageError, match="set CAMB_API_KEY"):
        Api()
    assert key_from_env({"CAMB_API_KEY": "  ", "API_KEY": " b\n"}).reveal() == "b"
    assert key_from_env({"CAMB_API_KEY": "a", "API_KEY": "b"}).reveal() == "a"
    monkeypatch.setenv("API_KEY", KEY)
    assert Api(base_url=URL).account == Api(KEY, URL).account


@pytest.mark.parametrize("key", ["", "  ", "a\nb", "a b", "schlüssel", "a\x00", "a\r\nx-evil: 1"])
def test_keys_that_cannot_be(key):
    with pytest.raises(UsageError) as caught:
        ApiKey(key)
    assert not key.strip() or key.strip() not in str(caught.value)


def test_the_key_does_not_print():
    key = ApiKey(KEY)
    api = Api(key, URL)
    for text in (repr(key), str(key), f"{key}", f"{key!r}", repr(api), api.account, repr(vars(api))):
        assert KEY not in text
    with pytest.raises(TypeError):
        pickle.dumps(key)


def test_accounts_are_told_apart():
    accounts = {Api(key, url).account for key in ("a", "b") for url in (URL, "https://b.test")}
    assert len(accounts) == 4


def test_the_list_is_read_leniently():
    body = '[{"id": 5, "voice_name": "A", "new": 1}, {"id": "6", "voice_name": "B"}, 7, {"id": 8},'
    body += '{"id": true, "voice_name": "C"}]'
    api, requests = answering(200, body)
    with api:
        found = api.list_voices()
    assert [(voice.id, voice.name) for voice in found.voices] == [(5, "A"), (8, None)]
    assert found.malformed == 3
    assert (requests[0].method, requests[0].url.path) == ("GET", "/apis/list-voices")


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [(200, "{}", UnknownOutcome), (200, "<html>", UnknownOutcome), (500, "", UnknownOutcome), (401, "", AccountError)],
)
def test_a_list_that_cannot_be_had(status, body, kind):
    api, _ = answering(status, body)
    with api, pytest.raises(kind) as caught:
        api.list_voices()
    assert "may have been created" not in str(caught.value)
