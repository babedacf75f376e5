import json
import time
from contextlib import ExitStack
from dataclasses import dataclass, field

import httpx
import pytest

from pipeline.errors import SubmitError
from pipeline.records import Record, Status
from pipeline.sandbox import FAULTS, Fault
from pipeline.service import (
    Action,
    Api,
    Ledger,
    Outcome,
    Pace,
    State,
    Timeouts,
    Voice,
    open_session,
    plan_uploads,
    upload,
)
from tests.service.helpers import CONSENT, KEY, FastStop, denoised, record, records, voices


@dataclass
class Desk:
    """A sandbox, a client of it, a ledger, and waits that are only noted."""

    out: object
    sandbox: object
    api: Api
    ledger: Ledger
    stop: FastStop = field(default_factory=FastStop)
    events: list = field(default_factory=list)
    pace: Pace = field(default_factory=lambda: Pace(random=lambda: 0.5))

    def upload(self, some, choose=None, **more):
        return upload(
            self.out,
            some,
            voices(some) if choose is None else choose,
            self.api,
            self.ledger,
            on_event=self.events.append,
            pace=self.pace,
            stop=self.stop,
            **more,
        )

    def plan(self, some, choose=None, **more):
        session = open_session(self.api, self.ledger, self.pace, self.stop, self.events.append, trust_list=False)
        return plan_uploads(self.out, some, voices(some) if choose is None else choose, self.api, session, **more)


@pytest.fixture
def desk(tmp_path, sandbox):
    with ExitStack() as stack:

        def make(*faults, voices_limit=None):
            sandbox.state.faults = tuple(FAULTS[fault] if isinstance(fault, str) else fault for fault in faults)
            sandbox.state.voices_limit = voices_limit
            api = stack.enter_context(Api(KEY, sandbox.base_url, timeouts=Timeouts(read_s=5.0)))
            ledger = stack.enter_context(Ledger.open(tmp_path / "ledger.sqlite3"))
            return Desk(tmp_path, sandbox, api, ledger)

        yield make


def outcomes(report):
    return [entry.outcome for entry in report.receipts]


def test_each_voice_is_sent_once_with_its_fields(desk):
    desk = desk()
    some = [
        record(desk.out, "mia/a.mp3", seed=1, after={"snr_db": 12.0}),
        record(desk.out, "leo.wav", seed=2, after={"snr_db": 40.0}),
        record(desk.out, "zoe.wav", seed=3, after={"snr_db": 12.0}, steps=(denoised(),)),
    ]
    choose = {
        "mia/a.mp3": Voice(name="Mia", gender="female", age=30, language="es-ES", description="Calm", consent=CONSENT),
        "leo.wav": Voice(name="Leo", gender=1, consent=CONSENT, group="leo"),
        "zoe.wav": Voice(name="Zoë", gender=0, consent=CONSENT),
    }
    report = desk.upload(some, choose)
    items = desk.ledger.items()
    assert [voice.form for voice in desk.sandbox.state.voices.values()] == [
        {
            "voice_name": "Mia",
            "gender": "2",
            "age": "30",
            "description": f"Calm [voiceprep:{items[0].marker}]",
            "language": "54",
            "enhance_audio": "true",
        },
        {
            "voice_name": "Leo",
            "gender": "1",
            "enhance_audio": "false",
            "description": f"[voiceprep:{items[1].marker}]",
        },
        {
            "voice_name": "Zoë",
            "gender": "0",
            "enhance_audio": "false",
            "description": f"[voiceprep:{items[2].marker}]",
        },
    ]
    assert [voice.file_sha256 for voice in desk.sandbox.state.voices.values()] == [one.output.sha256 for one in some]
    assert {voice.file_name for voice in desk.sandbox.state.voices.values()} == {"sample.wav"}
    assert (report.counts()["done"], report.exit_code, report.stopped) == (3, 0, None)
    assert [entry.voice_id for entry in report.receipts] == list(desk.sandbox.state.voices)
    assert [item.state for item in desk.ledger.items()] == [State.DONE] * 3
    assert [event.kind for event in desk.events] == ["account", *["sending", "finished"] * 3]
    assert desk.events[0].message.startswith("3 voices to make. The account lists 0 voices")
    noted = desk.ledger.items()
    assert {item.consent for item in noted} == {CONSENT}
    assert noted[2].enhance_why.startswith("already denoised")


