"""The road to the service and back, against the sandbox over a real socket."""

import csv
import json
import re
import sqlite3
from pathlib import Path

import pytest
import soundfile

from pipeline.engine import run
from pipeline.profile import load_profile
from pipeline.sandbox import running_sandbox
from tests.recordings import RATE, clips, woman

SAMPLES = Path(__file__).parents[2] / "samples"
FILES = [SAMPLES / name for name in ("mia/market.m4a", "jonas/FOLGE-2.WAV", "mia/hello.wav")]
KEY = "a-key-that-must-not-be-seen"
HEADER = "file,voice_name,gender,age,language,description,consent,enhance_audio\n"
ROWS = {
    "market.m4a": 'Mia,female,34,en-GB,"Calm, close",Mia agreed in writing,\n',
    "FOLGE-2.WAV": "Jonas,1,,31,,Jonas agreed in writing,true\n",
    "hello.wav": "Nobody,unknown,,,,Nobody's,\n",
}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    out = tmp_path_factory.mktemp("prepared")
    run(load_profile(), FILES, out)
    return out


@pytest.fixture
def out(prepared, tmp_path):
    """A fresh output folder with the prepared clips."""
    folder = tmp_path / "prepared"
    folder.mkdir()
    for path in prepared.rglob("*"):
        if path.is_file():
            copy = folder / path.relative_to(prepared)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    return folder


@pytest.fixture
def service(monkeypatch):
    with running_sandbox() as sandbox:
        monkeypatch.setenv("CAMB_API_URL", sandbox.base_url)
        monkeypatch.setenv("CAMB_API_KEY", KEY)
        yield sandbox


@pytest.fixture
def manifest(tmp_path):
    path = tmp_path / "voices.csv"
    path.write_text(HEADER + "".join(f"{file},{row}" for file, row in ROWS.items()), encoding="utf-8")
    return path


def forms(service):
    """Return what was sent, less the markers of the descriptions."""
    sent = [dict(voice.form) for voice in service.state.voices.values()]
    for form in sent:
        form["description"], found = re.subn(r" ?\[voiceprep:[0-9a-f]{16}\]$", "", form["description"])
        assert found == 1
    return [{name: text for name, text in form.items() if text} for form in sent]


def test_each_accepted_row_becomes_one_voice_with_the_fields_of_the_manifest(cli, out, service, manifest):
    ended = cli("upload", out, "--manifest", manifest)
    assert ended.code == 0
    assert forms(service) == [
        {
            "voice_name": "Mia", "gender": "2", "age": "34", "description": "Calm, close", "language": "35",
            "enhance_audio": "false",
        },
        {"voice_name": "Jonas", "gender": "1", "language": "31", "enhance_audio": "true"},
    ]  # fmt: skip
    assert "Upload: 2 made." in ended.out
    assert ended.out.count(": made as voice ") == 2
    assert "Not accepted, so not sent: hello.wav (rejected)." in ended.out


def test_a_second_upload_sends_nothing(cli, out, service, manifest):
    cli("upload", out, "--manifest", manifest)
    again = cli("upload", out, "--manifest", manifest)
    assert (again.code, len(forms(service))) == (0, 2)
    assert "Upload: 2 there already." in again.out


def test_a_dry_run_shows_the_same_and_sends_nothing(cli, out, service, manifest):
    shown = json.loads(cli("upload", out, "--manifest", manifest, "--dry-run", "--json").out)["would_send"]
    assert forms(service) == []
    assert not (out / "ledger.sqlite3").exists()
    cli("upload", out, "--manifest", manifest)
    assert [entry["fields"] for entry in shown] == [dict(voice.form) for voice in service.state.voices.values()]


def test_run_does_both_halves(cli, tmp_path, service, manifest):
    ended = cli("run", *FILES, "-o", tmp_path / "new", "--upload", "--manifest", manifest, "--json")
    document = json.loads(ended.out)
    assert ended.code == 0
    assert document["upload"]["done"] == len(forms(service)) == 2
    by_name = {record["path"]: record["upload"] for record in document["records"]}
    assert by_name["hello.wav"] is None
    assert by_name["market.m4a"]["voice_id"] == next(iter(service.state.voices))


def test_the_records_keep_what_was_uploaded(cli, out, service, manifest):
    cli("upload", out, "--manifest", manifest)
    cli("run", *FILES, "-o", out, "--quiet")
    uploads = [json.loads(line)["upload"] for line in (out / "records.jsonl").read_text().splitlines()]
    assert [upload and upload["state"] for upload in uploads] == ["DONE", "DONE", None]


def test_without_a_manifest_the_options_say_who_speaks(cli, out, service):
    ended = cli("upload", out, "--gender", "female", "--consent", "She agreed in writing", "--language", "en-GB")
    assert ended.code == 0
    assert [form["voice_name"] for form in forms(service)] == ["market", "FOLGE-2"]


