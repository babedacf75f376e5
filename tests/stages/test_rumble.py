import numpy as np
import pytest

from pipeline.analysis import Analysis
from pipeline.errors import UsageError
from pipeline.sample import Sample
from pipeline.stages import RemoveRumble, TrimSilence
from tests.signals import audio, in_room, sine, voice


@pytest.mark.parametrize("rate", [8000, 44100])
def test_dc_and_rumble_go_and_the_voice_stays(rate):
    clean = in_room(voice(9.0, rate), -60.0)
    spoiled = clean + sine(20.0, 9.0, rate, 0.05) + np.float32(0.1)
    sample = RemoveRumble()(Sample(audio(spoiled, rate)))
    before, after = Analysis(audio(clean, rate)), Analysis(sample.audio)
    assert sample.steps[0].kept, sample.steps[0].why
    assert abs(after.dc) < 1e-4
    inner = slice(rate, -rate)
    assert np.abs(after.mono[inner] - clean[inner]).max() < 0.02
    assert after.snr_db == pytest.approx(before.snr_db, abs=0.5)


def test_a_wave_with_nothing_below_the_voice_is_left_bit_for_bit():
    sound = audio(in_room(voice(9.0), -60.0))
    sample = RemoveRumble()(Sample(sound))
    assert sample.audio is sound
    assert sample.steps[0].why == "nothing below the voice"


def test_snr_does_not_hear_what_lies_below_the_voice():
    clean = in_room(voice(9.0), -60.0)
    with_rumble = clean + sine(25.0, 9.0, amplitude=0.1)
    assert Analysis(audio(with_rumble)).snr_db == pytest.approx(
        Analysis(audio(clean)).snr_db, abs=2.0
    )  # 40 dB of 83 are taken off


def test_a_cut_in_a_wave_off_its_middle_does_not_thump():
    wave = np.concatenate([np.zeros(32000, np.float32), voice(6.0)[8000:], np.zeros(32000, np.float32)])
    cut = TrimSilence()(audio(in_room(wave, -60.0) + np.float32(0.3))).wave[0]
    assert cut.size < wave.size
    assert np.abs(cut[:200] - 0.3).max() < 0.02


@pytest.mark.parametrize("cutoff_hz", [10.0, 150.0, float("nan")])
def test_a_cutoff_out_of_range_is_refused(cutoff_hz):
    with pytest.raises(UsageError, match="cutoff_hz"):
        RemoveRumble(cutoff_hz)
