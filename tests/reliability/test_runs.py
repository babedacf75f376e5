"""R8 to R11, R15, R16, R19, R22: one run, the next one, and what they decide."""

import json
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from pipeline.sandbox import FAULTS, Fault
from pipeline.service import Api, Ledger, Outcome, Pace, State, Voice, upload
from tests.reliability.helpers import KEY, QUICK, prepare
from tests.service.helpers import CONSENT, FastStop, record, voices


def _upload(desk, some, choose=None, stop=None, **more):
    with Api(KEY, desk.sandbox.base_url) as api, Ledger.open(desk.out / "ledger.sqlite3") as ledger:
        chosen = voices(some) if choose is None else choose
        return upload(desk.out, some, chosen, api, ledger, pace=Pace(), stop=stop or FastStop(), **more)


def test_r08_a_second_run_on_one_ledger_ends_without_a_call(desk):
    prepare(desk.out, 2, 0.2)
    with Ledger.open(desk.out / "ledger.sqlite3"):
        start_s = time.monotonic()
        ended = desk.upload()
        took_s = time.monotonic() - start_s
    assert ended.code == 2
    assert "Another upload uses the ledger" in ended.said
    assert took_s < 3  # it does not wait; starting Python is most of it
    assert (desk.sandbox.state.create_calls, desk.sandbox.state.list_calls) == (0, 0)


def test_r08_the_lock_of_a_dead_run_is_free(desk):
    prepare(desk.out, 2, 0.2)
    assert desk.upload(crash_at="intent-written").code < 0
    assert desk.upload().code == 0
    desk.expect_each_once(2)


def test_r09_a_run_over_a_finished_folder_changes_nothing(desk):
    prepare(desk.out, 3, 0.2)
    desk.upload()
    desk.upload()
    before = (desk.out / "ledger.sqlite3").read_bytes()
    desk.sandbox.state.calls.clear()
    ended = desk.upload()
    assert (ended.code, desk.sandbox.state.create_calls) == (0, 0)
    assert desk.sandbox.state.list_calls <= 1
    assert (desk.out / "ledger.sqlite3").read_bytes() == before


def test_r10_one_audio_under_two_names_is_one_voice_and_two_audios_of_one_name_are_two(desk):
    twins = [record(desk.out, "a.wav", seed=7), record(desk.out, "b.wav", seed=7)]
    report = _upload(desk, twins)
    assert [entry.outcome for entry in report.receipts] == [Outcome.DONE, Outcome.SKIPPED]
    assert desk.sandbox.state.create_calls == 1
    takes = [record(desk.out, "c.wav", seed=8), record(desk.out, "d.wav", seed=9)]
    mia = Voice(name="Mia", gender="female", consent=CONSENT)
    report = _upload(desk, takes, dict.fromkeys([entry.path for entry in takes], mia))
    assert desk.sandbox.state.create_calls == 3
    assert (
        report.receipts[1].message == "created as voice 9003; the name Mia is also that of 9002, which stays as it is"
    )


def test_r11_a_field_that_changed_is_refused_or_makes_a_new_voice_by_an_explicit_word(desk):
    some = [record(desk.out, "a.wav")]
    _upload(desk, some)
    older = {"a.wav": Voice(name="Voice a.wav", gender="female", age=44, consent=CONSENT)}
    refused = _upload(desk, some, older)
    assert refused.receipts[0].outcome is Outcome.SKIPPED
    assert "voice 9001 with other fields (age none then, 44 now)" in refused.receipts[0].message
    assert (desk.sandbox.state.create_calls, refused.exit_code) == (1, 1)
    again = _upload(desk, some, older, allow_same_audio=True)
    assert (again.receipts[0].voice_id, desk.sandbox.state.create_calls) == (9002, 2)


@pytest.mark.parametrize("fault", ["unauthorized", "payment", "forbidden", "full"])
def test_r15_an_account_that_says_no_on_the_third_of_fifty(desk, fault):
    some = prepare(desk.out, 50, 0.2)
    desk.sandbox.state.plan([None, None, FAULTS[fault]])
    report = _upload(desk, some)
    assert (desk.sandbox.state.create_calls, report.exit_code) == (3, 4)
    with Ledger.look(desk.out / "ledger.sqlite3") as ledger:
        states = [item.state for item in ledger.items()]
    assert states == [State.DONE, State.DONE, State.PREPARED], "47 rows untouched"
    assert [entry.outcome for entry in report.receipts] == [Outcome.DONE] * 2 + [Outcome.NOT_SENT] * 48
    assert _upload(desk, some).exit_code == 0
    desk.expect_each_once(50)


