"""What a terminal of 80 columns shows, and what a pipe gets."""

import io
from pathlib import Path

import numpy as np
import pytest
from rich.cells import cell_len
from rich.console import Console

from pipeline.audio import Audio
from pipeline.cli.output import consoles
from pipeline.engine import Report
from pipeline.records import Finding, Record, Score, Severity, Source, Status
from pipeline.report.card import BLOCKS, COLUMNS, level_strip, show_card
from pipeline.report.live import Display, Lines, Silence, progress
from pipeline.report.terminal import show_counts_again, show_mendable, show_report
from pipeline.report.words import verdict
from pipeline.sources import SourceFile

RATE = 8000


def terminal(width=80, colours=True):
    return Console(file=io.StringIO(), force_terminal=True, width=width, color_system="standard" if colours else None)


def pipe():
    return Console(file=io.StringIO(), force_terminal=False, width=80)


def said(console):
    return console.file.getvalue()


def finding(number, severity=Severity.REVIEW, at_s=()):
    return Finding(code="noisy", severity=severity, message=f"Message {number}.", remedy="A remedy " * 8, at_s=at_s)


def record(path="take.wav", findings=(), status=Status.REVIEW, seconds=10.0):
    source = Source(container="wav", codec="pcm", sample_rate_hz=RATE, channels=1, duration_s=seconds, bytes=1000)
    return Record(path=path, status=status, score=Score(before=50.0, after=61.0), findings=findings, source=source)


LONG = "a folder with a long name/another one that is long too/and a take whose name goes on and on.flac"


def test_the_table_fits_80_columns_and_says_words_first():
    console = terminal(colours=False)
    show_report(console, Report((record(LONG, (finding(1),)), record("b.wav", status=Status.ACCEPTED))))
    lines = said(console).splitlines()
    assert lines[0] == "2 samples: 1 accepted, 1 for review."
    assert max(map(cell_len, lines)) <= 80


def test_a_terminal_lists_of_many_only_what_is_not_accepted_and_ends_with_the_counts():
    many = Report((record("bad.wav"), *(record(f"{number}.wav", status=Status.ACCEPTED) for number in range(20))))
    console = terminal(colours=False)
    show_report(console, many, all_in="records.jsonl has all")
    show_counts_again(console, many)
    lines = said(console).splitlines()
    assert sum(".wav" in line for line in lines) == 1
    assert "20 accepted are not listed (records.jsonl has all)." in lines
    assert lines[0] == lines[-1] == "21 samples: 20 accepted, 1 for review."
    console = pipe()
    show_report(console, many)
    show_counts_again(console, many)
    assert len(said(console).splitlines()) == 1 + 21


def test_a_pipe_gets_a_line_a_sample_with_tabs():
    console = pipe()
    show_report(console, Report((record(LONG, (finding(1),)), record("b.wav"))))
    assert said(console).splitlines()[1].split("\t") == ["review", "50 to 61", LONG, "Message 1."]


def test_the_card_has_three_findings_with_remedies_and_fits():
    console = terminal(colours=False)
    show_card(console, record(findings=tuple(finding(number) for number in range(5))), Audio(noise(10.0), RATE))
    text = said(console)
    assert text.startswith("review: noise (sounds 50 to 61 of 100)  take.wav")
    assert text.count("Message") == 3
    assert text.count("A remedy A remedy") >= 3
    assert "and 2 more" in text
    assert max(map(cell_len, text.splitlines())) <= 80


def test_a_limit_that_decides_is_told_from_the_score():
    limited = record(findings=(finding(1),))
    by_score = finding(2).model_copy(update={"message": "It is. The score of 61 of 100 is under 70."})
    assert verdict(limited) == ": noise (sounds 50 to 61 of 100)"
    assert verdict(record(findings=(by_score,))) == " 50 to 61 of 100"
    console = terminal(colours=False)
    show_report(console, Report((limited, record(findings=(by_score,)))))
    assert said(console).count("(50 to 61)") == 1
    assert "(Score): a limit decides, whatever the score." in said(console)


def noise(seconds, level=0.1):
    return np.random.default_rng(1).normal(0.0, level, (1, int(seconds * RATE))).astype(np.float32)


