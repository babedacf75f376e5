"""What is quick says what is slow: the same records, on takes with every repair, of every kind."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from pipeline import load_profile, process_file
from pipeline.codec import read
from pipeline.engine.unit import process_group
from pipeline.sources import SourceFile, SourceGroup
from tests.slow import as_the_books

SAMPLES = Path(__file__).parents[1] / "samples"
TAKES = (
    "damaged/mains-hum.aac",
    "damaged/fan-noise.mp3",
    "damaged/clipped.flac",
    "damaged/dc-offset.mp3",
    "mia/greeting.ogg",
    "stereo at 48 kHz",
    "of minutes",
    "of many clips",
)
PLAN = load_profile()


def stereo(file):
    """Write a noisy take of two channels, with rumble, and with clicks in one of them."""
    wave, rng = read(SAMPLES / "lucia/mercado.ogg").audio.wave[0, : 20 * 48_000], np.random.default_rng(1)
    rumble = 0.01 * np.sin(2.0 * np.pi * 20.0 * np.arange(wave.size) / 48_000)
    both = np.stack([wave, 0.7 * wave]) + rumble + 0.003 * rng.standard_normal((2, wave.size))
    both[0, 100_000::200_000] += 0.3
    soundfile.write(file, both.T, 48_000, subtype="PCM_24")


def of_minutes(file):
    """Write a take of four minutes, some of them noisy, of which the best part is taken."""
    wave = read(SAMPLES / "mia/harbour.flac").audio.wave[0]
    noise = np.random.default_rng(2).standard_normal(wave.size) * 0.02
    soundfile.write(file, np.concatenate([wave + noise, wave, wave, wave + noise, wave, wave + noise]), 22_050)


def processed(take, folder):
    """Return the record of a take."""
    folder.mkdir(exist_ok=True)
    if take == "of many clips":
        files = [SAMPLES / f"mia/{name}" for name in ("greeting.ogg", "hello.wav", "market.m4a")]
        group = SourceGroup("mia", tuple(SourceFile(file, file.name) for file in files))
        return process_group(PLAN, group, folder)
    if take == "stereo at 48 kHz":
        stereo(folder / "take.wav")
    elif take == "of minutes":
        of_minutes(folder / "take.wav")
    else:
        return process_file(PLAN, SAMPLES / take, folder)
    return process_file(PLAN, folder / "take.wav", folder)


@pytest.fixture(params=TAKES, scope="module")
def records(request, tmp_path_factory):
    quick = processed(request.param, tmp_path_factory.mktemp("quick"))
    with as_the_books():
        slow = processed(request.param, tmp_path_factory.mktemp("slow"))
    return quick, slow


def test_the_verdict_the_findings_and_the_steps_are_the_same(records):
    quick, slow = records
    assert quick.error is None
    assert quick.status == slow.status
    assert [(one.code, one.severity, one.at_s) for one in quick.findings] == [
        (one.code, one.severity, one.at_s) for one in slow.findings
    ]
    assert [(one.name, one.kept) for one in quick.steps] == [(one.name, one.kept) for one in slow.steps]
    assert quick.output is None or quick.output.duration_s == slow.output.duration_s


@pytest.mark.parametrize("side", ["before", "after"])
def test_the_measures_are_the_same(records, side):
    """To a thousandth, which is the step of log-MMSE's table; the rest rounds as float32 does."""
    quick, slow = (getattr(record, side) for record in records)
    if quick is None or slow is None:
        assert quick is slow
        return
    assert {name for name in quick if quick[name] is None} == {name for name in slow if slow[name] is None}
    for name, value in quick.items():
        if value is not None:
            assert value == pytest.approx(slow[name], rel=1e-3, abs=1e-3), name


def test_the_scores_are_the_same(records):
    quick, slow = (record.score for record in records)
    assert quick.before == pytest.approx(slow.before, abs=0.1)
    assert quick.after == pytest.approx(slow.after, abs=0.1)