WRONG = {
    "no key": ({}, [], {"CAMB_API_KEY": ""}, "CAMB_API_KEY"),
    "no consent": ({"Mia agreed in writing": ""}, [], {}, "row 2, column consent"),
    "bad gender": ({"female": "feminine"}, [], {}, "row 2, column gender"),
    "unknown language": ({"en-GB": "en-XX"}, [], {}, "row 2, column language"),
    "no such sample": ({"market.m4a": "markt.m4a"}, [], {}, "did you mean market.m4a?"),
    "bad option": ({}, ["--age", "0"], {}, "--age"),
    "plain http": ({}, [], {"CAMB_API_URL": "http://example.org/apis"}, "https"),
}


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("command", ["upload", "run"])
def test_what_is_wrong_is_exit_2_and_nothing_is_sent(
    command, wrong, cli, out, service, manifest, tmp_path, monkeypatch
):
    edits, options, environment, said = WRONG[wrong]
    for old, new in edits.items():
        assert old in manifest.read_text()
        manifest.write_text(manifest.read_text().replace(old, new))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    target = tmp_path / "new"
    arguments = ["upload", out] if command == "upload" else ["run", *FILES, "-o", target, "--upload"]
    ended = cli(*arguments, "--manifest", manifest, *options)
    assert ended.code == 2
    assert said in ended.err
    assert forms(service) == []
    assert not target.exists()


def test_every_mistake_is_said_at_once(cli, out, service, manifest):
    manifest.write_text(manifest.read_text().replace("female", "?").replace("en-GB", "xx").replace("Jonas,", ","))
    ended = cli("upload", out, "--manifest", manifest)
    assert all(
        place in ended.err for place in ("row 2, column gender", "row 2, column language", "row 3, column voice_name")
    )


@pytest.mark.parametrize(
    ("fault", "code", "posts", "said"),
    [
        ("unauthorized", 4, 1, "(401): check CAMB_API_KEY."),
        ("payment", 4, 1, "(402): look at its plan"),
        ("forbidden", 4, 1, "(403): look at the key's rights"),
        ("too-large", 1, 2, "(413): shorten it."),
        ("invalid-list", 1, 2, "(422): correct what it names. It said: gender:"),
        ("invalid-text", 1, 2, "(422): correct what it names. It said: The audio"),
        ("full", 4, 1, "The account takes no more voices (400)"),
        ("no-id", 0, 2, "found as voice 9001 by its marker"),
        ("html", 0, 2, "found as voice 9001 by its marker"),
    ],
)
def test_each_refusal_is_one_clear_sentence(fault, code, posts, said, cli, out, manifest, monkeypatch):
    with running_sandbox(faults=[fault]) as sandbox:
        monkeypatch.setenv("CAMB_API_URL", sandbox.base_url)
        monkeypatch.setenv("CAMB_API_KEY", KEY)
        ended = cli("upload", out, "--manifest", manifest)
        assert ended.code == code
        assert sandbox.state.create_calls == posts
        told = [line for line in ended.out.splitlines() if "] market.m4a: " in line or line.startswith("market.m4a: ")][
            -1
        ]
        assert said in told


def test_the_key_is_in_nothing_that_is_written_or_said(cli, out, service, manifest):
    said = [cli("upload", out, "--manifest", manifest, *more) for more in ([], ["--dry-run"], ["--json"])]
    assert not any(KEY in ended.out + ended.err for ended in said)
    assert not any(KEY.encode() in path.read_bytes() for path in out.rglob("*") if path.is_file())


def test_the_consent_is_kept_in_the_ledger_and_not_sent(cli, out, service, manifest):
    cli("upload", out, "--manifest", manifest)
    with sqlite3.connect(out / "ledger.sqlite3") as connection:
        kept = [row[0] for row in connection.execute("SELECT consent FROM items ORDER BY path")]
    connection.close()
    assert sorted(kept) == ["Jonas agreed in writing", "Mia agreed in writing"]
    assert "agreed" not in str(forms(service))


def test_an_upload_needs_a_prepared_folder(cli, tmp_path, service, manifest):
    ended = cli("upload", tmp_path, "--manifest", manifest)
    assert ended.code == 2
    assert "voiceprep run" in ended.err


def test_faults_are_listed(cli):
    assert "unauthorized" in cli("sandbox", "--faults").out
    assert cli("sandbox", "--fault", "nothing").code == 2


def test_the_manifest_beside_the_samples_fits_them(cli, tmp_path, service):
    with (SAMPLES / "voices.csv").open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    ended = cli("run", SAMPLES, "-o", tmp_path / "new", "--upload", "--manifest", SAMPLES / "voices.csv", "--dry-run")
    assert ended.code == 0, ended.err
    assert len(rows) == 5


def test_the_clips_of_one_voice_become_one_voice(tmp_path, service, cli):
    folder = tmp_path / "takes"
    folder.mkdir()
    for number, wave in enumerate(clips(woman(), 6.0, 5)):
        soundfile.write(folder / f"take{number}.wav", wave, RATE)
    table = tmp_path / "voices.csv"
    rows = [f"take{number}.wav,Mia,female,Mia agreed,mia\n" for number in range(5)]
    table.write_text("file,voice_name,gender,consent,voice\n" + "".join(rows), encoding="utf-8")
    run_it = ("run", folder, "-o", tmp_path / "out", "--manifest", table, "--upload", "--include-review", "--json")
    ended = cli(*run_it)
    assert ended.code == 0
    (record,) = json.loads(ended.out)["records"]
    assert record["path"] == "mia"
    assert record["upload"]["voice_id"]
    assert [voice.listed["voice_name"] for voice in service.state.voices.values()] == ["Mia"]
    again = cli("upload", tmp_path / "out", "--manifest", table, "--include-review", "--json")
    assert (again.code, len(service.state.voices)) == (0, 1)


def test_the_page_tells_of_the_upload(cli, out, service, manifest):
    cli("report", out)
    assert "not sent" in (out / "report.html").read_text()
    cli("upload", out, "--manifest", manifest, "--between-s", "0")
    page = (out / "report.html").read_text()
    assert len(set(re.findall(r"made as voice \d+", page))) == 2
    assert KEY not in page
