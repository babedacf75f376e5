import json

import numpy as np
import pytest
import soundfile

from pipeline.errors import DecodeError
from pipeline.plan import Selection
from pipeline.profile import load_profile
from pipeline.selection import assemble
from pipeline.selection.likeness import UNLIKE
from pipeline.selection.picture import draw_likeness
from tests.recordings import RATE, clips, man, woman

PLAN = load_profile("clone")
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Six clips of a woman, one of them noisy, two of a man, a copy in another container, and a broken file."""
    folder = tmp_path_factory.mktemp("takes") / "mia"
    folder.mkdir()
    own = [clip.copy() for clip in clips(woman(), 5.0, 7)]
    own[3] += 0.03 * np.random.default_rng(1).standard_normal(own[3].size).astype(np.float32)
    for number, wave in enumerate(own):
        soundfile.write(folder / f"own{number}.wav", 0.5 * wave if number == 2 else wave, RATE)
    for number, wave in enumerate(clips(man(), 5.0, 2)):
        soundfile.write(folder / f"other{number}.flac", wave, RATE)
    soundfile.write(folder / "copy1.mp3", 0.7 * own[1], RATE)
    (folder / "broken.wav").write_text("nothing")
    return folder


@pytest.fixture(scope="module")
def assembled_sample(folder):
    files = {file.name: file for file in sorted(folder.iterdir())}
    return assemble("mia", files, PLAN, Selection(60.0, 15.0))


def test_intruders_copies_noise_and_broken_files_are_left_out_with_the_reason(assembled_sample):
    notes = assembled_sample.steps[0].notes
    told = {clip["path"]: clip for clip in notes["clips"]}
    assert {path for path, clip in told.items() if clip["used"]} == {
        f"own{number}.wav" for number in (0, 1, 2, 4, 5, 6)
    }
    assert [told[f"other{number}.flac"]["reason"] for number in (0, 1)] == ["unlike", "unlike"]
    assert all(told[f"other{number}.flac"]["unlike"] >= UNLIKE for number in (0, 1))
    assert "another speaker: pitch" in told["other0.flac"]["why"]
    assert (told["copy1.mp3"]["why"], told["copy1.mp3"]["reason"]) == ("the same sound as own1.wav", "copy")
    assert "more noise under the voice than the others" in told["own3.wav"]["why"]
    assert notes["unread"] == {"broken.wav": "This is no sound file of a known kind: export it as WAV or FLAC."}


def test_the_softer_clip_is_brought_up(assembled_sample):
    notes = assembled_sample.steps[0].notes
    gains = dict(zip([entry[1] for entry in notes["map"]], notes["gains_db"], strict=True))
    others = [gain for path, gain in gains.items() if path != "own2.wav"]
    assert gains["own2.wav"] - np.median(others) == pytest.approx(6.0, abs=2.5)  # sentences differ by as much


def test_the_map_is_of_all_of_the_sample(assembled_sample):
    entries = assembled_sample.steps[0].notes["map"]
    at_s = 0.0
    for start_s, _, _, length_s in entries:
        assert start_s == pytest.approx(at_s, abs=0.002)
        at_s = start_s + length_s
    assert at_s == pytest.approx(assembled_sample.audio.duration_s, abs=0.002)


def test_it_is_never_longer_than_wanted(folder):
    files = {file.name: file for file in sorted(folder.glob("own*.wav"))}
    sample = assemble("mia", files, PLAN, Selection(12.0, 8.0))
    notes = sample.steps[0].notes
    assert 8.0 <= sum(entry[3] for entry in notes["map"]) <= 12.0 + 0.4 * len(notes["map"])  # and room tone around each
    assert "spare" in {clip.get("reason") for clip in notes["clips"]}


def test_nothing_to_assemble(folder, tmp_path):
    with pytest.raises(DecodeError, match="None of the 1 files could be read; the first: This is no sound file"):
        assemble("mia", {"broken.wav": folder / "broken.wav"}, PLAN)
    soundfile.write(tmp_path / "silent.wav", np.zeros(RATE), RATE)
    with pytest.raises(DecodeError, match="No speech was found in any of the 1 files"):
        assemble("mia", {"silent.wav": tmp_path / "silent.wav"}, PLAN)


@pytest.mark.parametrize("names", [["a.wav"], ["$x_1$.wav", "b\n<script>.wav", "c" * 200]])
def test_a_picture_of_any_names(tmp_path, names):
    told = [
        {"path": name, "start_s": 0.0, "unlike": 0.7 * n or None, "used": n == 0, "reason": "unlike"}
        for n, name in enumerate(names)
    ]
    draw_likeness("mia", told, tmp_path / "deep/mia.png")
    assert (tmp_path / "deep/mia.png").read_bytes().startswith(PNG)


def test_the_command_makes_one_sample_of_a_folder_and_does_it_once(folder, tmp_path, cli):
    run = ("select", folder.parent, "-o", tmp_path / "out", "--set", "select.least_s=15", "--json")
    ended = cli(*run)
    assert ended.code == 0
    (record,) = json.loads(ended.out)["records"]
    assert record["path"] == "mia"
    assert record["output"]["path"] == "clips/mia.wav"
    assert {step["name"] for step in record["steps"]} >= {"assemble", "trim", "encode"}
    notes = record["steps"][0]["notes"]
    assert (tmp_path / "out" / notes["picture"]).read_bytes().startswith(PNG)
    assert sum(entry[3] for entry in notes["map"]) == pytest.approx(record["output"]["duration_s"], abs=0.05)
    (left_out,) = [finding for finding in record["findings"] if finding["code"] == "left_out"]
    assert "3 for another voice, place or microphone" in left_out["message"]
    assert "1 as copies, 1 as unreadable" in left_out["message"]
    again = json.loads(cli(*run).out)
    assert again["summary"]["reused"] == 1
    assert again["records"] == [record]


def test_each_take_alone_if_asked(folder, tmp_path, cli):
    ended = cli("select", folder, "-o", tmp_path / "out", "--per", "take", "--json")
    assert ended.code == 1  # the broken one
    assert len(json.loads(ended.out)["records"]) == len(list(folder.iterdir()))


def test_a_manifest_says_who_is_one_voice(folder, tmp_path, cli):
    manifest = tmp_path / "voices.csv"
    manifest.write_text("file,voice\n" + "".join(f"own{number}.wav,../Mia\n" for number in (0, 1, 4)))
    ended = cli("select", folder, "-o", tmp_path / "out", "--manifest", manifest, "--json")
    records = {record["path"]: record for record in json.loads(ended.out)["records"]}
    assert len(records) == len(list(folder.iterdir())) - 2
    together = records["_Mia"]
    assert {clip["path"] for clip in together["steps"][0]["notes"]["clips"]} == {"own0.wav", "own1.wav", "own4.wav"}
