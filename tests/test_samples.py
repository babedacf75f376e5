"""The recordings in samples/ come out as their table says."""

import csv
from pathlib import Path

import numpy as np
import pytest
import soundfile

from pipeline.engine import check, run
from pipeline.profile import load_profile
from pipeline.records import Severity

SAMPLES = Path(__file__).parent.parent / "samples"
SUFFIXES = {".wav", ".flac", ".mp3", ".m4a", ".aac", ".ogg"}


def expected():
    with (SAMPLES / "expected.csv").open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    out = tmp_path_factory.mktemp("prepared")
    return out, {record.path: record for record in run(load_profile(), [SAMPLES], out).records}


@pytest.fixture(scope="module")
def graded():
    return {record.path: record for record in check(load_profile(), [SAMPLES]).records}


def test_the_table_is_whole():
    rows = expected()
    files = {path.relative_to(SAMPLES).as_posix() for path in SAMPLES.rglob("*") if path.suffix.lower() in SUFFIXES}
    assert {row["file"] for row in rows} == files
    assert len(rows) >= 14
    assert {Path(row["file"]).suffix.lower() for row in rows} == SUFFIXES
    assert sum(path.stat().st_size for path in SAMPLES.rglob("*") if path.is_file()) < 8_000_000


@pytest.mark.parametrize("row", expected(), ids=lambda row: row["file"])
def test_each_comes_out_as_the_table_says(row, prepared, graded):
    _, records = prepared
    assert graded[row["file"]].status == row["check_status"]
    assert records[row["file"]].status == row["run_status"]
    assert set(row["codes"].split()) <= {finding.code for finding in records[row["file"]].findings}


def test_good_takes_have_nothing_to_complain_of(prepared):
    _, records = prepared
    for row in expected():
        if not row["codes"] and row["run_status"] == "accepted":
            assert {finding.code for finding in records[row["file"]].findings} <= {"peak_limited", "not_measured"}
            assert records[row["file"]].score.after > 90.0  # an MP3 of a hoarse voice leaves 91


def test_every_clip_is_what_was_promised(prepared):
    out, records = prepared
    written = [record for record in records.values() if record.output]
    assert len(written) >= 10
    for record in written:
        wave, rate = soundfile.read(out / record.output.path, dtype="float32", always_2d=True)
        assert (wave.shape[1], rate) == (1, record.output.sample_rate_hz)
        assert rate <= 48000
        assert np.isfinite(wave).all()
        assert record.after["true_peak_dbtp"] <= -3.0
        limited = any(finding.code == "peak_limited" for finding in record.findings)
        assert limited or abs(record.after["loudness_lufs"] + 20.0) <= 0.3


def test_the_stated_truth_of_each_damage_is_measured(graded):
    """How the files were made is known: the measures must find it."""
    before = {name: record.before for name, record in graded.items() if record.before}
    assert before["damaged/fan-noise.mp3"]["snr_db"] == pytest.approx(20.0, abs=2.0)
    assert before["damaged/street-noise.mp3"]["snr_db"] == pytest.approx(5.0, abs=2.0)
    assert before["damaged/mains-hum.aac"]["snr_db"] == pytest.approx(15.0, abs=3.5)  # 50 Hz lies below the voice
    assert before["damaged/mains-hum.aac"]["hum_db"] > 20.0
    assert before["damaged/clipped.flac"]["clipped_ratio"] == pytest.approx(0.0196, rel=0.1)
    # in rooms under 10 dB the mean error is 4 dB, upwards
    assert before["damaged/echoing-hall.ogg"]["reverb_c50_db"] == pytest.approx(3.4, abs=5.0)
    assert before["damaged/telephone.mp3"]["bandwidth_hz"] == pytest.approx(3500.0, rel=0.1)
    assert before["damaged/quiet.flac"]["loudness_lufs"] == pytest.approx(-45.0, abs=0.3)
    assert before["mia/harbour.flac"]["snr_db"] == pytest.approx(60.0, abs=2.0)
    assert before["damaged/silence.flac"]["speech_s"] == 0.0


def test_repair_is_told(prepared):
    _, records = prepared
    fixed = {
        name: {f.code for f in record.findings if f.severity is Severity.FIXED} for name, record in records.items()
    }
    assert "quiet" in fixed["damaged/quiet.flac"]
    assert "long_pauses" in fixed["damaged/long-pauses.ogg"]
    denoise = next(step for step in records["damaged/fan-noise.mp3"].steps if step.name == "denoise")
    assert denoise.kept
    assert "lower against the voice" in denoise.why
