"""Every fault at once, drawn at random: what must hold whatever happens."""

import random
from collections import Counter
from dataclasses import replace

import pytest

from pipeline.errors import VoiceprepError
from pipeline.sandbox import FAULTS, Call
from pipeline.service import Api, Ledger, Pace, State, Timeouts, upload
from pipeline.service.marker import find_marker
from tests.reliability.helpers import KEY, LONG, prepare
from tests.service.helpers import FastStop, voices

FILES = 8
SLOW = {"slow", "list-slow", "drop-late"}
CREATES = [fault for fault in FAULTS.values() if fault.call is Call.CREATE and fault.name not in SLOW]
LISTS = [fault for fault in FAULTS.values() if fault.call is Call.LIST and fault.name not in SLOW]


def _upload(desk, some, concurrency):
    api = Api(KEY, desk.sandbox.base_url, timeouts=Timeouts(read_s=2.0))
    with api, Ledger.open(desk.out / "ledger.sqlite3") as ledger:
        pace = Pace(concurrency=concurrency, max_wait_s=20.0)
        return upload(desk.out, some, voices(some), api, ledger, pace=pace, stop=FastStop())


def _drawn(rng, faults, count, healthy):
    drawn = [None if rng.random() < healthy else rng.choice(faults) for _ in range(count)]
    return [fault and replace(fault, first_calls=None) for fault in drawn]


@pytest.mark.parametrize("seed", range(300 if LONG else 12))
def test_nothing_is_made_twice_or_lost_whatever_the_service_does(desk, seed):
    rng = random.Random(seed)
    some = prepare(desk.out, FILES, 0.05)
    state, healthy = desk.sandbox.state, rng.uniform(0.1, 0.9)
    for _ in range(rng.randint(1, 4)):
        state.plan(_drawn(rng, CREATES, 12, healthy), _drawn(rng, LISTS, 12, 0.7))
        try:
            _upload(desk, some, rng.choice([1, 3]))
        except VoiceprepError as error:
            raise AssertionError("the ledger is whole") from error
        state.script.clear()
        state.list_script.clear()
        _expect_nothing_twice(desk)
    for _ in range(2):
        last = _upload(desk, some, 1)
    _expect_nothing_twice(desk)
    with Ledger.look(desk.out / "ledger.sqlite3") as ledger:
        items = {item.audio_sha256: item for item in ledger.items()}
    assert len(items) == FILES
    assert {item.state for item in items.values()} <= {State.DONE, State.NEEDS_HUMAN}
    for voice in state.voices.values():
        item = items[voice.file_sha256]
        assert item.state is State.NEEDS_HUMAN or item.voice_id == voice.id
    done = [item for item in items.values() if item.state is State.DONE]
    assert {item.voice_id for item in done} <= set(state.voices)
    assert (last.exit_code == 0) <= (len(done) == FILES)


def _expect_nothing_twice(desk):
    made = desk.sandbox.state.voices.values()
    assert max(Counter(voice.file_sha256 for voice in made).values(), default=1) == 1
    markers = [find_marker(voice.form["description"]) for voice in made]
    assert len(set(markers)) == len(markers)
