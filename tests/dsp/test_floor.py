import numpy as np
import pytest

from pipeline.analysis import Analysis
from pipeline.dsp.floor import NEAR_PAUSE_S, NEAR_S, far_from_pauses, floor_power, stretches
from pipeline.dsp.frames import HOP_S, to_db
from pipeline.dsp.voice import VoiceActivity
from tests.signals import audio, in_room, running_voice, sine, voice, white


def everywhere(count):
    return np.ones(count, dtype=bool)


def paused(count, pauses):
    pause = np.zeros(count, dtype=bool)
    pause[pauses] = True
    return VoiceActivity(speech=~pause, pause=pause, empty=np.zeros(count, dtype=bool))


def noise_floor_dbfs(wave, rate=16000):
    noise = Analysis(audio(wave, rate)).noise
    return float(to_db(noise.power)), noise.from_pauses


@pytest.mark.parametrize("rate", [8000, 16000, 44100])
def test_steady_noise_is_its_own_floor(rate):
    analysis = Analysis(audio(white(12.0, rate), rate))
    bands = analysis.wide_bands
    assert to_db(floor_power(bands, everywhere(len(bands)))) == pytest.approx(-20.0, abs=0.3)


def test_bands_that_are_quiet_one_after_the_other():
    loud, soft = np.ones(1000), np.full(1000, 1e-4)
    turns = np.arange(1000) // 25 % 2 == 0
    bands = np.stack([np.where(turns, loud, soft), np.where(turns, soft, loud)], axis=1)
    assert floor_power(bands, everywhere(1000)) == pytest.approx(2e-4)
    assert floor_power(bands.sum(axis=1, keepdims=True), everywhere(1000)) > 0.5


def test_two_frames_of_near_silence_are_no_floor():
    bands = np.full((500, 4), 1e-4)
    bands[250:258] = 1e-12
    assert floor_power(bands, everywhere(500)) == pytest.approx(4e-4, rel=0.1)


def test_a_few_seconds_of_near_silence_are_no_floor():
    bands = np.full((3000, 4), 1e-4)
    bands[1000:2000] = 1e-9
    assert floor_power(bands, everywhere(3000)) == pytest.approx(4e-4)


def test_only_the_frames_that_count():
    bands = np.full((1000, 2), 1e-4)
    bands[:500] = 1e-6
    assert floor_power(bands, np.arange(1000) >= 600) == pytest.approx(2e-4)


@pytest.mark.parametrize(("frames", "count"), [(1, 1), (499, 1), (1000, 2), (6000, 12)])
def test_stretches_of_five_seconds(frames, count):
    assert stretches(frames) == count


def test_far_from_pauses():
    far = far_from_pauses(paused(6000, slice(2000, 2000 + round(NEAR_PAUSE_S / HOP_S))))
    reach = round(NEAR_S / HOP_S)
    assert far[: 2004 - reach].all()
    assert not far[2004 - reach : 2001 + reach].any()
    assert far[2001 + reach :].all()


def test_too_little_pause_is_far_from_everything():
    assert far_from_pauses(paused(3000, slice(1000, 1004))).all()


@pytest.mark.parametrize("count", [1, 2, 100])
def test_short_takes(count):
    assert far_from_pauses(paused(count, slice(0, 0))).all()
    assert floor_power(np.full((count, 3), 0.5), everywhere(count)) == pytest.approx(1.5)


def test_what_is_empty_is_not_far():
    empty = np.arange(100) < 10
    nothing = np.zeros(100, dtype=bool)
    assert (far_from_pauses(VoiceActivity(~empty, nothing, empty)) == ~empty).all()


@pytest.mark.parametrize("floor_dbfs", [-50.0, -45.0])
def test_noise_under_speech_without_pauses(floor_dbfs):
    found_dbfs, from_pauses = noise_floor_dbfs(in_room(running_voice(20.0), floor_dbfs))
    assert not from_pauses
    assert found_dbfs == pytest.approx(floor_dbfs, abs=3.0)


def test_rumble_under_the_voice_is_no_noise_of_its_bands():
    wave = in_room(running_voice(20.0), -45.0)
    plain_dbfs, _ = noise_floor_dbfs(wave)
    assert noise_floor_dbfs(wave + sine(20.0, 20.0, amplitude=0.1))[0] == pytest.approx(plain_dbfs, abs=1.0)


def test_pauses_of_another_part_do_not_speak_for_speech_without():
    running, elsewhere = in_room(running_voice(40.0), -50.0), in_room(voice(10.0, seed=9), -85.0)
    alone_dbfs, _ = noise_floor_dbfs(running)
    both_dbfs, from_pauses = noise_floor_dbfs(np.concatenate([running, elsewhere]))
    assert not from_pauses
    assert both_dbfs == pytest.approx(alone_dbfs, abs=0.5)


def test_pauses_throughout_speak_for_all():
    found_dbfs, from_pauses = noise_floor_dbfs(in_room(voice(40.0), -60.0))
    assert from_pauses
    assert found_dbfs == pytest.approx(-60.0, abs=0.5)
