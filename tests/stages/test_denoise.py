import numpy as np
import pytest

from pipeline.analysis import Analysis
from pipeline.errors import UsageError
from pipeline.keep import harm_done
from pipeline.sample import Sample
from pipeline.stages import Denoise
from tests.signals import audio, in_room, voice, white


@pytest.mark.parametrize("method", ["log_mmse", "noisereduce"])
@pytest.mark.parametrize("rate", [8000, 16000, 44100])
def test_steady_noise_falls_and_the_voice_stays(rate, method):
    sound = audio(in_room(voice(12.0, rate), -40.0), rate)
    sample = Denoise(method)(Sample(sound))
    before, after = Analysis(sound), Analysis(sample.audio)
    assert sample.steps[0].kept, sample.steps[0].why
    assert after.snr_db > before.snr_db + 5.0
    assert after.speech_level_dbfs == pytest.approx(before.speech_level_dbfs, abs=2.0)  # the gaps between harmonics


def test_a_quiet_recording_is_left_alone():
    sound = audio(in_room(voice(12.0), -75.0))
    sample = Denoise()(Sample(sound))
    assert sample.audio is sound
    assert "quiet enough" in sample.steps[0].why


def test_noisereduce_needs_pauses_and_ours_does_not():
    wave = in_room(voice(12.0), -40.0)
    pause = np.repeat(Analysis(audio(wave)).voice.pause, 160)[: wave.size]
    sound = audio(wave[: pause.size][~pause[: wave.size]])
    assert "too little real pause" in Denoise(method="noisereduce")(Sample(sound)).steps[0].why
    assert "too little real pause" not in Denoise()(Sample(sound)).steps[0].why


def test_digital_silence_is_not_learned_from():
    wave = np.concatenate([np.zeros(32000, np.float32), in_room(voice(12.0), -40.0)])
    after = Denoise()(audio(wave))
    reference = Denoise()(audio(wave[32000:]))
    assert Analysis(after).snr_db == pytest.approx(Analysis(reference).snr_db, abs=1.5)


def test_a_change_that_does_not_help_is_undone():
    """With nothing to turn down by, the noise does not fall: the change is not kept."""
    sound = audio(in_room(voice(12.0), -40.0))
    sample = Denoise(strength_ratio=0.0)(Sample(sound))
    assert sample.audio is sound
    assert sample.steps[0].why.startswith("undone: the noise fell by only")


def test_eating_the_voice_is_seen():
    before = Analysis(audio(in_room(voice(12.0), -40.0)))
    eaten = Analysis(audio(np.where(np.abs(before.mono) > 0.1, 0.2, 0.05) * before.mono))
    assert not Denoise().helped(before, eaten).kept


@pytest.mark.parametrize("harm", ["noise", "dull", "clip"])
def test_harm_by_any_stage_is_named(harm):
    clean = in_room(voice(12.0), -60.0)
    spoiled = {
        "noise": in_room(voice(12.0), -50.0),
        "dull": np.convolve(clean, np.hanning(15) / 7.0, mode="same"),
        "clip": np.clip(clean, -0.3, 0.3),
    }[harm]
    told = {"noise": "noise forward", "dull": "spectrum", "clip": "clipped"}[harm]
    assert told in harm_done(Analysis(audio(clean)), Analysis(audio(spoiled)))
    assert harm_done(Analysis(audio(clean)), Analysis(audio(clean))) == ""


def test_clipping_that_noise_had_hidden_is_no_harm():
    flat = np.clip(in_room(voice(12.0), -90.0), -0.2, 0.2)
    noisy = flat + 0.01 * white(12.0, rms=1.0, seed=8)
    assert harm_done(Analysis(audio(noisy)), Analysis(audio(flat))) == ""


def test_what_is_out_of_range_is_refused():
    with pytest.raises(UsageError, match="strength_ratio"):
        Denoise(strength_ratio=1.5)
    with pytest.raises(UsageError, match="log_mmse, noisereduce"):
        Denoise(method="magic")