def test_a_second_upload_sends_nothing(desk, tmp_path):
    desk = desk()
    some = records(desk.out, 3)
    first = desk.upload(some)
    report = desk.upload(some)
    assert desk.sandbox.state.create_calls == 3
    assert (report.counts()["already"], report.exit_code) == (3, 0)
    assert [entry.voice_id for entry in report.receipts] == [entry.voice_id for entry in first.receipts]
    assert "already submitted as voice" in report.receipts[0].message


def test_only_accepted_samples_are_sent_unless_review_is_asked_for(desk):
    desk = desk()
    some = [record(desk.out, f"{status}.wav", status, seed) for seed, status in enumerate(Status)]
    assert [entry.path for entry in desk.upload(some).receipts] == ["accepted.wav"]
    report = desk.upload(some, include_review=True)
    assert {entry.path: entry.outcome for entry in report.receipts} == {
        "accepted.wav": Outcome.ALREADY,
        "review.wav": Outcome.DONE,
    }
    assert desk.sandbox.state.create_calls == 2


def test_samples_without_a_voice_are_named_and_not_sent(desk):
    desk = desk()
    some = records(desk.out, 2)
    report = desk.upload(some, voices(some[:1]))
    assert report.without_voice == ("take2.mp3",)
    assert desk.sandbox.state.create_calls == 1


@pytest.mark.parametrize("fault", ["unauthorized", "payment", "forbidden", "full"])
def test_an_account_that_says_no_stops_the_run_with_the_rest_untouched(desk, fault):
    desk = desk()
    some = records(desk.out, 5)
    desk.upload(some[:2])
    desk.sandbox.state.calls.clear()
    desk.sandbox.state.plan([None, None, FAULTS[fault]])
    fresh = [record(desk.out, f"new{number}.wav", seed=100 + number) for number in range(5)]
    report = desk.upload(fresh)
    assert desk.sandbox.state.create_calls == 3
    assert outcomes(report) == [Outcome.DONE] * 2 + [Outcome.NOT_SENT] * 3
    assert report.exit_code == 4
    assert report.stopped == report.receipts[2].message
    states = [item.state for item in desk.ledger.items()]
    assert states == [State.DONE] * 4 + [State.PREPARED]
    assert desk.ledger.items()[-1].attempt == 0


def test_a_full_account_stops_the_run_and_it_goes_on_later(desk):
    desk = desk(voices_limit=2)
    some = records(desk.out, 4)
    report = desk.upload(some)
    assert report.exit_code == 4
    assert "Voice limit reached" in report.stopped
    desk.sandbox.state.voices_limit = None
    assert desk.upload(some).exit_code == 0
    assert len(desk.sandbox.state.voices) == 4


@pytest.mark.parametrize("fault", ["too-large", "invalid-list", "invalid-text"])
def test_a_refused_voice_costs_itself_only(desk, fault):
    desk = desk(fault)
    some = records(desk.out, 2)
    report = desk.upload(some)
    assert outcomes(report) == [Outcome.REFUSED] * 2
    assert report.exit_code == 1
    assert [item.state for item in desk.ledger.items()] == [State.REFUSED] * 2
    desk.sandbox.state.faults = ()
    assert "refused before" in desk.plan(some)[0].why
    assert desk.upload(some).exit_code == 0
    assert len(desk.sandbox.state.voices) == 2


@pytest.mark.parametrize("fault", ["no-id", "html", "unavailable-after", "drop-after", "cut"])
def test_a_voice_whose_answer_was_lost_is_found_and_not_sent_again(desk, fault):
    desk = desk(fault)
    report = desk.upload(records(desk.out, 2))
    assert outcomes(report) == [Outcome.DONE] * 2
    assert report.exit_code == 0
    assert "by its marker; the answer to its attempt was lost" in report.receipts[0].message
    assert [entry.voice_id for entry in report.receipts] == list(desk.sandbox.state.voices)
    assert (desk.sandbox.state.create_calls, sum(desk.stop.slept)) == (2, 0)


