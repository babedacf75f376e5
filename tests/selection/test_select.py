import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from pipeline.analysis import Analysis
from pipeline.audio import Audio
from pipeline.codec import read
from pipeline.codec.recording import opened
from pipeline.errors import UsageError
from pipeline.plan import Selection
from pipeline.profile import load_profile
from pipeline.records import Step
from pipeline.sample import Sample
from pipeline.selection import in_source_time, select, select_from
from pipeline.selection.cells import Cell, Judge, cut_cells
from pipeline.selection.edges import tightened
from pipeline.selection.takes import HeldTake
from pipeline.selection.windows import Ground, Window, find_windows, pause_cuts

SAMPLES = Path(__file__).parents[2] / "samples"
PLAN = load_profile("clone")
RATE = 16_000


@pytest.fixture(scope="module")
def parts():
    """Forty seconds of one clean voice, the same with noise and clipped, and another voice."""
    import librosa

    def wave(name):
        audio = read(SAMPLES / name).audio
        return librosa.resample(audio.wave[0], orig_sr=audio.sample_rate_hz, target_sr=RATE)

    clean, other = wave("mia/harbour.flac"), wave("jonas/FOLGE-2.WAV")
    noise = 0.03 * np.random.default_rng(3).standard_normal(clean.size).astype(np.float32)
    clipped = np.clip(clean, -0.05, 0.05)
    return {"clean": clean, "noisy": clean + noise, "clipped": clipped, "other": other, "faint": 0.01 * clean}


def joined(parts, *names):
    wave = np.concatenate([parts[name] for name in names])
    starts = np.cumsum([0, *(parts[name].size for name in names)]) / RATE
    return Sample(Audio(wave[None, :], RATE), path="long.wav"), dict(zip(names, starts, strict=False))


@pytest.mark.parametrize(
    "names",
    [("noisy", "clean", "clipped"), ("clean", "noisy", "noisy"), ("clipped", "noisy", "clean"),
     ("noisy", "other", "clean", "clipped"), ("noisy", "clean", "faint")],
)  # fmt: skip
def test_the_clean_part_is_picked(parts, names):
    sample, starts = joined(parts, *names)
    notes = select(sample, PLAN, Selection(35.0, 20.0)).steps[-1].notes
    start_s, end_s = starts["clean"], starts["clean"] + parts["clean"].size / RATE
    inside_s = min(notes["end_s"], end_s) - max(notes["start_s"], start_s)
    assert inside_s >= 0.9 * (notes["end_s"] - notes["start_s"])
    assert 20.0 <= notes["speech_s"] <= 35.0


def test_the_cut_lies_in_pauses_and_the_map_is_true(parts):
    sample, _ = joined(parts, "noisy", "clean", "clipped")
    chosen = select(sample, PLAN, Selection(35.0, 20.0))
    ((at_s, path, start_s, length_s),) = chosen.steps[-1].notes["map"]
    assert (at_s, path) == (0.0, "long.wav")
    first = round(start_s * RATE)
    assert chosen.audio.wave.shape[1] == pytest.approx(length_s * RATE, abs=2)
    assert np.array_equal(chosen.audio.wave[0, :1000], sample.audio.wave[0, first : first + 1000])
    ends = np.abs(np.concatenate([chosen.audio.wave[0, :160], chosen.audio.wave[0, -160:]]))
    assert ends.max() < 0.05 * np.abs(chosen.audio.wave).max()


def test_what_holds_too_little_speech_is_taken_whole(parts):
    sample, _ = joined(parts, "other")
    whole = select(sample, PLAN)
    assert np.array_equal(whole.audio.wave, sample.audio.wave)
    assert (whole.steps[-1].kept, whole.steps[-1].why) == (False, "there is less than 30 s of speech to choose from")


def test_a_little_less_speech_is_better_than_a_noisy_phrase_more(parts):
    """The clean part holds 37 s of speech."""
    wave = np.concatenate([parts["noisy"], parts["clean"], parts["noisy"]])
    start_s, stop_s = np.array([1, 2]) * parts["clean"].size / RATE
    sample = Sample(Audio(wave[None, :], RATE), path="long.wav")
    notes = select(sample, PLAN, Selection(60.0, 39.0)).steps[-1].notes
    assert start_s - 0.5 <= notes["start_s"] < notes["end_s"] <= stop_s + 0.5
    assert 0.9 * 39.0 <= notes["speech_s"] < 39.0
    assert select(sample, PLAN, Selection(60.0, 50.0)).steps[-1].notes["speech_s"] >= 0.9 * 50.0


@pytest.mark.parametrize(("seconds", "least_s"), [(0.0, 0.0), (30.0, 31.0), (-5.0, -6.0)])
def test_wrong_lengths(seconds, least_s):
    with pytest.raises(UsageError, match="seconds of speech above 0"):
        Selection(seconds, least_s)


