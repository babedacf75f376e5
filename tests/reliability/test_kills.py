"""R1, R2, R18: an upload that is killed, stopped or interrupted anywhere."""

import random
import signal
import time

import pytest

from pipeline.sandbox import FAULTS, Cut, Fault
from pipeline.service import State
from pipeline.service.crash import POINTS
from tests.reliability.helpers import LONG, prepare

FILES, KILLS = (50, 8) if LONG else (20, 4)
LATE = Fault("late", "", cut=Cut.SILENT, creates=True, commit_after_s=0.4)


@pytest.mark.parametrize("seed", range(20 if LONG else 2))
def test_r01_killed_at_random_times(desk, seed):
    rng = random.Random(seed)
    prepare(desk.out, FILES)
    desk.sandbox.state.faults = (Fault("takes its time", "", creates=True, delay_s=0.04),)  # so that kills hit calls
    codes = [desk.kill_after(rng.uniform(0.3, 1.1)).code for _ in range(KILLS)]
    assert -signal.SIGKILL in codes
    last = desk.upload()
    assert last.code == 0, last.said
    desk.expect_each_once(FILES)
    print(f"seed {seed}: {desk.killed_calls()} of {KILLS} kills hit a call, {desk.sandbox.state.create_calls} calls")


@pytest.mark.parametrize("position", [1, 3, 5] if LONG else [3])
@pytest.mark.parametrize("point", [point for point in POINTS if point not in {"reconciling", "recording"}])
def test_r02_killed_at_every_named_point(desk, point, position):
    prepare(desk.out, 5)
    assert desk.upload(crash_at=f"{point}:{position}").code == -signal.SIGKILL
    assert len(desk.sandbox.state.voices) <= 5
    last = desk.upload()
    assert last.code == 0, last.said
    desk.expect_each_once(5)


@pytest.mark.parametrize("position", [1, 2, 3] if LONG else [2])
def test_r02_killed_while_lost_answers_are_looked_for(desk, position):
    prepare(desk.out, 3)
    desk.sandbox.state.plan([LATE] * 3)
    assert desk.upload(crash_at=f"reconciling:{position}").code == -signal.SIGKILL
    last = desk.upload()
    assert last.code == 0, last.said
    desk.expect_each_once(3)


def test_r02_killed_before_the_records_are_written(desk):
    prepare(desk.out, 3)
    assert desk.upload(crash_at="recording").code == -signal.SIGKILL
    assert desk.upload().code == 0
    desk.expect_each_once(3)
    assert (desk.out / "records.jsonl").read_text().count('"state":"DONE"') == 3


def _signalled(desk, number, times=1):
    """Start an upload, send it a signal amid its first create call, and return how long it then took to end."""
    process = desk.start("--settle-s", "1", "--timeout-s", "60")
    while not desk.sandbox.state.create_calls:
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    start_s = time.monotonic()
    for _ in range(times):
        time.sleep(0.2)
        process.send_signal(number)
    return desk.end(process), time.monotonic() - start_s


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_r18_a_signal_lets_the_request_under_way_finish(desk, number, code):
    prepare(desk.out, 3)
    desk.sandbox.state.plan([Fault("slow", "", creates=True, delay_s=1.0)])
    ended, took_s = _signalled(desk, number)
    assert ended.code == code
    assert took_s < 5
    assert desk.states() == [State.DONE]
    assert "the same command goes on from there" in ended.said
    assert desk.upload().code == 0
    desk.expect_each_once(3)


def test_r18_a_request_that_does_not_finish_is_unknown(desk):
    prepare(desk.out, 2)
    desk.sandbox.state.plan([Fault("hangs", "", creates=True, delay_s=8.0)])
    ended, took_s = _signalled(desk, signal.SIGTERM)
    assert (ended.code, desk.states()) == (143, [State.UNKNOWN])
    assert 3 < took_s < 5.5
    assert desk.upload().code == 0
    desk.expect_each_once(2)


def test_r18_a_second_signal_ends_at_once(desk):
    prepare(desk.out, 2)
    desk.sandbox.state.plan([Fault("hangs", "", creates=True, delay_s=8.0)])
    ended, took_s = _signalled(desk, signal.SIGINT, times=2)
    assert ended.code == 130
    assert took_s < 2
    assert desk.states() == [State.SENDING]
    assert desk.upload().code == 0
    desk.expect_each_once(2)


def test_r18_a_signal_while_nothing_is_sent_ends_at_once(desk):
    prepare(desk.out, 1)
    desk.sandbox.state.plan([FAULTS["drop"]])
    process = desk.start("--settle-s", "60", "--timeout-s", "1")
    while not desk.sandbox.state.create_calls:
        time.sleep(0.01)
    time.sleep(0.5)
    start_s = time.monotonic()
    process.send_signal(signal.SIGINT)
    ended = desk.end(process)
    assert ended.code == 130
    assert time.monotonic() - start_s < 3
    assert desk.states() == [State.UNKNOWN]
    assert "the next upload looks for it first" in ended.said or "Stopped" in ended.said
    assert desk.upload().code == 0
    desk.expect_each_once(1)
