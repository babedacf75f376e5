import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from dataclasses import replace

import pytest

from pipeline.errors import SubmitError, UsageError
from pipeline.service import Item, Ledger, State, ledger_file, ledger_schema
from pipeline.service.items import item_key
from pipeline.service.sending import send
from tests.service.helpers import digest, write_wav

FIELDS = {"voice_name": "Mia", "gender": "2"}
ITEM = Item("k1", "mia/a.mp3", "a" * 64, FIELDS, "acc", "https://x.test", "by mail", "clean enough", "mia")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "out" / "ledger.sqlite3"


@pytest.fixture
def ledger(path):
    with Ledger.open(path) as opened:
        yield opened


def test_what_is_noted_is_there_when_it_is_opened_again(path):
    with Ledger.open(path) as ledger:
        ledger.prepare(ITEM)
        ledger.sending("k1")
        ledger.done("k1", 147320)
    with Ledger.open(path) as ledger:
        item = ledger.get("k1")
        assert (item.state, item.voice_id, item.attempt) == (State.DONE, 147320, 1)
        assert (item.path, item.fields, item.consent, item.enhance_why, item.voice_group) == (
            "mia/a.mp3",
            FIELDS,
            "by mail",
            "clean enough",
            "mia",
        )
        assert item.created_at <= item.sent_at <= item.updated_at
        assert item.sent_at.endswith("+00:00")
        assert ledger.items() == [item]
        assert ledger.get("other") is None


def test_the_intent_survives_a_kill(path):
    code = (
        "import os, signal; from pathlib import Path; from tests.service.test_ledger import *\n"
        f"with Ledger.open(Path({str(path)!r})) as ledger:\n"
        " ledger.prepare(ITEM); ledger.sending('k1'); os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -9
    with Ledger.open(path) as ledger:
        assert ledger.get("k1").state is State.SENDING


def test_only_its_owner_reads_it(path):
    with Ledger.open(path) as ledger:
        ledger.prepare(ITEM)
        assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}
    path.chmod(0o644)
    with Ledger.open(path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert sorted(file.name for file in path.parent.iterdir()) == [".ledger.sqlite3.lock", "ledger.sqlite3"]


def test_it_is_on_the_disk_at_every_step(ledger):
    pragma = lambda name: ledger._connection.execute(f"PRAGMA {name}").fetchone()[0]  # noqa: E731
    assert (pragma("journal_mode"), pragma("synchronous"), pragma("user_version")) == ("wal", 2, 2)
    assert not ledger._connection.in_transaction


@pytest.mark.parametrize(
    ("step", "state", "attempt"),
    [
        (lambda ledger: ledger.refused("k1", "no"), State.REFUSED, 1),
        (lambda ledger: ledger.unknown("k1", "no"), State.UNKNOWN, 1),
        (lambda ledger: ledger.back_to_prepared("k1", "no"), State.PREPARED, 0),
    ],
)
def test_the_other_ends(ledger, step, state, attempt):
    ledger.prepare(ITEM)
    ledger.sending("k1")
    step(ledger)
    item = ledger.get("k1")
    assert (item.state, item.attempt, item.error) == (state, attempt, "no")


def test_a_voice_is_sent_by_one_run_only(ledger, path):
    ledger.prepare(ITEM)
    ledger.sending("k1")
    with pytest.raises(UsageError, match=r"Another upload uses the ledger .*Nothing was sent"), Ledger.open(path):
        pass
    ledger.prepare(ITEM)
    with pytest.raises(SubmitError, match="this voice is being sent"):
        ledger.sending("k1")
    ledger.done("k1", 5)
    ledger.prepare(ITEM)
    assert ledger.get("k1").state is State.DONE
    with pytest.raises(SubmitError, match="or was sent"):
        ledger.sending("k1")
    with pytest.raises(SubmitError, match="another state"):
        ledger.refused("k1", "no")


def test_what_was_refused_may_be_prepared_again(ledger):
    ledger.prepare(ITEM)
    ledger.sending("k1")
    ledger.refused("k1", "no")
    ledger.prepare(replace(ITEM, consent="by letter"))
    item = ledger.get("k1")
    assert (item.state, item.consent, item.attempt) == (State.PREPARED, "by letter", 1)


def test_the_same_audio_is_found_where_it_may_exist(ledger):
    for number, state in enumerate(["prepared", "sending", "done", "unknown", "refused"]):
        key = f"k{number}"
        ledger.prepare(replace(ITEM, key=key))
        if state == "prepared":
            continue
        ledger.sending(key)
        if state == "done":
            ledger.done(key, 5)
        elif state != "sending":
            getattr(ledger, state)(key, "why")
    assert [item.key for item in ledger.with_audio("a" * 64, {"acc"})] == ["k1", "k2", "k3"]
    assert ledger.with_audio("a" * 64, {"other"}) == []


def test_looking_writes_nothing(path):
    with Ledger.look(path) as ledger:
        assert ledger.items() == []
    assert not path.parent.exists()
    with Ledger.open(path) as ledger:
        ledger.prepare(ITEM)
    before = path.read_bytes()
    with Ledger.look(path) as ledger:
        assert len(ledger.items()) == 1
        with pytest.raises(SubmitError, match="readonly"):
            ledger.prepare(replace(ITEM, key="k2"))
    assert path.read_bytes() == before
    assert sorted(file.name for file in path.parent.iterdir()) == [".ledger.sqlite3.lock", "ledger.sqlite3"]


def test_looking_sees_what_a_run_under_way_wrote(path):
    with Ledger.open(path) as ledger:
        ledger.prepare(ITEM)
        with Ledger.look(path) as other:
            assert other.items() == ledger.items()


def test_a_ledger_that_another_run_made_meanwhile_is_kept(path):
    with Ledger.open(path) as ledger:
        ledger.prepare(ITEM)
        ledger_file._create(path)
        assert ledger.get("k1")
    with Ledger.open(path) as ledger:
        assert ledger.get("k1")
    assert sorted(file.name for file in path.parent.iterdir()) == [".ledger.sqlite3.lock", "ledger.sqlite3"]


def test_a_file_system_without_links_will_do(path, monkeypatch):
    def refuse(self, target):
        raise PermissionError

    monkeypatch.setattr(type(path), "hardlink_to", refuse)
    with Ledger.open(path) as ledger:
        ledger.prepare(ITEM)
    assert sorted(file.name for file in path.parent.iterdir()) == [".ledger.sqlite3.lock", "ledger.sqlite3"]


@pytest.mark.parametrize("content", [b"", b"not a ledger" * 500, b"SQLite format 3\x00" + b"\x01" * 4096])
@pytest.mark.parametrize("way", ["open", "look"])
def test_a_damaged_ledger_is_refused_and_left_as_it_is(path, content, way):
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"is damaged .* Nothing was sent"), getattr(Ledger, way)(path):
        pass
    assert path.read_bytes() == content


