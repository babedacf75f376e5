import numpy as np
import pytest

from pipeline.analysis import Analysis
from pipeline.errors import UsageError
from pipeline.sample import Sample
from pipeline.stages import RemoveHum
from tests.signals import audio, in_room, voice


def humming(wave, rate, mains_hz, rms=0.02):
    at_s = np.arange(wave.size) / rate
    lines = sum(np.sin(2.0 * np.pi * mains_hz * order * at_s + order) / order for order in range(1, 9))
    return (rms * lines / lines.std()).astype(np.float32)


@pytest.mark.parametrize(("rate", "mains_hz"), [(16000, 50.0), (16000, 59.93), (44100, 50.07)])
def test_the_lines_go_and_the_voice_stays(rate, mains_hz):
    """What is left of the hum is what the voice lends to a line that is averaged over 2 s: under a twentieth."""
    clean = in_room(voice(12.0, rate), -65.0)
    hum = humming(clean, rate, mains_hz)
    sample = RemoveHum()(Sample(audio(clean + hum, rate)))
    assert sample.steps[0].kept, sample.steps[0].why
    left = sample.audio.wave[0] - clean
    assert np.mean(left**2) < 0.05 * np.mean(hum**2)
    assert Analysis(sample.audio).snr_db > Analysis(audio(clean + hum, rate)).snr_db + 10.0


def test_a_hum_that_fades_is_followed():
    clean = in_room(voice(20.0), -65.0)
    hum = humming(clean, 16000, 50.0) * np.linspace(1.0, 0.1, clean.size, dtype=np.float32)
    after = RemoveHum()(audio(clean + hum)).wave[0]
    assert np.mean((after - clean) ** 2) < 0.05 * np.mean(hum**2)


def test_without_hum_the_wave_is_left_bit_for_bit():
    sound = audio(in_room(voice(12.0), -55.0))
    sample = RemoveHum()(Sample(sound))
    assert sample.audio is sound
    assert sample.steps[0].why == "no hum"


def test_too_short_to_tell_and_out_of_range():
    assert "too short" in RemoveHum()(Sample(audio(voice(1.0)))).steps[0].why
    with pytest.raises(UsageError, match="above_db"):
        RemoveHum(above_db=3.0)
