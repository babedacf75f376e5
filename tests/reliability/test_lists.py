"""R7, R20, R21: the account's list, which is the only way to look."""

import json
import tracemalloc
from dataclasses import replace

import pytest

from pipeline.sandbox import FAULTS, Cut, Fault
from pipeline.service import Api, Item, Ledger, Outcome, Pace, State, Timeouts, Voice, upload
from pipeline.service.matching import Certainty, find_match
from tests.reliability.helpers import KEY, QUICK, list_of, prepare
from tests.service.helpers import CONSENT, FastStop, record, voices


def _upload(desk, some):
    """Upload in this process, with waits that are only noted."""
    api = Api(KEY, desk.sandbox.base_url, timeouts=Timeouts(read_s=0.6))
    with api, Ledger.open(desk.out / "ledger.sqlite3") as ledger:
        return upload(desk.out, some, voices(some), api, ledger, pace=Pace(settle_s=5.0), stop=FastStop())


@pytest.mark.parametrize(
    ("fault", "code", "said"),
    [
        (FAULTS["list-error"], 1, "settles nothing; nothing was changed: try again"),
        (FAULTS["list-html"], 1, "cannot be read"),
        (FAULTS["list-drop"], 1, "broke or timed out"),
        (FAULTS["list-slow"], 1, "timed out"),
        (FAULTS["list-empty"], 1, "lists no voice at all, though the account held 4"),
        (FAULTS["list-half"], 1, "lists 2 of the 4 voices"),
        (FAULTS["list-unauthorized"], 4, "does not accept the key"),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_r07_nothing_is_sent_while_the_list_is_not_to_be_trusted(desk, fault, code, said):
    assert _upload(desk, prepare(desk.out, 4, 0.2)).exit_code == 0
    some = prepare(desk.out, 6, 0.2)
    desk.sandbox.state.faults = (fault,)
    report = _upload(desk, some)
    assert (report.exit_code, said in report.stopped) == (code, True), report.stopped
    assert [entry.outcome for entry in report.receipts] == [*[Outcome.ALREADY] * 4, *[Outcome.NOT_SENT] * 2]
    assert desk.sandbox.state.create_calls == 4
    desk.sandbox.state.faults = ()
    assert _upload(desk, some).exit_code == 0
    desk.expect_each_once(6)


def test_r07_the_exit_code_says_try_again_later(desk):
    prepare(desk.out, 4, 0.2)
    assert desk.upload().code == 0
    prepare(desk.out, 6, 0.2)
    desk.sandbox.state.faults = (FAULTS["list-half"],)
    ended = desk.upload()
    assert (ended.code, "Stopped: Nothing was sent, because the service lists 2 of the 4" in ended.said) == (1, True)
    assert desk.sandbox.state.create_calls == 4


def test_r07_a_list_that_fails_for_a_moment_is_read_again(desk):
    prepare(desk.out, 2, 0.2)
    desk.sandbox.state.plan(lists=[FAULTS["list-error"], FAULTS["list-drop"]])
    assert desk.upload().code == 0
    desk.expect_each_once(2)


@pytest.mark.parametrize("fault", ["list-error", "list-empty", "list-half"])
def test_r07_a_list_that_fails_afterwards_never_means_absent(desk, fault):
    _upload(desk, prepare(desk.out, 4, 0.2))
    some = prepare(desk.out, 5, 0.2)
    desk.sandbox.state.plan([FAULTS["drop-after"]], lists=[None])
    desk.sandbox.state.faults = (FAULTS[fault],)
    assert _upload(desk, some).exit_code == 1
    assert desk.states() == [*[State.DONE] * 4, State.UNKNOWN]
    desk.sandbox.state.faults = ()
    assert _upload(desk, some).exit_code == 0
    assert desk.sandbox.state.create_calls == 5
    desk.expect_each_once(5)


def test_r07_a_person_may_vouch_for_the_list(desk):
    prepare(desk.out, 4, 0.2)
    desk.upload()
    for number in (9001, 9002):
        del desk.sandbox.state.voices[number]
    prepare(desk.out, 5, 0.2)
    assert desk.upload().code == 1
    ended = desk.upload(*QUICK, "--trust-list")
    assert ended.code == 0
    assert "voice 9001 was made of it and is deleted" in ended.said
    assert desk.sandbox.state.create_calls == 5
    assert desk.upload().code == 0, "said once is enough"
    assert desk.sandbox.state.create_calls == 5


ITEM = Item(
    "a1b2c3d4e5f60718" + "0" * 48, "a.wav", "s", {"voice_name": "Mia", "gender": "2"}, "acc", "https://x.test", "c"
)


def _entries(count):
    others = [{"id": number, "voice_name": f"Voice {number}", "new": {"deep": [1]}} for number in range(1, count)]
    odd = [{"id": 5, "voice_name": "again"}, {"id": 6, "voice_name": None}, {"voice_name": "no id"}, 7, None, ["x"],
           {"id": "8"}, {"id": True}, {"id": 50_000, "description": 5, "gender": "2", "age": None}]  # fmt: skip
    return [*others, *odd]


def test_r20_a_list_of_ten_thousand_odd_voices():
    own = {"id": 60_000, "voice_name": "Mia", "description": f"Calm [voiceprep:{ITEM.marker}]"}
    text = json.dumps([*_entries(10_000), own])
    tracemalloc.start()
    listed = list_of(text)
    match = find_match(ITEM, listed, before=set(range(10_000)), known=set())
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak_bytes < 200e6
    assert (len(listed.voices), listed.malformed) == (10_001, 6)
    assert ([voice.id for voice in match.voices], match.certainty) == ([60_000], Certainty.MARKED)
    assert find_match(replace(ITEM, key="f" * 64), listed, before=set(range(10_000)), known={60_000}).certainty is (
        Certainty.POSSIBLE
    ), "a new voice without a name may be ours"


LOST = Fault("lost", "", cut=Cut.SILENT, creates=True)


def _lost(desk, habit, descriptions=("Calm and close, for audiobooks", "Bright"), names=("Mia", "Leo")):
    """Upload two samples to a service with a habit that loses both answers."""
    desk.sandbox.state.plan([replace(LOST, **habit), replace(LOST, **habit)])
    some = [record(desk.out, f"{number}.wav", seed=number + 1) for number in range(2)]
    choose = {
        entry.path: Voice(name=name, gender="female", age=30, description=text, consent=CONSENT)
        for entry, name, text in zip(some, names, descriptions, strict=True)
    }
    api = Api(KEY, desk.sandbox.base_url, timeouts=Timeouts(read_s=0.2))
    with api, Ledger.open(desk.out / "ledger.sqlite3") as ledger:
        return upload(desk.out, some, choose, api, ledger, pace=Pace(settle_s=0.3))


@pytest.mark.parametrize("habit", [{"description_limit": 10}, {"description_limit": 0}, {"renames": True}])
def test_r21_a_voice_that_was_changed_is_found_by_what_is_new(desk, habit):
    report = _lost(desk, habit)
    assert [entry.outcome for entry in report.receipts] == [Outcome.DONE] * 2
    assert [entry.voice_id for entry in report.receipts] == [9001, 9002]
    assert desk.sandbox.state.create_calls == 2


@pytest.mark.parametrize("limit", [0, 10])
def test_r21_two_that_cannot_be_told_apart_are_left_to_a_person(desk, limit):
    same = ("Calm and close, for audiobooks", "Calm and close, for children")
    report = _lost(desk, {"description_limit": limit}, descriptions=same, names=("Mia", "Mia"))
    assert [entry.state for entry in report.receipts] == [State.NEEDS_HUMAN] * 2
    assert "it may be voice 9001 (Mia) or 9002 (Mia)" in report.receipts[0].message
    assert (desk.sandbox.state.create_calls, report.exit_code) == (2, 1)


@pytest.mark.parametrize(("limit", "first"), [(0, State.NEEDS_HUMAN), (10, State.DONE)])
def test_r21_a_new_voice_of_another_name_without_a_marker_is_not_taken_and_not_repeated(desk, limit, first):
    report = _lost(desk, {"description_limit": limit, "renames": True}, names=("Mia", "Mia"))
    assert [entry.state for entry in report.receipts] == [first, State.NEEDS_HUMAN]
    assert first is State.NEEDS_HUMAN or report.receipts[0].voice_id == 9001, "what is left of its description tells"
    assert desk.sandbox.state.create_calls == 2


def test_r21_where_descriptions_are_not_listed_nothing_is_sent_again(desk):
    some = [record(desk.out, f"{number}.wav", seed=number + 1) for number in range(2)]
    choose = {entry.path: Voice(name=entry.path, gender="female", consent=CONSENT) for entry in some}
    desk.sandbox.state.plan([FAULTS["hides"], FAULTS["drop"]])
    api = Api(KEY, desk.sandbox.base_url, timeouts=Timeouts(read_s=0.2))
    with api, Ledger.open(desk.out / "ledger.sqlite3") as ledger:
        report = upload(desk.out, some, choose, api, ledger, pace=Pace(settle_s=0.3))
    assert [entry.state for entry in report.receipts] == [State.DONE, State.NEEDS_HUMAN]
    assert "the service does not list descriptions as they were sent" in report.receipts[1].message
    assert desk.sandbox.state.create_calls == 2


def test_a_list_that_lags_behind_this_very_run_never_means_absent(desk):
    some = prepare(desk.out, 3, 0.2)
    desk.sandbox.state.plan([None, None, FAULTS["drop"]], lists=[None])
    desk.sandbox.state.faults = (FAULTS["list-half"],)
    assert _upload(desk, some).exit_code == 1
    assert desk.states() == [State.DONE, State.DONE, State.UNKNOWN]
    assert desk.sandbox.state.create_calls == 3
    desk.sandbox.state.faults = ()
    assert _upload(desk, some).exit_code == 0
    desk.expect_each_once(3)