@pytest.mark.parametrize("fault", ["server-error", "unavailable", "reset", "drop", "redirect"])
def test_what_is_surely_not_there_is_sent_once_more_and_then_a_person_decides(desk, fault):
    desk = desk(fault)
    some = records(desk.out, 1)
    report = desk.upload(some)
    assert outcomes(report) == [Outcome.UNKNOWN]
    assert (report.receipts[0].state, report.exit_code) == (State.NEEDS_HUMAN, 1)
    if fault != "reset":  # there the request may not have left whole, and then nothing is waited for
        assert sum(desk.stop.slept) == pytest.approx(2 * 120, abs=2)
    again = desk.upload(some)
    assert [entry.action for entry in desk.plan(some)] == [Action.ASK]
    assert "2 attempts ended without an answer" in again.receipts[0].message
    assert desk.sandbox.state.create_calls == 2


def test_a_service_that_is_down_is_left_alone_after_three(desk):
    desk = desk("server-error")
    report = desk.upload(records(desk.out, 5))
    assert "3 attempts in a row had no answer: try again later" in report.stopped
    assert (report.exit_code, desk.sandbox.state.create_calls) == (1, 3)
    assert outcomes(report) == [Outcome.NOT_SENT] * 5
    desk.sandbox.state.faults = ()
    assert desk.upload(records(desk.out, 5)).exit_code == 0
    assert (desk.sandbox.state.create_calls, len(desk.sandbox.state.voices)) == (8, 5)


@pytest.mark.parametrize("was_whole", [True, False])
def test_a_killed_attempt_is_looked_for_and_then_sent(desk, was_whole):
    desk = desk()
    some = records(desk.out, 1)
    item = desk.plan(some)[0].item
    desk.ledger.prepare(item)
    desk.ledger.sending(item.key, desk.ledger.snapshot(desk.api.account, []))
    if was_whole:
        desk.ledger.last_byte(item.key)
    report = desk.upload(some)
    assert outcomes(report) == [Outcome.DONE]
    assert sum(desk.stop.slept) == pytest.approx(120 if was_whole else 0, abs=1), "a part of a request is no voice"
    item = desk.ledger.get(item.key)
    assert (item.state, item.doubts, desk.sandbox.state.create_calls) == (State.DONE, int(was_whole), 1)


def test_a_killed_attempt_that_made_its_voice_is_adopted(desk):
    desk = desk()
    some = records(desk.out, 2)
    desk.upload(some)
    desk.ledger._connection.execute("UPDATE items SET state='SENDING', voice_id=NULL, last_byte_at='then'")
    report = desk.upload(some)
    assert outcomes(report) == [Outcome.ALREADY] * 2
    assert report.receipts[0].message == "voice 9001: made by an attempt whose answer was lost"
    assert [item.voice_id for item in desk.ledger.items()] == [9001, 9002]
    assert (desk.sandbox.state.create_calls, sum(desk.stop.slept)) == (2, 0)


def test_a_lost_ledger_is_made_up_for_by_the_list(desk, tmp_path):
    desk = desk()
    some = records(desk.out, 3)
    desk.upload(some)
    with Ledger.open(tmp_path / "another.sqlite3") as desk.ledger:
        report = desk.upload(some)
        assert outcomes(report) == [Outcome.ALREADY] * 3
        assert report.receipts[0].message == "voice 9001: the account has it already, by its marker"
        assert outcomes(desk.upload(some)) == [Outcome.ALREADY] * 3
    assert desk.sandbox.state.create_calls == 3


def test_the_same_audio_with_other_fields_is_refused_with_the_voice_it_became(desk):
    desk = desk()
    some = records(desk.out, 1)
    voice_id = desk.upload(some).receipts[0].voice_id
    other = {some[0].path: Voice(name="Voice take1.mp3", gender="female", age=40, consent=CONSENT)}
    report = desk.upload(some, other)
    assert outcomes(report) == [Outcome.SKIPPED]
    assert (
        f"already submitted as voice {voice_id} with other fields (age none then, 40 now)" in report.receipts[0].message
    )
    assert report.exit_code == 1
    assert desk.sandbox.state.create_calls == 1


def test_the_same_audio_twice_in_one_run_is_sent_once(desk):
    desk = desk()
    some = [record(desk.out, "a.wav", seed=7), record(desk.out, "b.wav", seed=7)]
    assert outcomes(desk.upload(some)) == [Outcome.DONE, Outcome.SKIPPED]
    assert desk.sandbox.state.create_calls == 1