def test_the_strip_shows_level_and_places():
    wave = np.concatenate([np.zeros((1, 5 * RATE), np.float32), noise(5.0, 0.4)], axis=1)
    strip = level_strip(Audio(wave, RATE))
    assert strip == " " * (COLUMNS // 2) + BLOCKS[-1] * (COLUMNS // 2)
    console = terminal(colours=False)
    show_card(console, record(findings=(finding(1, at_s=((7.5, 7.51),)),)), Audio(wave, RATE))
    marks = said(console).splitlines()[2]
    assert marks.index("^") == 2 + 48
    assert marks.endswith(" ^ findings")
    assert cell_len(marks) <= 80


@pytest.mark.parametrize("at_s", [(), ((0.0, 8.0),)])
def test_the_strip_has_no_marks_that_tell_nothing(at_s):
    console = terminal(colours=False)
    show_card(console, record(findings=(finding(1, at_s=at_s),)), Audio(noise(10.0), RATE))
    assert "^" not in said(console)
    assert "Message" in said(console).splitlines()[2]


def test_a_card_without_findings_says_so():
    console = pipe()
    show_card(console, record(status=Status.ACCEPTED))
    assert said(console) == "accepted 50 to 61 of 100  take.wav\n  Nothing to mend.\n"


def test_counts_have_one_form():
    console = pipe()
    show_report(console, Report((record(findings=(finding(1),)), record("b.wav", status=Status.ACCEPTED))))
    assert said(console).splitlines()[-1].startswith("  1 of 2: noise. Record in a quieter room")


def test_the_strip_is_for_terminals():
    console = pipe()
    show_card(console, record(findings=(finding(1),)), Audio(noise(1.0), RATE))
    assert not set(BLOCKS[1:]) & set(said(console))
    assert "review: Message 1. A remedy" in said(console)


def test_no_color_is_heeded(monkeypatch, capsys):
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    findings = (finding(1, Severity.REJECT, ((1.0, 2.0),)), *(finding(n, Severity.NOTE) for n in range(5)))
    show_card(consoles()[0], record(findings=findings), Audio(noise(10.0), RATE))
    shown = capsys.readouterr().out
    assert BLOCKS[6] in shown
    assert "and 3 more" in shown
    assert "\x1b[3" not in shown
    assert "\x1b[2m" not in shown


def flawed(*codes, severity=Severity.REJECT):
    return record(findings=tuple(Finding(code=code, severity=severity, message="It.") for code in codes))


def test_what_a_run_mends_is_said_where_nothing_else_stands_in_the_way():
    console = pipe()
    records = (flawed("clipping", "noisy"), flawed("noisy", "hum"), flawed("quiet", severity=Severity.NOTE))
    show_mendable(console, records, {"clipping", "noisy", "hum", "quiet"})
    mended = "clipping, noise and mains hum"
    assert said(console) == (
        f"This is how it is now. `voiceprep run` mends {mended}: try it before you record again.\n"
    )
    console = pipe()
    show_mendable(console, (flawed("noisy", "echo"), flawed("hum")), {"noisy"})
    assert said(console) == ""


class Clock:
    def __init__(self):
        self.now_s = 100.0

    def __call__(self):
        return self.now_s


@pytest.fixture
def works(tmp_path):
    files = []
    for name, size in (("a.wav", 3000), ("b.wav", 1000)):
        (tmp_path / name).write_bytes(bytes(size))
        files.append(SourceFile(tmp_path / name, name))
    return files


def test_the_display_tells_count_rate_and_time_left_by_finished_files_alone(works):
    clock = Clock()
    display = Display(clock)
    display.started(works)
    assert display.told() == "0 of 2"
    clock.now_s += 6.0
    assert display.told() == "0 of 2 · 0:06 so far"
    display.finished(record("a.wav", seconds=60.0))
    assert display.told() == "1 of 2 · 10 x real time · 0:02 left"  # 3000 bytes took 6 s, 1000 are left


def test_what_was_finished_before_is_no_pace(works):
    clock = Clock()
    display = Display(clock)
    display.started(works)
    clock.now_s += 6.0
    display.finished(record("a.wav"))
    display.started(works[1:])
    assert display.told() == "1 of 2"
    clock.now_s += 5.0
    assert display.told() == "1 of 2 · 0:05 so far"
    display.finished(record("b.wav", seconds=50.0))
    assert display.told() == "2 of 2 · 10 x real time · 0:00 left"


def test_the_display_is_two_lines_that_fit(works):
    console = terminal(colours=False)
    clock = Clock()
    display = Display(clock)
    display.started(works)
    display.progressed(LONG, "select", 10.0, 100.0)
    clock.now_s += 5.0
    display.progressed(LONG, "select", 50.0, 100.0)
    console.print(display)
    lines = said(console).splitlines()
    assert len(lines) == 2
    assert max(map(cell_len, lines)) <= 80
    assert lines[1].startswith("select    a folder")


def test_a_pipe_gets_a_line_a_record(works):
    console = pipe()
    with progress(console, quiet=False) as listener:
        assert isinstance(listener, Lines)
        listener.started(works)
        listener.progressed("a.wav", "decode", 0.0, 0.0)
        listener.finished(record("a.wav"))
        listener.started(works[1:])
        listener.finished(record("b.wav"))
    assert said(console) == "[1/2] review    50 to 61  a.wav\n[2/2] review    50 to 61  b.wav\n"


def test_a_terminal_is_left_clean(works):
    console = terminal(colours=False)
    with progress(console, quiet=False) as listener:
        assert isinstance(listener, Display)
        listener.started(works)
    assert said(console).rstrip().endswith("\x1b[2K")  # what was shown is wiped


def test_quiet_is_quiet(works):
    console = terminal()
    with progress(console, quiet=True) as listener:
        assert isinstance(listener, Silence)
        listener.started(works)
        listener.progressed("a.wav", "decode", 0.0, 0.0)
        listener.finished(record())
    assert said(console) == ""
    assert Path(works[0].file).is_file()