def _busy(header):
    return Fault("busy", "", 429, headers={"Retry-After": header} if header else {})


@pytest.mark.parametrize(
    ("headers", "waited_s"),
    [
        (["7"], [7]),
        (["date"], [30]),
        ([None] * 4, [1, 2, 4, 8]),
        (["0", "3"], [0, 3]),
    ],
)
def test_r16_a_rate_limit_is_waited_for_as_told_and_is_no_new_attempt(desk, headers, waited_s):
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=31), usegmt=True)
    desk.sandbox.state.plan([_busy(date if header == "date" else header) for header in headers])
    stop = FastStop()
    report = _upload(desk, [record(desk.out, "a.wav")], stop=stop)
    assert report.exit_code == 0
    slept_s = [slept for slept in stop.slept if slept]
    assert slept_s == pytest.approx(
        [wait for wait in waited_s if wait], rel=0.11, abs=1.2 if "date" in headers else 0.2
    )
    with Ledger.look(desk.out / "ledger.sqlite3") as ledger:
        assert ledger.items()[0].attempt == 1


def test_r16_a_rate_limit_that_asks_for_too_much_stops_the_run(desk):
    desk.sandbox.state.plan([_busy("10000")])
    stop = FastStop()
    report = _upload(desk, [record(desk.out, "a.wav")], stop=stop)
    assert (report.exit_code, sum(stop.slept)) == (4, 0)


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(days=1), timedelta(hours=1), timedelta(days=-4000)])
def test_r19_a_clock_that_jumps_changes_no_decision(desk, monkeypatch, jump):
    calls = []

    def jumping():
        calls.append(1)
        return (datetime.now(UTC) + jump * (len(calls) % 2)).isoformat(timespec="milliseconds")

    monkeypatch.setattr("pipeline.service.ledger.now_utc", jumping)
    monkeypatch.setattr(time, "time", jump.total_seconds)
    some = prepare(desk.out, 4, 0.2)
    desk.sandbox.state.plan([FAULTS["drop"], None, FAULTS["drop-after"], None])
    stop = FastStop()
    report = _upload(desk, some, stop=stop)
    assert report.exit_code == 0
    assert sum(stop.slept) == pytest.approx(120, abs=1), "by a clock that nobody sets"
    assert len(calls) > 8
    desk.expect_each_once(4)


def test_r22_a_dry_run_prints_what_the_run_then_does(desk):
    prepare(desk.out, 2, 0.2)
    desk.upload()
    prepare(desk.out, 4, 0.2)
    desk.sandbox.state.calls.clear()
    shown = json.loads(desk.upload(*QUICK, "--dry-run", "--json").said)
    assert desk.sandbox.state.create_calls == 0
    assert desk.states() == [State.DONE] * 2, "nothing was written"
    told = json.loads(_json_of(desk.upload(*QUICK, "--json").said))
    planned = {entry["path"]: entry["action"] for entry in shown["would_send"]}
    done = {entry["path"]: entry["outcome"] for entry in told["receipts"]}
    assert {path: {"already": "already", "send": "done"}[action] for path, action in planned.items()} == done
    sent = [dict(voice.form) for voice in desk.sandbox.state.voices.values()][2:]
    assert [entry["fields"] for entry in shown["would_send"] if entry["action"] == "send"] == sent
    assert shown["account"].startswith("2 voices to make. The account lists 2 voices")


def _json_of(said):
    """Return the JSON document of what went to both outputs."""
    return said[said.index("{\n") :]


def test_r22_a_dry_run_sees_what_the_run_would_find(desk):
    prepare(desk.out, 2, 0.2)
    assert desk.upload(crash_at="replied:2").code < 0
    shown = json.loads(desk.upload(*QUICK, "--dry-run", "--json").said)
    assert [entry["action"] for entry in shown["would_send"]] == ["already", "adopt"]
    assert desk.upload().code == 0
    desk.expect_each_once(2)