def test_a_new_key_of_the_same_account_makes_nothing_twice(desk):
    desk = desk()
    some = records(desk.out, 2)
    desk.upload(some)
    with Api("another-key", desk.sandbox.base_url) as desk.api:
        assert outcomes(desk.upload(some)) == [Outcome.ALREADY] * 2
        desk.ledger._connection.execute("UPDATE items SET state='UNKNOWN', voice_id=NULL WHERE rowid=2")
        assert outcomes(desk.upload(some)) == [Outcome.ALREADY] * 2
        assert desk.ledger.items()[1].voice_id == 9002
    assert desk.sandbox.state.create_calls == 2


@pytest.mark.parametrize("state", ["UNKNOWN", "SENDING"])
@pytest.mark.parametrize("is_there", [True, False])
def test_what_is_in_doubt_under_an_old_key_is_looked_for_first(desk, state, is_there):
    desk = desk()
    some = records(desk.out, 1)
    desk.upload(some)
    desk.ledger._connection.execute(f"UPDATE items SET state='{state}', voice_id=NULL")
    if not is_there:
        desk.sandbox.state.voices.clear()
    with Api("another-key", desk.sandbox.base_url) as desk.api:
        assert outcomes(desk.upload(some, trust_list=True)) == [Outcome.ALREADY if is_there else Outcome.DONE]
    assert sum(desk.stop.slept) == pytest.approx(0 if is_there else 120, abs=1)
    assert (desk.sandbox.state.create_calls, len(desk.sandbox.state.voices)) == (1 if is_there else 2, 1)


def test_another_way_to_write_the_address_makes_nothing_twice(desk):
    desk = desk()
    some = records(desk.out, 2)
    desk.upload(some)
    with Api(KEY, desk.sandbox.base_url.replace("127.0.0.1", "localhost").removesuffix("/apis")) as desk.api:
        assert outcomes(desk.upload(some)) == [Outcome.ALREADY] * 2
    assert desk.sandbox.state.create_calls == 2


def test_another_account_is_another_story(desk):
    desk = desk()
    some = records(desk.out, 1)
    desk.upload(some)
    desk.sandbox.state.voices.clear()
    with Api("another-key", desk.sandbox.base_url) as desk.api:
        report = desk.upload(some)
        assert "made with another key" in report.stopped
        assert desk.sandbox.state.create_calls == 1
        assert outcomes(desk.upload(some, trust_list=True)) == [Outcome.DONE]
    assert desk.sandbox.state.create_calls == 2


def test_the_same_audio_becomes_another_voice_where_that_is_asked_for(desk):
    desk = desk()
    some = [record(desk.out, "a.wav", seed=7), record(desk.out, "b.wav", seed=7)]
    assert outcomes(desk.upload(some, allow_same_audio=True)) == [Outcome.DONE] * 2
    older = {"a.wav": Voice(name="Voice a.wav", gender="female", age=40, consent=CONSENT)}
    assert outcomes(desk.upload(some[:1], older, allow_same_audio=True)) == [Outcome.DONE]
    assert desk.sandbox.state.create_calls == 3


def test_a_better_take_of_a_name_that_exists_is_another_voice_and_both_ids_are_told(desk):
    desk = desk()
    first, second, third = records(desk.out, 3)
    mia = Voice(name="Mia", gender="female", consent=CONSENT)
    desk.upload([first], {first.path: mia})
    choose = dict.fromkeys([second.path, third.path], mia)
    planned = desk.plan([second, third], choose)
    assert planned[0].why == "new; voice 9001 has the same name and stays: this makes another one"
    assert planned[1].why.endswith("take2.mp3 becomes a voice of the same name in this run: this makes another one")
    report = desk.upload([second, third], choose)
    message = "created as voice 9002; the name Mia is also that of 9001, which stays as it is"
    assert report.receipts[0].message == message
    assert desk.sandbox.state.create_calls == 3


def test_a_clip_that_was_changed_is_not_sent(desk):
    desk = desk()
    some = records(desk.out, 2)
    clip = desk.out / some[0].output.path
    content = bytearray(clip.read_bytes())
    content[-1] ^= 1
    clip.write_bytes(content)
    report = desk.upload(some)
    assert outcomes(report) == [Outcome.SKIPPED, Outcome.DONE]
    assert "was changed after it was graded" in report.receipts[0].message
    assert report.exit_code == 1
    assert desk.sandbox.state.create_calls == 1


def test_a_clip_that_goes_away_meanwhile_costs_itself_only(desk):
    desk = desk()
    some = records(desk.out, 2)
    desk.events = type("Remove", (), {"append": lambda self, event: event.kind == "sending" and clip.unlink(True)})()
    clip = desk.out / some[0].output.path
    report = desk.upload(some)
    assert outcomes(report) == [Outcome.SKIPPED, Outcome.DONE]
    assert "cannot be opened" in report.receipts[0].message


