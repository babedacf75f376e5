"""``report``, ``explain``, ``guide``; what `run` and `check` write beside the records; what the shell completes."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest

from pipeline.cli.output import wrapped
from pipeline.sources import AUDIO_SUFFIXES, COMMON_SUFFIXES

SAMPLES = Path(__file__).parents[2] / "samples"
GOOD, SHORT, TEXT = (SAMPLES / name for name in ("mia/market.m4a", "mia/hello.wav", "damaged/not-audio.mp3"))


def test_run_writes_the_page_and_says_where(cli, tmp_path):
    ended = cli("run", GOOD, SHORT, "-o", tmp_path)
    assert ended.out.splitlines()[-1] == f"Look and listen: {tmp_path / 'report.html'}"
    assert (tmp_path / "report.html").read_text().count('<li class="sample ') == 2
    assert {path.name for path in (tmp_path / "report").iterdir()} == {
        "market.m4a.json", "market.m4a.before.flac", "hello.wav.json", "hello.wav.before.flac", "hello.wav.after.flac",
    }  # fmt: skip


def test_the_page_can_be_left_out(cli, tmp_path):
    ended = cli("run", SHORT, "-o", tmp_path, "--no-report")
    assert "Look and listen" not in ended.out
    assert not (tmp_path / "report.html").exists()
    assert not (tmp_path / "report").exists()


def test_what_is_for_the_page_is_no_new_take(cli, tmp_path):
    cli("run", SHORT, GOOD, "-o", tmp_path / "out")
    (tmp_path / "take.wav").write_bytes(SHORT.read_bytes())
    document = json.loads(cli("check", tmp_path, "--json").out)
    assert [record["path"] for record in document["records"]] == ["take.wav"]


def test_report_writes_it_again_from_the_records(cli, tmp_path):
    cli("run", SHORT, "-o", tmp_path)
    page = tmp_path / "report.html"
    before = page.read_text()
    page.unlink()
    assert cli("report", tmp_path).out == f"Look and listen: {page}\n"
    assert page.read_text() == before
    assert "data:audio/mpeg" not in before


def test_a_page_that_holds_its_sound_stands_beside_the_page(cli, tmp_path):
    """To send a page must not make of the one at hand one that is many times as large."""
    cli("run", SHORT, "-o", tmp_path)
    before = (tmp_path / "report.html").read_text()
    ended = cli("report", tmp_path, "--embed")
    sent = tmp_path / "report-embedded.html"
    assert ended.out == f"Look and listen: {sent}\n"
    assert "putting the sound of samples into the page" in ended.err.lower()
    assert f"({sent.stat().st_size / 1e6:.1f} MB)" in ended.err
    assert "data:audio/mpeg;base64," in sent.read_text()
    assert (tmp_path / "report.html").read_text() == before


def test_report_of_nothing_is_wrong_usage(cli, tmp_path):
    ended = cli("report", tmp_path)
    assert ended.code == 2
    assert "prepare samples first" in ended.err


def test_select_writes_the_page_too(cli, tmp_path):
    ended = cli("select", SHORT, "-o", tmp_path)
    assert "Look and listen" in ended.out
    assert (tmp_path / "report.html").is_file()


@pytest.mark.parametrize("command", ["check", "run"])
def test_junit_has_every_sample(cli, tmp_path, command):
    out = ("-o", tmp_path / "out") if command == "run" else ()
    cli(command, GOOD, SHORT, TEXT, *out, "--junit", tmp_path / "verdicts.xml")
    root = ElementTree.parse(tmp_path / "verdicts.xml").getroot()
    assert root.attrib == {"tests": "3", "failures": "1", "errors": "1"}


@pytest.mark.parametrize("command", ["check", "run"])
def test_junit_into_no_folder_is_refused_before_any_work(cli, tmp_path, command):
    out = ("-o", tmp_path / "out") if command == "run" else ()
    ended = cli(command, SHORT, *out, "--junit", tmp_path / "nowhere/verdicts.xml")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == (
        f"voiceprep: There is no folder {tmp_path / 'nowhere'} for --junit: make it first, or name another file.\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_junit_may_lie_in_what_the_run_makes(cli, tmp_path):
    assert cli("run", SHORT, "-o", tmp_path / "out", "--junit", tmp_path / "out/verdicts.xml").code == 0
    assert (tmp_path / "out/verdicts.xml").is_file()


def test_check_writes_nothing(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cli("check", SHORT)
    names = [file.name for file in tmp_path.iterdir()]
    assert all(name.startswith(".coverage.") for name in names), names  # written by who measures the tests


def test_check_says_what_a_run_would_mend(cli):
    clipped = SAMPLES / "damaged/clipped.flac"
    hint = "This is how it is now. `voiceprep run` mends clipping: try it before you record again."
    assert cli("check", clipped).out.splitlines()[-1] == hint
    assert "mends clipping in 1 of 2: try it" in cli("check", clipped, SHORT).out
    assert hint not in cli("check", clipped, "--profile", "archive").out
    assert hint not in cli("check", clipped, SHORT, "--quiet").out
    assert hint not in cli("check", SHORT).out


def test_explain_lists_and_explains(cli):
    listed = cli("explain").out.splitlines()
    assert len(listed) == 31
    assert listed[5].startswith("echo             The room is heard")
    told = cli("explain", "echo").out
    assert told.startswith("## echo\n\n**What it is.**")
    assert "## clipping" not in told
    assert "## clipping" in cli("explain", "--all").out
    (entry,) = json.loads(cli("explain", "echo", "--json").out)
    assert entry["code"] == "echo"
    assert entry["What can be mended"].startswith("Nothing")


def test_explain_knows_what_was_meant(cli):
    ended = cli("explain", "cliping")
    assert ended.code == 2
    assert ended.err == "voiceprep: There is no finding 'cliping': did you mean clipping?\n"


def test_guide_has_a_text_to_read(cli):
    told = cli("guide").out
    assert "> Before sunrise" in told
    assert "hand's breadth" in told


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("trm.pad_s=1", "has no step trm: did you mean trim?"),
        ("trim.pad=1", "trim has no parameter pad: did you mean pad_s?"),
        ("grade.acept_score=3", "grade.acept_score: there is no such field: did you mean accept_score?"),
        ("grade.parts.snr.review=3", "there is no such field: did you mean review_below?"),
        ("grade.parts.revreb.review_below=3", "there is no grade.parts.revreb: did you mean reverb?"),
        ("encode.subtyp=PCM_24", "did you mean subtype?"),
        ("select.second=3", "did you mean seconds?"),
    ],
)
def test_set_knows_what_was_meant(cli, setting, said):
    ended = cli("check", SHORT, "--set", setting)
    assert ended.code == 2
    assert said in ended.err


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("voiceprep ex", {"explain"}),
        ("voiceprep explain cli", {"clipping", "clicks"}),
        ("voiceprep run --profile str", {"strict"}),
        ("voiceprep check --set trim.", {"trim.pad_s=", "trim.max_pause_s="}),
        ("voiceprep check --set grade.parts.reverb.c", {"grade.parts.reverb.credit="}),
    ],
)
def test_the_shell_completes(words, offered):
    environment = os.environ | {
        "_VOICEPREP_COMPLETE": "complete_bash",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split()) - 1),
    }
    ended = subprocess.run(
        [sys.executable, "-m", "pipeline"], env=environment, capture_output=True, text=True, timeout=30, check=False
    )
    assert set(ended.stdout.split()) == offered


@pytest.fixture
def takes(tmp_path):
    folder = tmp_path / "takes"
    folder.mkdir()
    for number in range(12):
        (folder / f"{number}.m4a").write_bytes(GOOD.read_bytes())
    return folder


def begun(*arguments):
    """Start a command as a terminal does: with a group of its own."""
    command = [sys.executable, "-m", "pipeline", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)


def interrupted(process):
    """Send Ctrl-C to all of the group, as a terminal does; return what was said to standard error."""
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert "Traceback" not in said
    return said


def test_ctrl_c_stops_and_says_how_to_go_on(cli, takes, tmp_path):
    process = begun("run", takes, "-o", tmp_path / "out", "--jobs", "1")
    journal = tmp_path / "out/.journal.jsonl"
    deadline_s = time.monotonic() + 60.0
    while not (journal.is_file() and journal.read_text().count("\n") >= 2):
        assert time.monotonic() < deadline_s
        time.sleep(0.02)
    said = interrupted(process)
    assert process.returncode == 130
    finished = journal.read_text().count("\n")
    told = re.search(r"stopped\. (\d+) of 12 (?:is|are) finished and kept: the same command goes on from there\.", said)
    assert told
    assert int(told[1]) in {finished - 1, finished}  # the last may be written and not told of yet
    unfinished = cli("report", tmp_path / "out")
    assert unfinished.code == 2
    assert "There is an unfinished run in" in unfinished.err
    said, _ = begun("run", takes, "-o", tmp_path / "out").communicate(timeout=120)
    assert f"({finished} unchanged since the last run)" in said


def test_ctrl_c_in_a_check_claims_nothing(takes):
    process = begun("check", takes, "--jobs", "1")
    assert process.stderr.readline().startswith("[1/12]")
    assert "stopped. `check` keeps nothing: the same command begins anew." in interrupted(process)
    assert process.returncode == 130


@pytest.mark.parametrize("after_s", [0.1, 0.2, 0.3, 0.35, 0.4, 0.5])
def test_ctrl_c_at_once_shows_no_traceback(takes, after_s):
    code = "import pipeline.__main__ as it; print(flush=True); it.main()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "check", str(takes)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    process.stdout.readline()  # what comes before is not ours
    time.sleep(after_s)
    interrupted(process)
    assert process.returncode in {130, -signal.SIGINT}  # a shell calls both 130


def test_errors_are_wrapped_at_words_in_a_terminal_only(cli, tmp_path):
    assert set(COMMON_SUFFIXES) < AUDIO_SUFFIXES
    said = cli("check", tmp_path).err
    assert said.endswith("looked for .wav .flac .mp3 .m4a .aac .ogg .opus .wma .mp4 .webm and others.\n")
    assert said.count("\n") == 1
    lines = wrapped(said, 40).splitlines()
    assert " ".join(lines) == said.strip()
    assert all(len(line) <= 40 or " " not in line for line in lines)
