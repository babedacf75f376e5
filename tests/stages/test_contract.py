"""What every stage promises, over the table of stages."""

import pickle

import numpy as np
import pytest

from pipeline.analysis import Analysis
from pipeline.audio import Audio
from pipeline.sample import Sample
from pipeline.stages import STAGES
from pipeline.steps import Stage, params_of, run_stage
from tests.signals import EDGE_CASES, audio, in_room, voice


def test_the_table_holds_stages():
    assert list(STAGES) == ["declip", "rumble", "hum", "trim", "denoise", "level", "loudness"]
    assert all(isinstance(make(), Stage) and make().name == name for name, make in STAGES.items())


@pytest.mark.parametrize("case", EDGE_CASES)
@pytest.mark.parametrize("name", STAGES)
def test_the_edges_are_answered_with_finite_sound_and_a_reason(name, case):
    before = EDGE_CASES[case]
    sample, analysis = run_stage(STAGES[name](), Sample(before), Analysis(before))
    assert np.isfinite(sample.audio.wave).all()
    assert sample.audio.sample_rate_hz == before.sample_rate_hz
    assert sample.audio.channels == before.channels
    assert analysis.audio is sample.audio
    (step,) = sample.steps
    assert step.why
    if not step.kept:
        assert sample.audio is before


@pytest.mark.parametrize("name", STAGES)
def test_the_input_is_not_changed(name):
    before = audio(in_room(voice(9.0), -50.0))
    kept = before.wave.copy()
    STAGES[name]()(before)
    assert np.array_equal(before.wave, kept)


@pytest.mark.parametrize("name", STAGES)
def test_the_same_sound_gives_the_same_result(name):
    first, second = (STAGES[name]()(audio(in_room(voice(9.0), -50.0))) for _ in range(2))
    assert np.array_equal(first.wave, second.wave)


@pytest.mark.parametrize("name", STAGES)
def test_it_works_on_a_sample_and_leaves_a_trail(name):
    sample = STAGES[name]()(Sample(audio(in_room(voice(9.0), -50.0)), path="take.wav"))
    assert sample.path == "take.wav"
    assert [step.name for step in sample.steps] == [name]
    assert sample.steps[0].params == params_of(STAGES[name]())
    assert isinstance(STAGES[name]()(sample.audio), Audio)


@pytest.mark.parametrize("name", STAGES)
def test_parameters_are_plain_data_and_survive_a_pickle(name):
    stage = STAGES[name]()
    assert pickle.loads(pickle.dumps(stage)) == stage
    assert params_of(stage)


@pytest.mark.parametrize("name", ["rumble", "denoise", "level", "loudness"])
def test_length_is_kept(name):
    before = audio(in_room(voice(9.0), -50.0))
    assert STAGES[name]()(before).frames == before.frames
