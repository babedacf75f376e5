"""``voiceprep voices``: the account beside the ledger, over a real socket."""

import io
import json

import pytest

from pipeline.sandbox import FAULTS, running_sandbox
from pipeline.service import Ledger, State
from tests.reliability.helpers import prepare

KEY = "a-key-that-must-not-be-seen"
SAID = ("--gender", "female", "--consent", "She agreed in writing", "--settle-s", "0.2", "--timeout-s", "0.2")


@pytest.fixture(scope="module")
def _one_service():
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def service(_one_service, monkeypatch):
    _one_service.state.reset()
    monkeypatch.setenv("CAMB_API_URL", _one_service.base_url)
    monkeypatch.setenv("CAMB_API_KEY", KEY)
    return _one_service


@pytest.fixture
def out(tmp_path, service, cli):
    """Three voices of a finished upload."""
    folder = tmp_path / "prepared"
    prepare(folder, 3, 0.1)
    assert cli("upload", folder, *SAID).code == 0
    return folder


def _foreign(service, name="Somebody", description=None):
    form = {"voice_name": name, "gender": 1, "age": 30, "language": None, "description": description}
    return service.state.add(form, {}, ("a.wav", "audio/wav", name.encode()), None)


def _marker(service, voice_id):
    return service.state.voices[voice_id].listed["description"]


def kinds(cli, out):
    found = json.loads(cli("voices", "-o", out, "--json").out)["voices"]
    return {(entry["voice_id"], entry["kind"]) for entry in found}


def test_ours_unknown_duplicates_and_missing(cli, out, service):
    _foreign(service)
    _foreign(service, "Twin", _marker(service, 9001))
    _foreign(service, "Elsewhere", "x [voiceprep:0123456789abcdef]")
    del service.state.voices[9003]
    assert kinds(cli, out) == {
        (9001, "ours"), (9002, "ours"), (9003, "missing"), (9004, "other"), (9005, "duplicate"), (9006, "elsewhere"),
    }  # fmt: skip
    told = cli("voices", "-o", out)
    assert told.code == 0
    assert "She agreed in writing" in told.out
    assert "Somebody" not in told.out
    assert "2 ours, 1 duplicate, 1 elsewhere, 1 other, 1 missing. --all lists the others." in told.out
    assert "Somebody" in cli("voices", "-o", out, "--all").out


def test_an_account_without_a_ledger(cli, service, tmp_path):
    _foreign(service, "[red]Odd[/red]")
    told = cli("voices", "-o", tmp_path / "none", "--all")
    assert (told.code, "[red]Odd[/red]" in told.out) == (0, True)
    assert not (tmp_path / "none").exists()


def test_a_finished_upload_is_verified(cli, out, service):
    told = cli("voices", "verify", out)
    assert (told.code, told.out) == (0, "3 of the ledger's voices are at the service; "
                                        "nothing is missing, twice, published or unsettled.\n")  # fmt: skip


@pytest.mark.parametrize("wrong", ["missing", "twice", "published", "renamed"])
def test_what_is_wrong_is_found(cli, out, service, wrong):
    if wrong == "missing":
        del service.state.voices[9002]
    elif wrong == "twice":
        _foreign(service, "take02", _marker(service, 9002))
    else:
        change = {"is_published": True} if wrong == "published" else {"voice_name": "Other"}
        service.state.voices[9002].listed.update(change)
    told = cli("voices", "verify", out)
    said = {
        "missing": "Voice 9002 (take02, of take02.wav) is not listed any more.",
        "twice": "DUPLICATE: take02.wav became 2 voices (9002, 9004)",
        "published": "PUBLISHED: voice 9002 (take02, of take02.wav)",
        "renamed": "Voice 9002 of take02.wav was called 'take02' and is listed as 'Other'.",
    }
    assert said[wrong] in told.out
    assert told.code == (0 if wrong == "renamed" else 1)
    assert json.loads(cli("voices", "verify", out, "--json").out)["there"] == (2 if wrong == "missing" else 3)


@pytest.mark.parametrize(("answer", "gone"), [("y\n", True), ("n\n", False), ("", False)])
def test_deleting_asks(cli, out, service, monkeypatch, answer, gone):
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    told = cli("voices", "delete", 9002, "-o", out)
    assert "Voice 9002: take02 (ours, made of take02.wav)." in told.out
    assert (9002 not in service.state.voices) is gone
    assert told.code == (0 if gone else 1)


def test_a_voice_that_was_deleted_is_not_made_again_but_by_an_explicit_word(cli, out, service, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    cli("voices", "delete", 9002, "-o", out)
    assert (9002, "deleted") in kinds(cli, out)
    assert cli("voices", "verify", out).code == 0
    told = cli("upload", out, *SAID)
    assert (told.code, service.state.create_calls) == (0, 3)
    assert "voice 9002 was made of it and is deleted; --allow-same-audio makes it again" in told.out
    assert cli("upload", out, *SAID, "--allow-same-audio").code == 0
    assert (9004, "ours") in kinds(cli, out)


def test_a_voice_that_is_not_there_is_not_deleted(cli, out, service):
    told = cli("voices", "delete", 147320, "-o", out)
    assert (told.code, len(service.state.voices)) == (2, 3)
    assert "lists no voice 147320" in told.err
    assert cli("voices", "delete", 0, "-o", out).code == 2


@pytest.fixture
def unsettled(tmp_path, service, cli):
    """A folder with a sample that only a person can settle."""
    folder = tmp_path / "doubtful"
    prepare(folder, 1, 0.1)
    service.state.faults = (FAULTS["drop"],)
    told = cli("upload", folder, *SAID)
    assert (told.code, service.state.create_calls) == (1, 2)
    service.state.faults = ()
    return folder


def test_a_person_settles_what_nothing_else_does(cli, unsettled, service):
    assert "unsettled" in cli("voices", "-o", unsettled).out
    assert "not settled: 2 attempts ended without an answer" in cli("voices", "verify", unsettled).out
    assert cli("upload", unsettled, *SAID).code == 1
    assert service.state.create_calls == 2
    assert cli("voices", "settle", unsettled, "take01.wav", "--absent").code == 0
    assert cli("upload", unsettled, *SAID).code == 0
    assert (service.state.create_calls, kinds(cli, unsettled)) == (3, {(9001, "ours")})


def test_a_person_says_which_voice_it_is(cli, unsettled, service):
    number = _foreign(service, "It is me")
    assert cli("voices", "settle", unsettled, "take01.wav", "--is", number).code == 0
    with Ledger.look(unsettled / "ledger.sqlite3") as ledger:
        assert [(item.state, item.voice_id) for item in ledger.items()] == [(State.DONE, number)]
    assert cli("upload", unsettled, *SAID).code == 0
    assert service.state.create_calls == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["take01.wav"], "either --is ID or --absent"),
        (["take01.wav", "--is", 1, "--absent"], "either --is ID or --absent"),
        (["take01.wav", "--is", 77], "lists no voice 77"),
        (["take99.wav", "--absent"], "nothing to settle of 'take99.wav'; unsettled: take01.wav"),
    ],
)
def test_wrong_ways_to_settle(cli, unsettled, arguments, said):
    told = cli("voices", "settle", unsettled, *arguments)
    assert told.code == 2
    assert said in told.err


def test_the_key_is_in_nothing(cli, out, service):
    for command in (["voices", "-o", out, "--all"], ["voices", "verify", out], ["voices", "-o", out, "--json"]):
        ended = cli(*command)
        assert KEY not in ended.out + ended.err
        assert "signature" not in ended.out
