import socket
import time
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
import pytest

import pipeline.sandbox
from pipeline.errors import UsageError
from pipeline.sandbox import FAULTS, Call, find_faults, running_sandbox, serve
from pipeline.sandbox.app import LANGUAGE_IDS
from pipeline.sandbox.state import SIGNATURE
from pipeline.service.languages import languages

HEADERS = {"x-api-key": "any"}
FORM = {"voice_name": "Mia", "gender": "2"}
WAV = b"RIFF\x24\x00\x00\x00WAVEfmt "


@pytest.fixture(scope="module")
def shared():
    with running_sandbox() as running:
        yield running


@pytest.fixture
def sandbox(shared):
    shared.state.reset()
    return shared


@pytest.fixture
def client(sandbox):
    with httpx.Client(base_url=sandbox.base_url, headers=HEADERS, trust_env=False) as opened:
        yield opened


def create(client, form=None, name="a.wav", content=WAV, path="/create-custom-voice"):
    return client.post(path, data=FORM if form is None else form, files={"file": (name, content)})


def test_a_voice_is_created_listed_and_deleted(client, sandbox):
    form = FORM | {"age": "40", "language": "54", "description": "Calm", "enhance_audio": "true"}
    reply = create(client, form)
    assert reply.status_code == 200
    assert list(reply.json()) == ["voice_id"]
    voice_id = reply.json()["voice_id"]
    listed = {
        "id": voice_id,
        "voice_name": "Mia",
        "gender": 2,
        "age": 40,
        "language": 54,
        "description": "Calm",
        "transcript": None,
        "is_published": False,
        "signed_url": f"https://storage.invalid/{voice_id}?{SIGNATURE}",
    }
    assert client.get("/list-voices").json() == [listed]
    assert client.delete(f"/delete-voice/{voice_id}").json() == {"status": "ok"}
    assert client.get("/list-voices").json() == []
    assert client.delete(f"/delete-voice/{voice_id}").status_code == 404


def test_defaults_are_those_of_the_page(client):
    create(client)
    voice = client.get("/list-voices").json()[0]
    assert (voice["age"], voice["language"], voice["description"]) == (30, None, None)


def test_the_same_calls_answer_without_the_prefix(client, sandbox):
    root = sandbox.base_url.removesuffix("/apis")
    assert create(client, path=f"{root}/create-custom-voice").status_code == 200
    assert len(client.get(f"{root}/list-voices").json()) == 1


def test_what_came_is_shown_with_unknown_fields_too(client, sandbox):
    create(client, FORM | {"publish_voice_to_market_place": "true"}, content=WAV + b"x")
    shown = client.get(sandbox.base_url.removesuffix("/apis") + "/sandbox/voices").json()[0]
    assert shown["form"] == FORM | {"publish_voice_to_market_place": "true"}
    assert (shown["file_name"], shown["file_bytes"]) == ("a.wav", len(WAV) + 1)
    assert len(shown["file_sha256"]) == 64


@pytest.mark.parametrize(("method", "path"), [("POST", "/create-custom-voice"), ("GET", "/list-voices")])
def test_a_key_is_needed(client, method, path):
    reply = httpx.request(method, str(client.base_url) + path.lstrip("/"), trust_env=False)
    assert reply.status_code == 401
    assert reply.json()["status"] == 401
    assert reply.json()["error"]


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"gender": "2"}, "voice_name"),
        ({"voice_name": "", "gender": "2"}, "voice_name"),
        ({"voice_name": "A"}, "gender"),
        (FORM | {"gender": "3"}, "gender"),
        (FORM | {"gender": "female"}, "gender"),
        (FORM | {"age": "0"}, "age"),
        (FORM | {"age": "x"}, "age"),
        (FORM | {"language": "137"}, "language"),
        (FORM | {"language": "151"}, "language"),
        (FORM | {"language": "en-US"}, "language"),
        (FORM | {"enhance_audio": "maybe"}, "enhance_audio"),
    ],
)
def test_a_form_is_validated_as_the_schema_says(client, form, field):
    reply = create(client, form)
    assert reply.status_code == 422
    (mistake,) = reply.json()["detail"]
    assert mistake["loc"] == ["body", field]
    assert {"loc", "msg", "type"} <= mistake.keys()


