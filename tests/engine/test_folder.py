import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from pipeline.engine import check, pending, process_file, run
from pipeline.engine.journal import JOURNAL, RECORDS, Journal, read_records
from pipeline.errors import EncodeError, UsageError
from pipeline.labels import label
from pipeline.profile import load_profile
from pipeline.records import METRIC_NAMES, Status
from tests.signals import in_room, voice

RATE = 16000
SAMPLES = Path(__file__).parents[2] / "samples"
PLAN = load_profile("clone", ["grade.accept_score=50", "grade.parts.reverb.review_below=0", "grade.review_score=5"])
"""The made voice is no voice in a booth: only what these tests are about is judged."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder as people have it: good, noisy, short, silent, and two files that are no sound."""
    path = tmp_path_factory.mktemp("takes")
    (path / "mia").mkdir()
    good = in_room(np.tile(voice(12.0), 4), -65.0)
    soundfile.write(path / "mia/good.wav", good, RATE)
    soundfile.write(path / "mia/good.flac", good, RATE)
    soundfile.write(path / "noisy.wav", in_room(np.tile(voice(12.0), 4), -20.0), RATE)
    soundfile.write(path / "short.WAV", good[: 4 * RATE], RATE, format="WAV")
    soundfile.write(path / "silent.flac", np.zeros(5 * RATE), RATE)
    (path / "text.mp3").write_text("This is not a recording.")
    (path / "empty.wav").touch()
    return path


