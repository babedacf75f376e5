"""Many channels become one by a rule that is right for voices."""

import numpy as np
import pytest

from pipeline.dsp.downmix import spread_db, to_mono
from tests.signals import in_room, sine, voice, white

RATE = 16000
TALK = in_room(voice(8.0))
OTHER = in_room(voice(8.0, seed=21)[::-1].copy(), seed=9)
NOISE = white(8.0, rms=0.05)


def mixed(*channels):
    wave = np.stack(channels).astype(np.float32)
    before = wave.copy()
    mono, notes = to_mono(wave, RATE)
    assert np.array_equal(wave, before)
    assert mono.shape == (1, wave.shape[1])
    assert mono.dtype == np.float32
    return mono[0], notes


def test_one_channel_comes_back_as_it_is():
    wave = TALK[None, :]
    mono, notes = to_mono(wave, RATE)
    assert mono is wave
    assert notes == {}


@pytest.mark.parametrize("count", [2, 3, 7])
def test_dual_mono_keeps_every_sample(count):
    mono, notes = mixed(*[TALK] * count)
    assert np.array_equal(mono, TALK)
    assert notes == {"channels_used": list(range(count))}


@pytest.mark.parametrize(
    "dead", [np.zeros_like(TALK), np.full_like(TALK, 0.5), 0.001 * NOISE], ids=["silent", "DC", "hiss 40 dB under"]
)
@pytest.mark.parametrize("place", [0, 1])
def test_a_dead_channel_is_left_out(dead, place):
    channels = [TALK, TALK]
    channels[place] = dead
    mono, notes = mixed(*channels)
    assert np.array_equal(mono, TALK)
    assert notes["channels_used"] == [1 - place]
    assert notes["channels_left_out"] == {str(place): "silent"}
    assert notes["channels"] == f"Channel {place + 1} is silent and was left out."


def test_opposite_phase_does_not_cancel():
    mono, notes = mixed(TALK, -TALK)
    assert np.array_equal(np.abs(mono), np.abs(TALK))
    assert len(notes["channels_inverted"]) == 1
    assert "opposite polarity" in notes["channels"]


def test_opposite_phase_with_an_offset_does_not_cancel():
    mono, _ = mixed(TALK + 0.3, 0.5 - TALK)
    assert np.std(mono) == pytest.approx(np.std(TALK), rel=1e-3)


def test_two_microphones_of_one_voice_are_averaged():
    near, far = TALK + 0.3 * NOISE, 0.7 * TALK + 0.3 * white(8.0, rms=0.05, seed=5)
    mono, notes = mixed(near, far)
    assert notes == {"channels_used": [0, 1]}
    assert np.allclose(mono, (near + far) / 2, atol=1e-7)


def test_the_centre_of_5_1_alone_is_the_voice():
    silent = np.zeros_like(TALK)
    mono, notes = mixed(silent, silent, TALK, silent, silent, silent)
    assert np.array_equal(mono, TALK)
    assert notes["channels_used"] == [2]


def test_the_centre_of_5_1_under_louder_noise_is_the_voice():
    noises = [white(8.0, rms=0.3, seed=seed) for seed in range(5)]
    mono, notes = mixed(*noises[:2], TALK, *noises[2:])
    assert np.array_equal(mono, TALK)
    assert set(notes["channels_left_out"].values()) == {"other sound"}
    assert notes["channels"] == "Channels 1, 2, 4, 5, 6 carry other sound and were left out."


@pytest.mark.parametrize("other", [OTHER, 2 * NOISE, sine(440.0, 8.0)], ids=["another talker", "noise", "a tone"])
def test_what_does_not_resemble_is_not_mixed_in(other):
    mono, notes = mixed(TALK, other)
    assert np.array_equal(mono, TALK) or np.array_equal(mono, OTHER)
    assert len(notes["channels_used"]) == 1
    assert "carries other sound" in notes["channels"]


@pytest.mark.parametrize("other", [4 * NOISE, sine(440.0, 8.0)], ids=["noise", "a tone"])
def test_the_voice_wins_over_louder_sound(other):
    assert mixed(other, TALK)[1]["channels_used"] == [1]


def test_the_same_voice_late_is_left_out_rather_than_combed():
    late = np.roll(white(8.0, rms=0.1, seed=4), 40)
    mono, notes = mixed(white(8.0, rms=0.1, seed=4), late)
    assert len(notes["channels_used"]) == 1
    assert np.std(mono) == pytest.approx(0.1, rel=0.02)


def test_silence_and_a_single_sample_have_an_answer():
    mono, notes = mixed(np.zeros(1000), np.zeros(1000))
    assert not mono.any()
    assert notes["channels_used"] == [0, 1]
    mono, _ = mixed([0.5], [0.5])
    assert mono.tolist() == [0.5]


def test_a_read_only_wave_and_a_strided_one_are_taken():
    wave = np.stack([TALK, TALK], axis=1).T
    wave.flags.writeable = False
    assert np.array_equal(to_mono(wave, RATE)[0][0], TALK)


def test_a_block_shorter_than_a_second_is_not_changed_in_place():
    wave = np.stack([TALK[8000:9000], TALK[8000:9000]])
    kept = wave.copy()
    to_mono(wave, RATE)
    assert np.array_equal(wave, kept)


def test_the_spread_does_not_move_with_gain_and_has_a_limit():
    assert spread_db(TALK, RATE) == pytest.approx(spread_db(0.01 * TALK, RATE), abs=0.01)
    assert spread_db(voice(8.0), RATE) == 60.0
    assert spread_db(NOISE, RATE) < 5.0
    assert spread_db(TALK[:10], RATE) == 0.0