def test_a_file_is_needed(client):
    reply = client.post("/create-custom-voice", data=FORM, files={"other": ("a.wav", WAV)})
    assert reply.json()["detail"][0]["loc"] == ["body", "file"]


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("a.wav", WAV, 200),
        ("a.WAV", b"RF64\xff\xff\xff\xffWAVEds64", 200),
        ("a.flac", b"fLaC....", 200),
        ("a.mp3", b"ID3....", 200),
        ("a.mp3", b"\xff\xfb\x90\x00", 200),
        ("a.aac", b"\xff\xf1\x50\x80", 200),
        ("a.aac", b"\xff\xfb\x90\x00", 422),
        ("a.mp3", b"\xff\xf1\x50\x80", 422),
        ("a.wav", b"", 422),
        ("a.wav", b"\xff", 422),
        ("a.wav", b"fLaC....", 422),
        ("a.wav", b"just text", 422),
        ("a.ogg", b"OggS....", 422),
        ("a", WAV, 422),
    ],
)
def test_files_are_taken_by_suffix_and_content(client, name, content, status):
    reply = create(client, name=name, content=content)
    assert reply.status_code == status
    if status == 422:
        assert reply.json()["detail"][0]["loc"] == ["body", "file"]


@pytest.mark.parametrize("path", ["/source-languages", "/target-languages"])
def test_languages(client, path):
    rows = client.get(path).json()
    assert rows[0] == {"id": 1, "language": "English (United States)", "short_name": "en-US"}
    assert {row["id"] for row in rows} == LANGUAGE_IDS == {language.id for language in languages()}


def test_a_full_account(client, sandbox):
    sandbox.state.voices_limit = 1
    assert create(client).status_code == 200
    reply = create(client)
    assert reply.status_code == 403
    assert "Voice limit reached (1)" in reply.json()["error"]


ANSWERS = [name for name, fault in FAULTS.items() if fault.call is Call.CREATE and not fault.cut and fault.body]


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(client, sandbox, name):
    fault = FAULTS[name]
    sandbox.state.faults = (fault,)
    reply = create(client)
    assert (reply.status_code, reply.text) == (fault.status, fault.body.replace("{key}", HEADERS["x-api-key"]))
    assert reply.headers["content-type"].startswith(fault.content_type)
    assert len(sandbox.state.voices) == fault.creates
    assert create(client).status_code == (200 if fault.first_calls == 1 else fault.status)


@pytest.mark.parametrize(("name", "told"), [("busy", "1"), ("busy-long", "10000"), ("busy-untold", None)])
def test_a_rate_limit_says_how_long(client, sandbox, name, told):
    sandbox.state.faults = find_faults([name])
    assert create(client).headers.get("retry-after") == told


def test_a_rate_limit_may_name_a_date(client, sandbox):
    sandbox.state.faults = find_faults(["busy-date"])
    date = parsedate_to_datetime(create(client).headers["retry-after"])
    assert 0 < (date - datetime.now(UTC)).total_seconds() <= 2


def test_a_redirect_names_another_place(client, sandbox):
    sandbox.state.faults = find_faults(["redirect"])
    reply = create(client)
    assert (reply.status_code, reply.headers["location"]) == (307, "http://127.0.0.2:9/elsewhere")


@pytest.mark.parametrize(("name", "made"), [("reset", 0), ("drop", 0), ("drop-after", 1), ("cut", 1)])
def test_connections_break_where_they_are_to(client, sandbox, name, made):
    sandbox.state.faults = find_faults([name])
    with pytest.raises(httpx.TransportError):
        create(client, content=WAV + bytes(1_000_000))
    assert (len(sandbox.state.voices), sandbox.state.create_calls) == (made, 1)