@pytest.fixture(scope="module")
def done(folder, tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    return out, run(PLAN, [folder], out, jobs=2)


def test_every_file_is_judged_and_none_stops_the_rest(done):
    _, report = done
    assert {record.path: record.status.value for record in report.records} == {
        "mia/good.flac": "accepted",
        "mia/good.wav": "accepted",
        "noisy.wav": "rejected",
        "short.WAV": "rejected",
        "silent.flac": "rejected",
        "text.mp3": "failed",
        "empty.wav": "failed",
    }
    assert report.counts() == {"accepted": 2, "review": 0, "rejected": 3, "failed": 2}


def test_clips_are_mono_wav_under_the_ceiling_and_no_two_sources_collide(done):
    out, report = done
    clips = sorted(path.relative_to(out).as_posix() for path in (out / "clips").rglob("*.*"))
    assert clips == ["clips/mia/good.flac.wav", "clips/mia/good.wav.wav"]
    for record in report.records:
        if record.output:
            info = soundfile.info(out / record.output.path)
            assert (info.channels, info.samplerate, info.subtype) == (1, RATE, "PCM_16")
            assert record.after["true_peak_dbtp"] <= -3.0
            assert record.output.duration_s == pytest.approx(info.duration, abs=1e-4)


def test_records_hold_every_key_of_the_contract(done):
    out, report = done
    lines = [json.loads(line) for line in (out / RECORDS).read_text().splitlines()]
    assert lines == [record.to_dict() for record in report.records]
    for line in lines:
        assert list(line) == [
            "schema", "path", "sha256", "status", "source", "before", "after", "score", "parts", "findings", "steps",
            "output", "upload", "error",
        ]  # fmt: skip
        if line["status"] != "failed":
            assert list(line["before"]) == list(line["after"])
            assert list(line["before"])[: len(METRIC_NAMES)] == list(METRIC_NAMES)
            assert [step["name"] for step in line["steps"]][:4] == ["decode", "declip", "rumble", "hum"]
            told = " ".join(finding["message"] for finding in line["findings"]).casefold()
            assert all(label(name).casefold() in told for name, value in line["before"].items() if value is None)
        else:
            assert line["error"]["message"].endswith(".")
            assert line["error"]["step"] == "decode"


def test_originals_are_not_touched(folder, done):
    assert sorted(path.name for path in folder.rglob("*.*")) == [
        "empty.wav", "good.flac", "good.wav", "noisy.wav", "short.WAV", "silent.flac", "text.mp3",
    ]  # fmt: skip


def test_a_second_run_does_only_what_is_missing_or_changed(folder, tmp_path):
    source, out = tmp_path / "takes", tmp_path / "out"
    shutil.copytree(folder, source)
    first = run(PLAN, [source], out)
    assert first.reused == 0
    soundfile.write(source / "short.WAV", in_room(voice(4.0)), RATE, format="WAV")
    (out / "clips/mia/good.flac.wav").unlink()
    todo = {name for name, needed in pending(PLAN, [source], out).items() if needed}
    assert todo == {"short.WAV", "mia/good.flac", "text.mp3", "empty.wav"}  # what failed is tried again
    told = []
    second = run(PLAN, [source], out, on_sources=lambda works: told.append({work.name for work in works}))
    assert second.reused == 3
    assert [len(names) for names in told] == [7, 4]
    assert told[1] == todo
    assert (out / "clips/mia/good.flac.wav").is_file()
    other = replace(PLAN, subtype="PCM_24")
    assert all(pending(other, [source], out).values())


def test_a_run_that_was_killed_goes_on_from_its_journal(folder, tmp_path):
    out = tmp_path / "out"
    run(PLAN, [folder], out)
    (out / RECORDS).unlink()
    lines = (out / JOURNAL).read_text().splitlines(keepends=True)
    (out / JOURNAL).write_text("".join(lines[:-1]) + lines[-1][:40])  # cut within the last line
    report = run(PLAN, [folder], out)
    assert report.reused >= 4
    assert [record.path for record in read_records(out)] == [record.path for record in report.records]


def test_another_folder_adds_to_the_records(folder, tmp_path):
    out = tmp_path / "out"
    run(PLAN, [folder / "mia"], out)
    run(PLAN, [folder / "short.WAV"], out)
    assert {record.path for record in read_records(out)} == {"good.wav", "good.flac", "short.WAV"}


def test_rejected_samples_are_kept_apart_when_asked_for(folder, tmp_path):
    report = run(PLAN, [folder / "short.WAV"], tmp_path, keep_rejected=True)
    assert report.records[0].output.path == "rejected/short.WAV.wav"
    assert (tmp_path / "rejected/short.WAV.wav").is_file()


def test_check_writes_nothing(folder):
    before = sorted(folder.rglob("*"))
    report = check(PLAN, [folder], jobs=2)
    assert sorted(folder.rglob("*")) == before
    assert {record.status for record in report.records} == {Status.ACCEPTED, Status.REJECTED, Status.FAILED}
    assert all(record.after is None and record.output is None for record in report.records)


def test_the_same_record_comes_from_one_call_and_from_the_pool(folder, done, tmp_path):
    _, report = done
    alone = process_file(PLAN, folder / "mia/good.wav", tmp_path, "mia/good.wav")
    pooled = next(record for record in report.records if record.path == "mia/good.wav")

    def without_times(record):
        return [step.model_copy(update={"elapsed_s": 0.0}) for step in record.steps]

    assert without_times(alone) == without_times(pooled)
    assert alone.model_copy(update={"steps": ()}) == pooled.model_copy(update={"steps": ()})


def test_a_bug_in_a_step_fails_the_sample_with_a_name_and_no_traceback(folder, tmp_path):
    class Bug:
        name = "bug"

        def apply(self, audio, analysis):
            raise KeyError("oops")

        def helped(self, before, after):
            raise AssertionError

    record = process_file(replace(PLAN, stages=(Bug(),)), folder / "mia/good.wav", tmp_path)
    assert record.status is Status.FAILED
    assert (record.error.step, record.error.kind) == ("bug", "StepError")


def test_what_to_fix_first_counts_samples(done):
    _, report = done
    assert dict(report.to_fix_first())["short"] >= 1
    assert report.to_dict()["summary"]["total"] == 7


def test_a_folder_that_cannot_be_written_is_said_at_once(folder, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="cannot be written"):
        run(PLAN, [folder], tmp_path / "file")


@pytest.mark.parametrize("content", [None, "{}\n", "not json\n", '{"schema": 2}\n'])
def test_records_that_are_not_there_or_not_ours_are_refused(content, tmp_path):
    if content is not None:
        (tmp_path / RECORDS).write_text(content)
    with pytest.raises(UsageError, match="voiceprep run"):
        read_records(tmp_path)


def test_a_name_that_is_no_utf_8_costs_nothing(folder, tmp_path):
    source = tmp_path / "in"
    source.mkdir()
    name = os.fsdecode(b"\xff\xfe.wav")
    shutil.copy(folder / "short.WAV", source / name)
    report = run(PLAN, [source], tmp_path / "out")
    assert [record.path for record in report.records] == ["\\xff\\xfe.wav"]
    assert read_records(tmp_path / "out") == list(report.records)


def test_a_clip_that_was_changed_is_made_again(folder, tmp_path):
    run(PLAN, [folder / "mia/good.wav"], tmp_path)
    (tmp_path / "clips/good.wav.wav").write_bytes(b"junk")
    assert run(PLAN, [folder / "mia/good.wav"], tmp_path).reused == 0
    assert soundfile.info(tmp_path / "clips/good.wav.wav").samplerate == RATE


def test_results_of_an_earlier_run_are_no_new_takes(folder, tmp_path):
    shutil.copy(folder / "mia/good.wav", tmp_path / "good.wav")
    for out in (tmp_path, tmp_path, tmp_path / "prepared", tmp_path / "strict"):
        assert [record.path for record in run(PLAN, [tmp_path], out).records] == ["good.wav"]


def test_a_clip_that_no_longer_holds_is_taken_away(folder, tmp_path):
    take, out = tmp_path / "take.wav", tmp_path / "out"
    shutil.copy(folder / "mia/good.wav", take)
    run(PLAN, [take], out)
    assert (out / "clips/take.wav.wav").is_file()
    shutil.copy(folder / "short.WAV", take)
    assert run(PLAN, [take], out).counts()["rejected"] == 1
    assert not (out / "clips/take.wav.wav").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_disk_is_a_sentence(folder, tmp_path):
    record = process_file(PLAN, folder / "text.mp3", tmp_path)
    with Journal(tmp_path) as journal:
        journal._file.close()
        journal._file = Path("/dev/full").open("wb")  # noqa: SIM115 - the journal closes it
        with pytest.raises(EncodeError, match="takes no more"):
            journal.add(record, "digest")


@pytest.mark.parametrize("end", ["\u2028", "\x85", "\x1c"], ids=["line separator", "next line", "file separator"])
def test_a_name_may_hold_what_ends_lines_elsewhere(tmp_path, end):
    (tmp_path / "takes").mkdir()
    soundfile.write(tmp_path / f"takes/one{end}two.wav", np.zeros(RATE), RATE)
    first = run(PLAN, [tmp_path / "takes"], tmp_path / "out", jobs=1)
    again = run(PLAN, [tmp_path / "takes"], tmp_path / "out", jobs=1)
    assert (first.reused, again.reused) == (0, 1)
    assert [record.path for record in read_records(tmp_path / "out")] == [f"one{end}two.wav"]


@pytest.mark.parametrize("work", [lambda take, out, stop: run(PLAN, [take], out, jobs=1, on_record=stop), None])
def test_a_stopped_run_leaves_no_folder_to_the_collector(work, tmp_path, monkeypatch):
    """Its error holds the frames in which the work goes on."""
    unpacked = tmp_path / "unpacked"
    unpacked.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(unpacked))
    work = work or (lambda take, _, stop: check(PLAN, [take], jobs=1, on_record=stop))

    def stop(record):
        raise RuntimeError("stopped")

    with pytest.raises(RuntimeError, match="stopped") as caught:
        work(SAMPLES / "mia/hello.wav", tmp_path / "out", stop)
    assert list(unpacked.glob("voiceprep-*")) == []
    del caught