def _cells(*costs, timbres=None, levels=None):
    timbre = [np.zeros(12)] * len(costs) if timbres is None else [np.full(12, value) for value in timbres]
    level = levels or [-20.0] * len(costs)
    return [Cell(10.0 * n, 10.0 * n + 20.0, cost, level[n], timbre[n]) for n, cost in enumerate(costs)]


def _spoken(count):
    """Phrases of 4.5 s with half a second between."""
    spoken = np.ones(count * 1000, dtype=np.bool_)
    spoken[np.arange(spoken.size) % 500 >= 450] = False
    return spoken


def test_windows_go_from_pause_to_pause_around_the_cheapest_cells():
    best = find_windows(Ground(_cells(3, 3, 0, 0, 0, 0, 3, 3)), _spoken(9), seconds=36, least_s=18)[0]
    assert 20.0 <= best.start_s < best.stop_s <= 70.0
    assert best.start_s % 5 == pytest.approx(4.75, abs=0.01)
    assert 18 <= best.speech_s <= 36


def test_another_voice_is_strange_and_a_faint_one_costs():
    cells = _cells(1, 1, 1, 1, 0, 0, timbres=[0, 0, 0, 0, 6, 6])
    windows = find_windows(Ground(cells), _spoken(7), seconds=18, least_s=18)
    assert all(window.is_strange for window in windows if window.start_s > 50)
    assert not any(window.is_strange for window in windows if window.stop_s < 40)
    near = find_windows(Ground(_cells(0, 0, 0, 0)), _spoken(5), 18, 18)[0]
    far = find_windows(Ground(_cells(0, 0, 0, 0, levels=[-60, -20, -20, -20])), _spoken(5), 18, 18)
    assert next(window for window in far if window.start_s == 0.0).cost > near.cost


def test_what_is_wrong_in_one_of_two_cells_lies_in_the_half_that_the_other_does_not_hold():
    ground = Ground(_cells(2, 2, 0, 0, 0, 0))  # damage up to 20 s: the cell from 20 s on is clean
    assert ground.window(20.0, 60.0, 40.0, 40.0).cost == 0.0
    assert ground.window(15.0, 60.0, 40.0, 40.0).cost > 0.5


def test_few_seconds_of_another_voice_are_enough():
    ground = Ground(_cells(0, 0, 0, 0, 0, 0, 0, 0, timbres=[0, 0, 0, 0, 0, 0, 6, 6]))
    assert ground.window(20.0, 60.0, 40.0, 60.0).is_strange is False
    assert ground.window(20.0, 68.0, 48.0, 60.0).is_strange is True


def test_windows_with_just_enough_speech_are_weighed_too():
    found = find_windows(Ground(_cells(0, 0, 0, 0, 0)), _spoken(6), seconds=45, least_s=22)
    assert min(window.speech_s for window in found) == pytest.approx(22.5, abs=0.1)
    assert all(22 <= window.speech_s <= 45 for window in found)


def test_what_was_trimmed_later_is_told_in_source_time():
    chosen = Step(name="select", notes={"start_s": 100.0, "end_s": 160.0, "map": [[0.0, "a.mp3", 100.0, 60.0]]})
    trim = Step(name="trim", notes={"start_s": 1.0, "end_s": 58.0})
    told = in_source_time((chosen, trim))
    assert told[1].notes == {"start_s": 101.0, "end_s": 158.0}
    assert told[0].notes["map"] == [[0.0, "a.mp3", 101.0, 57.0]]
    assert in_source_time((trim,)) == (trim,)
    twice = trim.model_copy(update={"notes": trim.notes | {"cuts_s": [[10.0, 12.0]]}})
    assert in_source_time((chosen, twice))[0].notes["map"] == [
        [0.0, "a.mp3", 101.0, 9.0],
        [9.0, "a.mp3", 112.0, 46.0],
    ]
    undone = trim.model_copy(update={"kept": False})
    assert in_source_time((chosen, undone))[0].notes["map"] == [[0.0, "a.mp3", 100.0, 60.0]]


def test_the_command_prepares_the_best_part(parts, tmp_path, cli):
    sample, starts = joined(parts, "noisy", "clean", "clipped")
    soundfile.write(tmp_path / "long.wav", sample.audio.wave[0], RATE)
    ended = cli("select", tmp_path / "long.wav", "-o", tmp_path / "out", "--seconds", "35", "--json")
    assert ended.code == 0
    (record,) = json.loads(ended.out)["records"]
    notes = {step["name"]: step["notes"] for step in record["steps"]}
    assert record["source"]["duration_s"] == pytest.approx(sample.audio.duration_s, abs=0.01)
    ((at_s, path, start_s, length_s),) = notes["select"]["map"]
    assert (at_s, path) == (0.0, "long.wav")
    assert start_s == notes["trim"]["start_s"] > starts["clean"] - 1.0
    assert length_s == pytest.approx(record["output"]["duration_s"], abs=0.05)
    assert record["status"] == "accepted"