def test_a_late_voice_appears_later(client, sandbox):
    sandbox.state.faults = (replace(FAULTS["drop-late"], commit_after_s=0.2),)
    with pytest.raises(httpx.TransportError):
        create(client)
    assert client.get("/list-voices").json() == []
    time.sleep(0.3)
    assert len(client.get("/list-voices").json()) == 1


@pytest.mark.parametrize(
    ("name", "field", "listed"),
    [("renames", "voice_name", ["Mia", "Mia (2)", "Mia (3)"]), ("trims", "description", ["Calm and c"] * 3),
     ("hides", "description", [None] * 3), ("publishes", "is_published", [True] * 3)],
)  # fmt: skip
def test_habits(client, sandbox, name, field, listed):
    sandbox.state.faults = find_faults([name])
    for _ in range(3):
        assert create(client, FORM | {"description": "Calm and close"}).status_code == 200
    assert [voice[field] for voice in client.get("/list-voices").json()] == listed


@pytest.mark.parametrize(
    ("name", "status", "held"), [("list-error", 500, None), ("list-empty", 200, 0), ("list-half", 200, 2)]
)
def test_lists(client, sandbox, name, status, held):
    for _ in range(4):
        create(client)
    sandbox.state.faults = find_faults([name])
    reply = client.get("/list-voices")
    assert reply.status_code == status
    assert held is None or len(reply.json()) == held
    assert sandbox.state.list_calls == 1


def test_a_script_is_followed_call_by_call_and_accounted_for(client, sandbox):
    sandbox.state.plan([None, FAULTS["unavailable"], FAULTS["html"]], lists=[FAULTS["list-error"]])
    assert create(client).status_code == 200
    assert create(client).status_code == 503
    assert sandbox.state.unused() == ["html", "list-error"]
    assert create(client).text == "<html>OK</html>"
    assert client.get("/list-voices").status_code == 500
    assert create(client).status_code == client.get("/list-voices").status_code == 200
    assert sandbox.state.unused() == []
    sandbox.state.faults = find_faults(["busy"])
    assert sandbox.state.unused() == ["busy"]


def test_a_slow_service_answers_in_the_end(client, sandbox):
    assert FAULTS["slow"].delay_s == 3.0
    sandbox.state.faults = (replace(FAULTS["slow"], delay_s=0.1),)
    start_s = time.monotonic()
    assert create(client).json() == {"voice_id": next(iter(sandbox.state.voices))}
    assert time.monotonic() - start_s >= 0.1


def test_faults_have_names_and_descriptions():
    assert all(name == fault.name and fault.description.endswith(".") for name, fault in FAULTS.items())
    with pytest.raises(UsageError, match=r"no fault 'bussy'. Did you mean busy\? There are unauthorized, "):
        find_faults(["busy", "bussy"])


def test_a_port_that_is_taken():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match="give another --port"):
            serve(port)
    with pytest.raises(UsageError, match="give another --port"):
        serve(70_000)


def test_serving_tells_its_address_first(monkeypatch):
    told = []
    monkeypatch.setattr("uvicorn.Server.run", lambda self, sockets: told.append(sockets[0].getsockname()))
    serve(0, voices_limit=1, faults=["busy"], on_ready=told.append)
    assert told[0] == f"http://127.0.0.1:{told[1][1]}/apis"
    assert told[1][0] == "127.0.0.1"


def test_a_server_that_does_not_start(monkeypatch):
    monkeypatch.setattr("uvicorn.Server.run", lambda self, sockets: None)
    with pytest.raises(UsageError, match="did not start"), running_sandbox():
        pass


def test_nothing_is_left_running():
    with running_sandbox(faults=["busy"]) as running:
        assert running.base_url.endswith("/apis")
    with pytest.raises(httpx.ConnectError):
        httpx.get(running.base_url, trust_env=False)


def test_the_public_names():
    assert all(getattr(pipeline.sandbox, name) is not None for name in pipeline.sandbox.__all__)
    assert dir(pipeline.sandbox) == sorted(pipeline.sandbox.__all__)
    with pytest.raises(AttributeError, match="sand"):
        pipeline.sandbox.sand  # noqa: B018