def test_a_ledger_that_fails_ends_the_run_before_anything_is_sent(desk):
    desk = desk()
    some = records(desk.out, 2)
    desk.ledger._connection.execute("PRAGMA query_only = 1")
    with pytest.raises(SubmitError, match="nothing more is sent"):
        desk.upload(some)
    assert desk.sandbox.state.create_calls == 0


def test_a_clip_that_cannot_be_sent_is_left_out_and_the_others_go_on(desk, monkeypatch):
    monkeypatch.setattr("pipeline.service.clips.MAX_CLIP_BYTES", 100_000)
    desk = desk()
    some = records(desk.out, 4)
    (desk.out / some[0].output.path).unlink()
    (desk.out / some[1].output.path).write_bytes(b"ID3" + b"\x00" * 100)
    (desk.out / some[2].output.path).write_bytes(b"\x00" * 100_001)
    report = desk.upload([*some, Record(path="no.wav", status=Status.ACCEPTED)])
    assert outcomes(report) == [Outcome.SKIPPED] * 3 + [Outcome.DONE]
    told = [receipt.message for receipt in report.receipts]
    assert told[0].startswith("it cannot be read")
    assert told[1].startswith("it holds no sound")
    assert told[2].startswith("it has 0.1 MB, over 0 MB")
    assert desk.sandbox.state.create_calls == 1
    assert report.exit_code == 1


def test_a_clip_that_is_too_long_is_left_out(desk, monkeypatch):
    monkeypatch.setattr("pipeline.service.clips.MAX_CLIP_S", 0.01)
    desk = desk()
    report = desk.upload(records(desk.out, 1))
    assert outcomes(report) == [Outcome.SKIPPED]
    assert "s long, over" in report.receipts[0].message


def test_a_clip_in_disguise_is_not_sent(desk):
    import numpy as np
    import soundfile

    desk = desk()
    some = records(desk.out, 1)
    soundfile.write(desk.out / some[0].output.path, np.zeros(1600), 16_000, format="FLAC")
    report = desk.upload(some)
    assert outcomes(report) == [Outcome.SKIPPED]
    assert "named .wav and holds FLAC" in report.receipts[0].message


def test_a_dry_run_is_what_the_run_then_does(desk):
    desk = desk()
    some = [*records(desk.out, 3), record(desk.out, "twin.wav", seed=1)]
    desk.upload(some[:1])
    planned = [entry.to_dict() for entry in desk.plan(some)]
    assert [entry["action"] for entry in planned] == [Action.ALREADY, Action.SEND, Action.SEND, Action.SKIP]
    assert planned[1]["fields"].keys() == {"voice_name", "gender", "enhance_audio", "description"}
    assert planned[1]["enhance_why"] == "the noise could not be measured"
    assert CONSENT not in str(planned)
    assert desk.sandbox.state.create_calls == 1
    report = desk.upload(some)
    assert outcomes(report) == [Outcome.ALREADY, Outcome.DONE, Outcome.DONE, Outcome.SKIPPED]
    assert [voice.form for voice in desk.sandbox.state.voices.values()][1:] == [
        entry["fields"] for entry in planned[1:3]
    ]


def test_a_rate_limit_is_waited_for_and_is_no_new_attempt(desk):
    desk = desk("busy-once")
    report = desk.upload(records(desk.out, 1))
    assert outcomes(report) == [Outcome.DONE]
    assert sum(desk.stop.slept) == pytest.approx(1.0, abs=0.1)
    assert desk.sandbox.state.create_calls == 2
    assert desk.ledger.items()[0].attempt == 1
    assert [event.kind for event in desk.events] == ["account", "sending", "waiting", "sending", "finished"]


def test_a_rate_limit_without_end_stops_the_run(desk):
    desk = desk("busy")
    report = desk.upload(records(desk.out, 2))
    assert outcomes(report) == [Outcome.NOT_SENT] * 2
    assert (report.exit_code, desk.sandbox.state.create_calls) == (4, 11)
    assert desk.ledger.items()[0].state is State.PREPARED


