"""Nothing that leaves the voice as it is may move the grade: 2 points of score and 1 dB of SNR are the most."""

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.signal import fftconvolve

from pipeline.analysis import Analysis
from pipeline.audio import Audio
from pipeline.codec import read
from pipeline.profile import load_profile
from pipeline.sample import Sample
from tests.signals import audio, in_room, running_voice, voice, white

RATE = 16000
PLAN = load_profile("clone")
MOST_POINTS, MOST_DB = 2.0, 1.0


def _clean():
    return in_room(voice(20.0), -75.0)


def _noisy():
    return in_room(voice(20.0), -42.0)


def _in_hall(wave):
    tail = white(0.5, seed=4) * 10.0 ** (-3.0 * np.arange(RATE // 2) / (0.4 * RATE)) * np.float32(0.5)
    tail[0] = 1.0
    return fftconvolve(wave, tail)[: wave.size].astype(np.float32) * np.float32(0.5)


def _echoing():
    return in_room(_in_hall(voice(20.0)), -70.0)


def _clipped():
    wave = voice(20.0)
    return in_room(np.clip(wave, -0.2, 0.2), -90.0)


def _broken():
    wave = _clean().copy()
    for start in range(16000, wave.size, 40000):
        wave[start : start + 500] = 0.0
    return wave


TAKES = {make.__name__.strip("_"): make().astype(np.float32) for make in (_clean, _noisy, _echoing, _clipped, _broken)}


def graded(wave, rate=RATE):
    result = PLAN.check(Sample(wave if isinstance(wave, Audio) else audio(wave, rate)))
    return result.grade.score, result.before.values["snr_db"]


PLAIN = {name: graded(wave) for name, wave in TAKES.items()}


def assert_same(name, result):
    score, snr_db = result
    assert score == pytest.approx(PLAIN[name][0], abs=MOST_POINTS)
    assert snr_db == pytest.approx(PLAIN[name][1], abs=MOST_DB)


few = settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
takes = st.sampled_from(list(TAKES))


@few
@given(takes, st.floats(-30.0, 6.0))
def test_gain(name, gain_db):
    wave = TAKES[name]
    gain = min(10.0 ** (gain_db / 20.0), 0.99 / float(np.abs(wave).max()))
    assert_same(name, graded(wave * np.float32(gain)))


@few
@given(takes, st.floats(0.0, 20.0), st.floats(0.0, 20.0))
def test_digital_silence_around_it(name, before_s, after_s):
    zeros = [np.zeros(round(seconds * RATE), np.float32) for seconds in (before_s, after_s)]
    assert_same(name, graded(np.concatenate([zeros[0], TAKES[name], zeros[1]])))


@few
@given(takes, st.sampled_from(["mono", "equal", "left", "right", "opposite", "six"]), st.sampled_from([-1.0, 1.0]))
def test_channels_and_polarity(name, layout, sign):
    wave = TAKES[name] * np.float32(sign)
    silent = np.zeros_like(wave)
    layouts = {
        "mono": [wave],
        "equal": [wave, wave],
        "left": [wave, silent],
        "right": [silent, wave],
        "opposite": [wave, -wave],
        "six": [wave] * 6,
    }
    assert_same(name, graded(audio(np.stack(layouts[layout]))))


@pytest.mark.parametrize("name", ["noisy", "clipped", "broken"])
@pytest.mark.parametrize(("suffix", "subtype"), [("wav", "PCM_16"), ("wav", "FLOAT"), ("flac", "PCM_24")])
def test_lossless_containers(name, suffix, subtype, tmp_path):
    path = tmp_path / f"take.{suffix}"
    soundfile.write(path, TAKES[name], RATE, subtype=subtype)
    result = PLAN.check(read(path))
    assert_same(name, (result.grade.score, result.before.values["snr_db"]))


@few
@given(st.sampled_from(["clean", "noisy", "echoing"]), st.sampled_from([44100, 48000]))
def test_another_rate_and_back(name, rate):
    import librosa

    up = librosa.resample(TAKES[name], orig_sr=RATE, target_sr=rate)
    assert_same(name, graded(up, rate))
    assert_same(name, graded(librosa.resample(up, orig_sr=rate, target_sr=RATE)))


STRETCH_S = 10.0
OTHER = voice(STRETCH_S, seed=9)
STRETCHES = {
    "noisy": in_room(OTHER, -35.0),
    "noisy, running": in_room(running_voice(STRETCH_S, seed=9), -35.0),
    "echo": in_room(_in_hall(OTHER), -90.0),
    "echo, then nothing": _in_hall(OTHER),
    "echo in a room": in_room(_in_hall(OTHER), -75.0),
    "clipped": np.clip(in_room(OTHER, -75.0), -0.1, 0.1),
    "faint": in_room(np.float32(0.03) * OTHER, -90.0),
    "noise": white(STRETCH_S, rms=0.02, seed=5),
    "soft noise": white(STRETCH_S, rms=1e-4, seed=5),
    "noise that fades": white(STRETCH_S, seed=6) * 10.0 ** (-0.4 * np.arange(STRETCH_S * RATE) / RATE),
    "dither": white(STRETCH_S, rms=2e-5, seed=5),
    "silence": np.zeros(round(STRETCH_S * RATE)),
}
"""What is no better than a take that it is put beside: some with pauses that are quieter than the take's room."""

RUNNING = {floor_dbfs: in_room(running_voice(50.0), floor_dbfs) for floor_dbfs in (-75.0, -50.0)}
"""Takes without pauses: their noise shows between the sounds of speech alone."""


@pytest.fixture(scope="module")
def running_scores():
    return {floor_dbfs: graded(wave)[0] for floor_dbfs, wave in RUNNING.items()}


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("floor_dbfs", RUNNING)
@pytest.mark.parametrize("stretch", STRETCHES)
def test_a_damaged_stretch_beside_speech_without_pauses(stretch, floor_dbfs, before, running_scores):
    parts = [STRETCHES[stretch], RUNNING[floor_dbfs]]
    score, _ = graded(np.concatenate(parts if before else parts[::-1]))
    assert score <= running_scores[floor_dbfs] + 1.0


def _clicking():
    wave = in_room(voice(40.0), -75.0)
    wave[8000::24000] += np.float32(0.3)
    return wave


FAR = {
    "clean": in_room(voice(40.0), -65.0),
    "noisy": in_room(voice(40.0), -45.0),
    "echoing": in_room(_in_hall(voice(40.0)), -70.0),
    "clicking": _clicking(),
}
NEAR = {
    "near voice": in_room(voice(3.0, seed=9), -30.0),
    "clipped": np.clip(4.0 * in_room(voice(3.0, seed=9), -30.0), -0.5, 0.5),
    "two phrases": in_room(voice(6.0, seed=9), -20.0),
}


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("near", NEAR)
@pytest.mark.parametrize("far", FAR)
def test_far_louder_seconds_beside_a_faint_take(far, near, before):
    faint = np.float32(0.03) * FAR[far]
    parts = [NEAR[near], faint]
    assert graded(np.concatenate(parts if before else parts[::-1]))[0] <= graded(faint)[0] + MOST_POINTS


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_third_that_echoes_is_heard(at):
    """The late energy of a third is that of the whole, 4.8 dB less: next to it the rest has none."""
    dry = [in_room(voice(20.0, seed=seed), -75.0) for seed in range(3)]
    echoing = [in_room(_in_hall(wave), -75.0) if number == at else wave for number, wave in enumerate(dry)]
    alone, joined = (Analysis(audio(wave)).reverb_c50_db for wave in (echoing[at], np.concatenate(echoing)))
    assert joined == pytest.approx(alone + 10.0 * np.log10(3.0), abs=2.0)
    assert graded(np.concatenate(echoing))[0] < graded(np.concatenate(dry))[0] - 5.0
