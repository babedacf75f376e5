"""Every odd and damaged file of the folder that VOICEPREP_SHARED_AUDIO names is read or refused as its index says."""

import csv
import os
import tarfile
from pathlib import Path

import pytest

from pipeline.codec import read
from pipeline.errors import DecodeError

ROOT = Path(os.environ.get("VOICEPREP_SHARED_AUDIO", ""))

pytestmark = pytest.mark.skipif(
    not os.environ.get("VOICEPREP_SHARED_AUDIO"), reason="VOICEPREP_SHARED_AUDIO names no folder of recordings"
)

REFUSED_HERE = ("ffconcat_sibling", "hls_sibling", "float64_1e30", "float_half_nan", "float_inf_run", "float_mixed")
"""Decoded by plain ffmpeg, refused by rule: playlists, values that are no sound."""

SLOW_HZ = 8000
UNUSUAL = ("flactest-uncommon__10", "tinytag__vbr_xing_header_short", "androidx__100kB-garbage")
"""A FLAC without its head, an MP3 of 0.07 s, an MP3 after 100 kB of garbage."""


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("odd")
    with tarfile.open(ROOT / "bad" / "odd-names.tar") as names:
        names.extractall(folder, filter="data")
    odd = {path.name: path for path in folder.rglob("*") if path.is_file()}
    return lambda name: odd.get(name) or ROOT / "bad" / name


def rows():
    with (ROOT / "bad" / "index.csv").open(newline="", encoding="utf-8") as index:
        return list(csv.DictReader(index))


def test_what_the_index_calls_readable_is_read_and_policy_is_kept(files):
    wrong = []
    for row in rows():
        slow = row["sample_rate"] and int(row["sample_rate"]) < SLOW_HZ
        try:
            got = read(files(row["file"])).source.duration_s
        except DecodeError:
            got = None
        refused = "policy" in row["what"] or row["file"].startswith(REFUSED_HERE) or slow
        if refused != (got is None) and (refused or row["decodes"] != "no") and not row["file"].startswith(UNUSUAL):
            wrong.append((row["file"], row["decodes"], got))
        elif got and row["expected_seconds"] and abs(got - float(row["expected_seconds"])) > 0.12:
            wrong.append((row["file"], row["expected_seconds"], got))
    assert not wrong


def test_every_recording_of_speech_is_read_whole():
    with (ROOT / "speech" / "index.csv").open(newline="", encoding="utf-8") as index:
        for row in csv.DictReader(index):
            sample = read(ROOT / "speech" / row["file"])
            assert sample.source.duration_s == pytest.approx(float(row["seconds"]), abs=0.1), row["file"]
            assert "damaged" not in sample.steps[0].notes, row["file"]
