import numpy as np
import pytest

from pipeline.analysis import Analysis
from pipeline.dsp.frames import HOP_S
from pipeline.dsp.voice import bridged
from tests.signals import audio, in_room, sine, speech_mask, voice, white


def found(wave, rate=16000):
    return Analysis(audio(wave, rate)).voice


@pytest.mark.parametrize("floor_dbfs", [-80.0, -60.0, -45.0])
def test_speech_is_found_where_it_is(floor_dbfs):
    activity = found(in_room(voice(12.0), floor_dbfs))
    truth = speech_mask(12.0, 16000)[:: round(HOP_S * 16000)][: activity.speech.size]
    edge = np.zeros(truth.shape, bool)
    for change in np.flatnonzero(np.diff(truth)):
        edge[max(0, change - 12) : change + 13] = True  # the voice fades in over a syllable
    speech = bridged(activity.speech, 0.25)[: truth.size]
    assert np.mean(speech[~edge & truth]) > 0.9
    assert np.mean(speech[~edge & ~truth]) == 0.0


def test_pauses_hold_room_tone_only():
    floor = 10.0 ** (-60.0 / 20.0)
    analysis = Analysis(audio(in_room(voice(12.0), -60.0)))
    inside = analysis.frame_power[analysis.voice.pause]
    assert inside.size > 50
    assert inside.max() < 2.0 * floor**2


def test_digital_silence_is_empty_and_no_pause():
    activity = found(np.concatenate([in_room(voice(6.0)), np.zeros(32000, np.float32)]))
    assert activity.empty[-150:].all()
    assert not activity.pause[activity.empty].any()
    assert not activity.speech[activity.empty].any()


@pytest.mark.parametrize("wave", [white(4.0), sine(440.0, 4.0), np.zeros(64000, np.float32), white(4.0, rms=3e-5)])
def test_steady_sound_is_no_speech(wave):
    assert not found(wave).speech.any()


def test_clicks_are_no_speech():
    wave = white(4.0, rms=1e-3)
    wave[16000:16040] += 0.5
    wave[48000:48020] -= 0.5
    assert not found(wave).speech.any()


def test_gaps_are_bridged_only_between_speech():
    mask = np.array([0, 0, 1, 1, 0, 0, 1, 0, 0], bool)
    assert bridged(mask, 0.03).astype(int).tolist() == [0, 0, 1, 1, 1, 1, 1, 0, 0]
    assert np.array_equal(bridged(mask, 0.02), mask)


def test_near_silence_around_a_noisy_take_buys_it_nothing():
    """Dithered padding is not the room: the floor comes from the pauses inside."""
    wave = in_room(voice(12.0), -40.0)
    dither = white(3.0, rms=2.5e-5)
    alone, padded = (Analysis(audio(each)) for each in (wave, np.concatenate([dither, wave, dither])))
    assert padded.snr_db == pytest.approx(alone.snr_db, abs=1.0)
    assert padded.speech_s == pytest.approx(alone.speech_s, abs=0.5)


def test_a_take_far_below_full_scale_is_still_measured():
    analysis = Analysis(audio(in_room(voice(9.0), -60.0) * np.float32(1e-4)))
    assert analysis.snr_db == pytest.approx(Analysis(audio(in_room(voice(9.0), -60.0))).snr_db, abs=0.5)
