from pipeline.report.pace import TOLD_EVERY_S, Pace


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


def test_time_left_is_by_the_pace_so_far():
    clock = Clock()
    pace = Pace(clock)
    assert pace.say("a", 20.0, 7220.0) == ""
    clock.now += 10.0
    assert pace.say("a", 2020.0, 7220.0) == "28%, 0:26 left"
    assert pace.say("b", 5.0, 10.0) == ""  # another file has a pace of its own
    clock.now += 2.0
    assert pace.say("b", 5.001, 10.0) == "50%, 2:46:38 left"


def test_nothing_is_said_of_a_standstill_or_of_nothing():
    clock = Clock()
    pace = Pace(clock)
    pace.say("a", 1.0, 10.0)
    clock.now += 5.0
    assert pace.say("a", 1.0, 10.0) == ""
    assert pace.say("empty", 0.0, 0.0) == ""


def test_a_log_gets_a_line_now_and_then():
    clock = Clock()
    pace = Pace(clock)
    due = []
    for _ in range(25):
        due.append(pace.is_due("a"))
        clock.now += 1.0
    assert (due.count(True), due.index(True)) == (2, round(TOLD_EVERY_S))