@pytest.mark.parametrize(
    ("asked", "waited_s"), [("10000", []), ("300", [300]), (None, [1, 2, 4, 8, 16, 32, 60, 60, 60])]
)
def test_how_long_a_rate_limit_is_waited_for(desk, asked, waited_s):
    desk = desk(Fault("x", "", 429, headers={"Retry-After": asked} if asked else {}))
    assert desk.upload(records(desk.out, 1)).exit_code == 4
    assert [slept for slept in desk.stop.slept if slept] == pytest.approx(waited_s, abs=0.2)
    assert desk.sandbox.state.create_calls == len(waited_s) + 1


def test_waits_that_were_not_asked_for_differ(desk):
    waits_s = {Pace(random=lambda number=number: number).wait_s(None, 3, 0.0) for number in (0.0, 0.5, 1.0)}
    assert sorted(waits_s) == pytest.approx([7.2, 8.0, 8.8])


def test_no_network_stops_the_run_before_anything_is_sent(desk):
    desk = desk()
    some = records(desk.out, 5)
    desk.upload(some[:1])
    with Api(KEY, "http://127.0.0.1:1") as desk.api:
        report = desk.upload(some)
    assert outcomes(report) == [Outcome.NOT_SENT] * 5
    assert "no connection" in report.stopped
    assert report.exit_code == 4


def test_a_network_that_goes_away_stops_the_run_after_three(desk):
    class Gone(httpx.BaseTransport):
        def handle_request(self, request):
            if request.method == "GET":
                return httpx.Response(200, content=iter([b"[]"]))
            raise httpx.ConnectError("gone")

    desk = desk()
    with Api(KEY, "https://service.test", transport=Gone()) as desk.api:
        report = desk.upload(records(desk.out, 5))
    assert outcomes(report) == [Outcome.NOT_SENT] * 5
    assert report.exit_code == 4
    assert [item.state for item in desk.ledger.items()] == [State.PREPARED] * 3


def test_calls_keep_a_distance_at_the_real_service(desk):
    desk = desk()
    made = []

    def answer(request):
        request.read()
        if request.method == "GET":
            return httpx.Response(200, content=iter([json.dumps(made).encode()]))
        made.append({"id": len(made) + 1, "voice_name": "V"})
        return httpx.Response(200, content=iter([b'{"voice_id": %d}' % len(made)]))

    with Api(KEY, "https://service.test", transport=httpx.MockTransport(answer)) as desk.api:
        assert desk.upload(records(desk.out, 3)).exit_code == 0
    assert [slept for slept in desk.stop.slept if slept] == pytest.approx([1.0, 1.0], abs=0.15)


def test_several_at_once(desk):
    desk = desk(Fault("slow", "", creates=True, delay_s=0.4))
    desk.pace = Pace(concurrency=4)
    started_s = time.monotonic()
    report = desk.upload(records(desk.out, 8))
    assert time.monotonic() - started_s < 8 * 0.4 * 0.8
    assert outcomes(report) == [Outcome.DONE] * 8
    assert sorted(entry.voice_id for entry in report.receipts) == list(desk.sandbox.state.voices)
    assert [entry.path for entry in report.receipts] == [f"take{number}.mp3" for number in range(1, 9)]


def test_the_key_is_in_no_file(desk, tmp_path):
    echo = Fault("echo", "", 422, '{"detail": "bad key ' + KEY + '"}')
    desk = desk(echo)
    report = desk.upload(records(desk.out, 1))
    assert "bad key ****" in report.receipts[0].message
    assert KEY not in str(report.to_dict())
    for file in tmp_path.rglob("*"):
        assert file.is_dir() or KEY.encode() not in file.read_bytes()


def test_a_report_is_plain_data(desk):
    desk = desk()
    told = desk.upload(records(desk.out, 1)).to_dict()
    assert told["done"] == 1
    more = {"stopped", "without_voice", "receipts", "problems", "notes"}
    assert set(told) == {*(outcome.value for outcome in Outcome), *more}
    assert set(told["receipts"][0]) == {"path", "voice_id", "state", "at", "message", "outcome"}


def test_a_number_that_the_service_gives_twice_is_told_of(desk):
    desk = desk()
    some = records(desk.out, 2)
    desk.sandbox.state.plan([None, Fault("replaces", "", 200, '{"voice_id": 9001}')])
    report = desk.upload(some)
    assert report.problems == (
        "SHARED: the service gave the number 9001 to take1.mp3 and take2.mp3: listen to what it holds.",
    )
    assert report.exit_code == 1
