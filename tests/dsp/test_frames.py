import numpy as np
import pytest

from pipeline.dsp.frames import cut_frames, frame_blocks, frame_power, from_db, mask_of, over, runs, runs_of, to_db
from pipeline.dsp.hop_sums import frame_powers
from tests.signals import sine, white


def test_frames_can_be_counted_by_hand_at_ten_hertz():
    frames = cut_frames(np.arange(10, dtype=np.float32), 10, window_s=0.4, hop_s=0.2)
    assert frames.shape == (6, 4)
    assert frames[1].tolist() == [0.0, 1.0, 2.0, 3.0]
    assert frames[2].tolist() == [2.0, 3.0, 4.0, 5.0]


def test_frame_power_leaves_dc_out():
    tone = sine(1000.0, 1.0, amplitude=0.5)
    without, with_dc = (frame_power(cut_frames(wave, 16000))[10:-10] for wave in (tone, tone + np.float32(0.3)))
    np.testing.assert_allclose(without, 0.125, rtol=1e-3)
    np.testing.assert_allclose(with_dc, 0.125, rtol=1e-3)


def test_decibels_go_there_and_back_and_zero_has_a_floor():
    np.testing.assert_allclose(from_db(to_db([1.0, 1e-6])), [1.0, 1e-6], rtol=1e-12)
    assert to_db(0.0) == -200.0


def test_runs_are_found_at_both_ends():
    assert runs(np.array([True, True, False, True])).tolist() == [[0, 2], [3, 4]]
    assert runs(np.zeros(3, bool)).tolist() == []


@pytest.mark.parametrize("rate", [8000, 22050, 44100])
@pytest.mark.parametrize("samples", [0, 1, 200, 257, 4000, 50_001])
def test_frames_come_in_blocks_as_they_come_at_once(rate, samples):
    wave = white(10.0, rate)[:samples]
    blocks = list(frame_blocks(wave, rate, 7))
    assert np.array_equal(np.concatenate(blocks), cut_frames(wave, rate))
    assert {len(block) for block in blocks[:-1]} <= {7}


@pytest.mark.parametrize("rate", [50, 8000, 22050, 44100])
@pytest.mark.parametrize("samples", [0, 1, 200, 2000, 50_001])
def test_powers_of_overlapping_frames_are_those_of_each_frame(rate, samples):
    wave = 0.1 + white(1000.0, 100)[:samples]
    np.testing.assert_allclose(frame_powers(wave, rate), frame_power(cut_frames(wave, rate)), rtol=1e-4, atol=1e-7)


def test_masks_come_back_from_their_runs_and_are_cut_at_their_ends():
    mask = white(1.0, 300) > 0.0
    assert np.array_equal(mask_of(runs(mask), mask.size), mask)
    assert mask_of(np.array([[-2, 1], [3, 5], [4, 9]]), 6).tolist() == [True, False, False, True, True, True]


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 1.0])
def test_places_come_together_in_runs(share):
    mask = np.random.default_rng(7).random(1000) < share
    places = np.random.default_rng(8).permutation(np.flatnonzero(mask))
    np.testing.assert_array_equal(runs_of(np.concatenate([places, places[:7]])), runs(mask))
    np.testing.assert_array_equal(mask_of(runs_of(places), 1000), mask)


def test_flags_of_frames_as_flags_of_shorter_and_of_longer_steps():
    flags = np.array([True, False, True])
    assert over(flags, 6).tolist() == [True, True, False, False, True, True]
    assert over(np.repeat(flags, 2), 3).tolist() == flags.tolist()
    assert over(flags, 3).tolist() == flags.tolist()