@pytest.fixture(scope="module")
def long_file(parts, tmp_path_factory):
    """Over four minutes, and under five: noise, the clean voice three times, noise."""
    sample, starts = joined(parts, "noisy", "noisy", "clean", "clean", "clean", "noisy")
    file = tmp_path_factory.mktemp("long") / "podcast.flac"
    soundfile.write(file, sample.audio.wave[0], RATE)
    assert sample.audio.duration_s > 190.0
    return file, starts["noisy"], sample.audio.duration_s


def test_run_selects_by_itself_and_check_does_not(long_file, tmp_path, cli):
    file, _, duration_s = long_file
    (record,) = json.loads(cli("run", file, "-o", tmp_path / "out", "--json").out)["records"]
    notes = {step["name"]: step["notes"] for step in record["steps"]}
    assert record["status"] == "accepted"
    assert 30.0 <= record["after"]["speech_s"] <= 60.0
    assert record["source"]["duration_s"] == pytest.approx(duration_s, abs=1e-3)
    assert sum(entry[3] for entry in notes["select"]["map"]) == pytest.approx(record["output"]["duration_s"], abs=0.05)
    (checked,) = json.loads(cli("check", file, "--json").out)["records"]
    assert "select" not in {step["name"] for step in checked["steps"]}
    assert checked["before"]["duration_s"] == pytest.approx(duration_s, abs=1e-3)


def test_a_profile_says_from_where_on(long_file, tmp_path, cli):
    file, _, duration_s = long_file
    ended = cli("run", file, "-o", tmp_path / "out", "--set", "select.longer_than_s=600", "--json")
    (record,) = json.loads(ended.out)["records"]
    assert record["before"]["duration_s"] == pytest.approx(duration_s, abs=1e-3)
    wrong = cli("run", file, "-o", tmp_path / "out", "--set", "select.longer_than_s=9000")
    assert (wrong.code, "longer_than_s is 0 to 1800" in wrong.err) == (2, True)


def test_on_the_disk_and_in_memory_are_the_same(long_file):
    file, _, _ = long_file
    sample = read(file)
    selection = Selection(40.0, 20.0)
    told = []
    with opened(file, in_memory_s=5.0) as recording:
        streamed = select_from(recording, PLAN, selection, lambda done, total: told.append((done, total)))
    held = select(sample, PLAN, selection)
    assert streamed.steps[-1].notes == held.steps[-1].notes
    assert np.array_equal(streamed.audio.wave, held.audio.wave)
    assert all(0.0 < done <= total for done, total in told)


def test_windows_are_joined_where_no_stretch_is_long_enough(parts):
    pieces = 2 * [parts["noisy"][: 30 * RATE], parts["clean"]]  # 37 s of speech each
    wave = np.concatenate([*pieces, parts["noisy"][: 30 * RATE]])
    stops_s = np.cumsum([part.size for part in pieces]) / RATE
    clean_s = [(stops_s[0], stops_s[1]), (stops_s[2], stops_s[3])]
    notes = select(Sample(Audio(wave[None, :], RATE), path="long.wav"), PLAN, Selection(70.0, 45.0)).steps[-1].notes
    inside_s = sum(
        max(0.0, min(source_s + length_s, stop_s) - max(source_s, start_s))
        for _, _, source_s, length_s in notes["map"]
        for start_s, stop_s in clean_s
    )
    assert len(notes["map"]) == len(notes["gains_db"]) > 1
    assert inside_s >= 0.9 * sum(entry[3] for entry in notes["map"])


@pytest.mark.parametrize("odd", ["clipped", "softer", "other"])
def test_an_end_that_sounds_otherwise_is_cut_off(parts, odd):
    sample, starts = joined(parts | {"softer": 0.15 * parts["clean"]}, odd, "clean")
    take, judge = HeldTake(sample), Judge.of(PLAN.metrics, PLAN.rubric)
    _, spoken = cut_cells(take, judge)
    cuts = pause_cuts(spoken)
    start_s = float(cuts[cuts < starts["clean"] - 5.0][-1])
    window = Window(start_s, float(cuts[-2]), 30.0, 0.0, False)
    tight = tightened(take, window, spoken, judge, least_s=10.0)
    assert tight.start_s >= starts["clean"] - 1.0
    assert tight.stop_s == window.stop_s
    assert tightened(take, window, spoken, judge, least_s=60.0) == window
    assert tightened(take, tight, spoken, judge, least_s=10.0) == tight


def test_of_hours_with_few_words_only_those_are_taken(parts):
    wave = np.zeros(400 * RATE, dtype=np.float32)
    wave += 1e-4 * np.random.default_rng(2).standard_normal(wave.size).astype(np.float32)
    silent = select(Sample(Audio(wave[None, :].copy(), RATE)), PLAN)
    assert (silent.audio.duration_s, silent.steps[-1].kept) == (300.0, False)
    wave[200 * RATE : 215 * RATE] += parts["clean"][: 15 * RATE]
    found = select(Sample(Audio(wave[None, :], RATE)), PLAN)
    assert found.audio.duration_s <= 240.0
    assert Analysis(found.audio).speech_s > 8.0