def test_a_ledger_cut_short_is_refused(path):
    with Ledger.open(path) as ledger:
        for number in range(200):
            ledger.prepare(replace(ITEM, key=f"k{number}", consent="c" * 200))
    path.write_bytes(path.read_bytes()[:-9000])
    with pytest.raises(UsageError, match="is damaged"), Ledger.open(path):
        pass


def test_a_newer_ledger_is_refused(path):
    with Ledger.open(path) as ledger:
        ledger._connection.execute("PRAGMA user_version = 99")
    with pytest.raises(UsageError, match="newer voiceprep"), Ledger.open(path):
        pass


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(UsageError, match=r"cannot be opened: .* Nothing was sent"),
        Ledger.open(tmp_path / "file" / "l"),
    ):
        pass
    with pytest.raises(UsageError, match="Nothing was sent"), Ledger.open(tmp_path):
        pass


def test_a_ledger_that_fails_keeps_the_socket_shut(ledger, tmp_path):
    class NoApi:
        def create_voice(self, clip, fields):
            raise AssertionError("sent without a durable intent")

    clip = write_wav(tmp_path / "a.wav")
    ledger._connection.execute("PRAGMA query_only = 1")
    with pytest.raises(SubmitError, match="nothing more is sent"):
        send(replace(ITEM, audio_sha256=digest(clip)), clip, NoApi(), ledger)


def test_a_voice_that_cannot_be_noted_is_told_of(ledger, tmp_path):
    class FullDisk:
        def create_voice(self, clip, fields):
            ledger._connection.execute("PRAGMA query_only = 1")
            return 147320

    clip = write_wav(tmp_path / "a.wav")
    with pytest.raises(SubmitError, match=r"Voice 147320 was created from mia/a.mp3, but not noted"):
        send(replace(ITEM, audio_sha256=digest(clip)), clip, FullDisk(), ledger)
    with pytest.raises(sqlite3.OperationalError):
        ledger._connection.execute("DELETE FROM items")


def test_a_ledger_of_the_first_version_is_brought_up_with_all_it_knew(path):
    path.parent.mkdir()
    columns = "key, path, audio_sha256, fields, account, base_url, consent, enhance_why, voice_group, state, attempt"
    with closing(sqlite3.connect(path)) as old:
        old.executescript(ledger_schema._VERSION_1 + "PRAGMA user_version = 1;")
        values = ("k1", "a", "s", "{}", "acc", "https://x.test", "c", "", "", "DONE", 1, 7, "now", "now")
        marks = ", ".join("?" * len(values))
        old.execute(f"INSERT INTO items ({columns}, voice_id, created_at, updated_at) VALUES ({marks})", values)
        old.commit()
    with Ledger.look(path) as ledger:
        assert ledger.get("k1").voice_id == 7
    with Ledger.open(path) as ledger:
        item = ledger.get("k1")
        assert (item.state, item.voice_id, item.doubts, item.snapshot) == (State.DONE, 7, 0, None)
        assert ledger._connection.execute("PRAGMA user_version").fetchone()[0] == ledger_schema.VERSION


def test_every_change_is_kept_as_an_event(ledger):
    ledger.prepare(ITEM)
    ledger.sending("k1")
    ledger.unknown("k1", "no answer")
    ledger.done("k1", 5, "found by its marker")
    told = [tuple(row) for row in ledger._connection.execute("SELECT state, attempt, voice_id, note FROM events")]
    assert told == [
        ("PREPARED", 0, None, None),
        ("SENDING", 1, None, None),
        ("UNKNOWN", 1, None, "no answer"),
        ("DONE", 1, 5, "found by its marker"),
    ]


def test_keys_depend_on_audio_every_field_and_account_and_not_on_order():
    keys = {
        item_key(audio, fields, account)
        for audio in ("a", "b")
        for fields in (FIELDS, FIELDS | {"age": "3"}, FIELDS | {"gender": "1"})
        for account in ("x", "y")
    }
    assert len(keys) == 12
    assert item_key("a", dict(reversed(FIELDS.items())), "x") == item_key("a", FIELDS, "x")
