import json
from pathlib import Path

import pytest

from pipeline.engine.journal import Journal

SAMPLES = Path(__file__).parents[2] / "samples"
GOOD, SHORT, TEXT = (SAMPLES / name for name in ("mia/market.m4a", "mia/hello.wav", "damaged/not-audio.mp3"))


def test_run_writes_clips_and_records_and_says_so(cli, tmp_path):
    ended = cli("run", GOOD, SHORT, "-o", tmp_path)
    assert ended.code == 0  # a rejected sample is no failure
    assert ended.out.startswith("2 samples: 1 accepted, 1 rejected.\n")
    assert "What to fix first:\n  1 of 2: too little speech. Record 30 to 60 seconds" in ended.out
    assert (tmp_path / "clips/market.m4a.wav").is_file()
    assert len((tmp_path / "records.jsonl").read_text().splitlines()) == 2
    assert "[2/2]" in ended.err
    assert "unchanged since the last run" in cli("run", GOOD, SHORT, "-o", tmp_path).out


def test_a_file_that_cannot_be_judged_makes_exit_1(cli, tmp_path):
    ended = cli("run", TEXT, "-o", tmp_path)
    assert ended.code == 1
    assert "no sound file" in ended.out


def test_json_is_one_document_and_nothing_else(cli, tmp_path):
    ended = cli("run", GOOD, "-o", tmp_path, "--json")
    document = json.loads(ended.out)
    assert set(document) == {"records", "summary"}
    assert document["summary"]["accepted"] == 1
    assert document["records"][0] == json.loads((tmp_path / "records.jsonl").read_text())
    assert ended.err == ""


def test_quiet_prints_the_summary_only(cli, tmp_path):
    ended = cli("run", SHORT, GOOD, "-o", tmp_path, "--quiet")
    assert len(ended.out.splitlines()) == 1
    assert ended.err == ""


def test_dry_run_writes_nothing(cli, tmp_path):
    out = tmp_path / "out"
    ended = cli("run", GOOD, "-o", out, "--dry-run")
    assert (ended.code, ended.out) == (0, "would process market.m4a\n")
    assert json.loads(cli("run", GOOD, "-o", out, "--dry-run", "--json").out) == {"would_process": ["market.m4a"]}
    assert not out.exists()


@pytest.mark.parametrize(("inputs", "code"), [([GOOD], 0), ([SHORT], 3), ([GOOD, SHORT], 3), ([TEXT], 3)])
def test_check_is_a_gate(cli, inputs, code):
    assert cli("check", *inputs).code == code


def test_one_sample_is_told_with_every_remedy(cli):
    ended = cli("check", SHORT)
    assert "reject: Only 2.6 s of speech. Record 30 to 60 seconds" in ended.out


def test_min_score_moves_the_gate(cli):
    take = SAMPLES / "jonas/werkstatt.mp3"
    assert cli("check", take).code == 0
    ended = cli("check", take, "--min-score", "99", "--json")
    assert ended.code == 3
    record = json.loads(ended.out)["records"][0]
    assert record["status"] == "review"
    assert "low_score" in [finding["code"] for finding in record["findings"]]


def test_set_and_profile_reach_the_plan(cli, tmp_path):
    cli("run", GOOD, "-o", tmp_path, "--profile", "archive", "--set", "trim.pad_s=0.5")
    record = json.loads((tmp_path / "records.jsonl").read_text())
    assert [step["name"] for step in record["steps"]] == ["decode", "trim", "encode"]
    assert record["steps"][1]["params"] == {"pad_s": 0.5, "max_pause_s": 0.0}
    assert record["output"]["subtype"] == "PCM_24"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check", "nowhere.wav"], "There is no nowhere.wav"),
        (["check", SHORT, "--profile", "klone"], "There is no profile klone"),
        (["check", SHORT, "--set", "trimm.pad_s=1"], "no step trimm"),
        (["run", SHORT], "--out"),
        (["run", SHORT, "-o", "out", "--engine", "cloud"], "cloud"),
        (["run", SHORT, "-o", "out", "--jobs", "0"], "--jobs"),
        (["check"], "INPUT"),
        (["chek", SHORT], "chek"),
    ],
)
def test_wrong_usage_is_exit_2_and_one_sentence(cli, arguments, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ended = cli(*arguments)
    assert ended.code == 2
    assert said in ended.err
    assert ended.out == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("run", "What is finished is kept: the same command goes on from there."),
        ("check", "`check` keeps nothing: the same command begins anew."),
        ("calibrate", "`calibrate` keeps nothing: the same command begins anew."),
    ],
)
def test_an_interrupt_says_what_is_kept(cli, monkeypatch, tmp_path, command, said):
    def interrupted(*arguments, **keywords):
        raise KeyboardInterrupt

    monkeypatch.setattr(f"pipeline.engine.{'run' if command == 'run' else 'check'}", interrupted)
    ended = cli(command, SHORT, *(("-o", tmp_path) if command == "run" else ()))
    assert (ended.code, ended.err) == (130, f"\nvoiceprep: stopped. {said}\n")


def test_calibrate_shows_percentiles_and_a_threshold_that_holds(cli):
    found = json.loads(cli("calibrate", SAMPLES / "mia", SAMPLES / "jonas", "--accept", "0.6", "--json").out)
    assert found["metrics"]["snr_db"]["count"] == found["proposal"]["total"] == 6
    least = found["proposal"]["min_score"]
    judged = json.loads(cli("check", SAMPLES / "mia", SAMPLES / "jonas", "--min-score", least, "--json").out)
    assert judged["summary"]["accepted"] == found["proposal"]["accepted"] >= 0.6 * 6
    told = cli("calibrate", SAMPLES / "mia", "--accept", "1")
    assert told.code == 0
    assert "No score accepts 100% of 4: limits leave" in told.out


def test_a_second_run_at_once_is_exit_2_and_looking_goes_on(cli, tmp_path):
    takes, out = "samples/mia/hello.wav", tmp_path / "out"
    with Journal(out):
        refused = cli("run", takes, "-o", out)
        looked = cli("run", takes, "-o", out, "--dry-run")
    assert (refused.code, looked.code) == (2, 0)
    assert "Another run works on" in refused.err
    assert not (out / "clips").exists()
