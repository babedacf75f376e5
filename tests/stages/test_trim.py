import numpy as np
import pytest

from pipeline.analysis import Analysis
from pipeline.errors import UsageError
from pipeline.sample import Sample
from pipeline.stages import TrimSilence
from tests.signals import audio, in_room, voice, white

RATE = 16000
SPEECH = voice(9.0)[8000:-1000]  # starts and ends within a phrase


def placed(lead_s, tail_s, floor_dbfs):
    zeros = [np.zeros(round(seconds * RATE), np.float32) for seconds in (lead_s, tail_s)]
    return in_room(np.concatenate([zeros[0], SPEECH, zeros[1]]), floor_dbfs)


@pytest.mark.parametrize("floor_dbfs", [-80.0, -60.0, -45.0])
@pytest.mark.parametrize(("lead_s", "tail_s"), [(2.0, 3.0), (0.5, 0.5), (5.0, 0.6)])
def test_it_cuts_to_the_speech_with_its_padding(lead_s, tail_s, floor_dbfs):
    wave = placed(lead_s, tail_s, floor_dbfs)
    sample = TrimSilence(pad_s=0.15)(Sample(audio(wave)))
    notes = sample.steps[0].notes
    assert sample.steps[0].kept
    left_s = 0.15 + notes["margin_s"]
    assert notes["start_s"] == pytest.approx(max(0.0, lead_s - left_s), abs=0.1)  # the voice fades in over a syllable
    assert notes["end_s"] == pytest.approx(min(wave.size / RATE, lead_s + SPEECH.size / RATE + left_s), abs=0.1)
    assert (notes["margin_s"] == 0.0) == (floor_dbfs < -55.0)
    start, stop = round(notes["start_s"] * RATE), round(notes["end_s"] * RATE)
    assert np.array_equal(sample.audio.wave[0, 100:-100], wave[start + 100 : stop - 100])


def test_a_click_does_not_count_as_speech():
    wave = placed(3.0, 1.0, -70.0)
    wave[8000:8020] += 0.4
    notes = TrimSilence()(Sample(audio(wave))).steps[0].notes
    assert notes["start_s"] > 2.5


@pytest.mark.parametrize("level", [0.05, 0.5])
def test_a_slam_or_a_breath_apart_is_not_speech(level):
    """Noise without a pitch, 0.3 s long, a second before and after the speech."""
    wave = placed(3.0, 3.0, -70.0)
    sound = level * white(0.3, rms=0.3, seed=5) * np.hanning(round(0.3 * RATE)).astype(np.float32)
    for at_s in (1.7, 4.0 + SPEECH.size / RATE):
        wave[round(at_s * RATE) : round(at_s * RATE) + sound.size] += sound
    notes = TrimSilence()(Sample(audio(wave))).steps[0].notes
    assert notes["start_s"] == pytest.approx(3.0 - 0.15, abs=0.1)
    assert notes["end_s"] == pytest.approx(3.0 + SPEECH.size / RATE + 0.15, abs=0.1)


def test_the_release_of_a_last_consonant_is_kept():
    """A burst 25 dB under the voice, 0.15 s after it: within reach."""
    wave = placed(2.0, 2.0, -75.0)
    end = round(2.0 * RATE) + SPEECH.size + round(0.15 * RATE)
    wave[end : end + 640] += 0.05 * SPEECH.std() * white(0.04, rms=1.0, seed=6)
    notes = TrimSilence(pad_s=0.1)(Sample(audio(wave))).steps[0].notes
    assert notes["end_s"] >= end / RATE + 0.04 + 0.05


def test_a_quiet_take_is_not_cut_away():
    wave = placed(2.0, 2.0, -60.0) * np.float32(0.003)
    loud = TrimSilence()(Sample(audio(placed(2.0, 2.0, -60.0)))).steps[0].notes
    assert TrimSilence()(Sample(audio(wave))).steps[0].notes == loud


def test_cuts_are_faded_and_old_ends_are_not():
    wave = in_room(np.concatenate([SPEECH, np.zeros(3 * RATE, np.float32)]), -40.0)
    after = TrimSilence(pad_s=0.05)(audio(wave)).wave[0]
    assert after[-1] == pytest.approx(wave.mean(), abs=1e-6)
    assert np.array_equal(after[:80], wave[:80])


@pytest.mark.parametrize("pad_s", [-0.1, 11.0, float("nan")])
def test_padding_out_of_range_is_refused(pad_s):
    with pytest.raises(UsageError, match="pad_s"):
        TrimSilence(pad_s=pad_s)


def test_long_inner_pauses_are_shortened_at_quiet_points():
    """Two seconds of room between phrases become 0.6; no speech is lost, no click is made, off by default."""
    gap = np.zeros(2 * RATE, np.float32)
    wave = in_room(np.concatenate([SPEECH, gap, SPEECH, gap, SPEECH]), -60.0)
    plain, short = (Analysis(TrimSilence(max_pause_s=most)(audio(wave))) for most in (0.0, 0.6))
    assert plain.audio.duration_s - short.audio.duration_s == pytest.approx(2 * (2.0 - 0.6), abs=0.5)
    assert short.speech_s == pytest.approx(plain.speech_s, rel=0.02)
    assert len(short.clicks) == 0
    with pytest.raises(UsageError, match="max_pause_s"):
        TrimSilence(max_pause_s=0.05)


def test_no_word_is_lost_behind_a_long_silence_where_no_frame_is_a_whole_number_of_samples():
    """10 ms are 220.5 samples at 22.05 kHz: half a sample a frame is 0.14 s after a minute, as much as the padding."""
    rate, lead_s = 22_050, 60.0
    speech = voice(9.0, rate)[rate // 2 :]
    lead, tail = np.zeros(round(lead_s * rate), np.float32), np.zeros(rate, np.float32)
    taken = Sample(audio(in_room(np.concatenate([lead, speech, tail]), -70.0), rate))
    notes = TrimSilence(pad_s=0.15)(taken).steps[0].notes
    assert notes["start_s"] == pytest.approx(lead_s - 0.15, abs=0.05)
    assert notes["end_s"] == pytest.approx(lead_s + speech.size / rate + 0.15, abs=0.05)
