"""What the analysis of a changed wave takes over is what it would have measured itself."""

import gc
import weakref

import numpy as np
import pytest

from pipeline.analysis import VOICE_HZ, Analysis
from pipeline.analysis.inheritance import as_written
from pipeline.analysis.softer import seen_in
from pipeline.codec import quantise
from pipeline.dsp.highpass import without_rumble
from tests.signals import audio, in_room, voice

RATE = 16_000
DECISIONS = ("voice", "pitch", "plateaus")


def known(wave):
    """Return an analysis of which the decisions are made."""
    analysis = Analysis(audio(wave, RATE))
    _ = analysis.snr_db, analysis.plateaus, analysis.wide_bands
    return analysis


def taken_over(before, after):
    return [name for name in DECISIONS if vars(after).get(name) is vars(before)[name]]


@pytest.fixture(scope="module")
def noisy():
    rumble = 0.01 * np.sin(2.0 * np.pi * 17.0 * np.arange(8 * RATE) / RATE)
    return known((in_room(voice(8.0, RATE), -50.0) + rumble).astype(np.float32))


@pytest.mark.parametrize("gain", [0.5, 1.7, -1.0])
def test_a_gain_decides_nothing_anew_and_scales_every_level(noisy, gain):
    louder = noisy.audio.with_wave(noisy.audio.wave * np.float32(gain))
    after, anew = noisy.changed_to(louder), Analysis(louder)
    assert taken_over(noisy, after) == list(DECISIONS)
    assert after.is_gain_of(noisy)
    np.testing.assert_array_equal(anew.voice.speech, after.voice.speech)
    np.testing.assert_allclose(after.frame_power, anew.frame_power, rtol=1e-4, atol=1e-12)
    for name in ("speech_level_dbfs", "snr_db", "loudness_lufs", "true_peak"):
        assert getattr(after, name) == pytest.approx(getattr(anew, name), abs=1e-3), name


def test_what_was_filtered_is_measured(noisy):
    filtered = noisy.audio.with_wave(without_rumble(noisy.audio.wave, RATE, 60.0))
    assert taken_over(noisy, noisy.changed_to(filtered)) == []


def test_what_was_written_tells_of_what_it_was_made_of(noisy):
    louder = noisy.audio.with_wave(noisy.audio.wave * np.float32(0.5))
    after, anew = Analysis(noisy.audio), Analysis(noisy.audio)
    gained = after.changed_to(louder)
    seen = seen_in(after, Analysis(quantise(louder)), gained.gain_over(after))
    as_written(seen, Analysis(quantise(louder)), gained.gain_over(after))
    assert not {"spectrogram", "mono", "audio"} & set(vars(seen))
    np.testing.assert_array_equal(anew.voice.speech, seen.voice.speech)
    for name in ("speech_level_dbfs", "snr_db", "audible_snr_db", "loudness_lufs"):
        assert getattr(seen, name) == pytest.approx(getattr(anew, name), abs=0.05), name
    assert seen.noise.power == pytest.approx(anew.noise.power, rel=0.01)
    for name in ("frame_power", "wide_bands", "bands"):
        had, has = getattr(anew, name), getattr(seen, name)
        np.testing.assert_allclose(has, had, rtol=0.1, atol=had.mean() * 1e-3)


def test_what_a_gain_is_over_itself_and_over_others(noisy):
    after = noisy.changed_to(noisy.audio.with_wave(noisy.audio.wave * np.float32(0.5)))
    assert after.gain_over(noisy) == pytest.approx(0.5)
    assert noisy.gain_over(noisy) == 1.0
    assert noisy.gain_over(after) is None
    assert not noisy.is_gain_of(noisy)


@pytest.mark.parametrize("rate", [16_000, 22_050, 44_100])
def test_a_cut_takes_the_spectra_of_its_frames_along(rate):
    """But for those at its ends, and none where its frames are others."""
    before = Analysis(audio(in_room(voice(8.0, rate), -50.0), rate))
    piece = before.mono[100 * before.hop : -300].copy()
    fade = round(0.005 * rate)
    piece[:fade] = piece[-fade:] = 0.0
    for start in (100 * before.hop, 100 * before.hop + 1):
        _ = before.spectrogram
        after, anew = before.cut_to(audio(piece, rate), start), Analysis(audio(piece, rate))
        assert ("spectrogram" in vars(after)) == (start % before.hop == 0)
        heard = after.frequencies_hz > VOICE_HZ  # below lies the DC, which is that of the whole
        np.testing.assert_allclose(after.spectrogram[:, heard], anew.spectrogram[:, heard], rtol=1e-3, atol=1e-9)


def test_a_cut_has_the_plateaus_that_lie_in_it():
    loud = np.clip(3.0 * voice(8.0, RATE), -0.5, 0.5)
    before = Analysis(audio(loud, RATE))
    start, stop = before.plateaus[20, 0] + 1, before.plateaus[-20, 1] - 1
    after = before.cut_to(audio(loud[start:stop], RATE), int(start))
    assert "plateaus" in vars(after)
    np.testing.assert_array_equal(after.clipped, before.clipped[start:stop])


def test_too_short_a_cut_takes_nothing(noisy):
    _ = noisy.spectrogram
    short = audio(noisy.mono[: 10 * noisy.hop], RATE)
    assert "spectrogram" not in vars(noisy.cut_to(short, 0))


def test_silence_takes_over_nothing_that_is_wrong():
    silence = Analysis(audio(np.zeros(RATE, np.float32), RATE))
    after = Analysis(silence.audio)
    seen = seen_in(after, silence, 1.0)
    as_written(seen, silence, 1.0)
    assert seen.snr_db is None
    assert silence.changed_to(silence.audio).snr_db is None


def test_no_analysis_is_held_by_the_next(noisy):
    before = known(noisy.mono)
    after = before.changed_to(before.audio.with_wave(before.audio.wave * np.float32(0.5)))
    gone = weakref.ref(before)
    del before
    gc.collect()
    assert gone() is None
    assert not after.is_gain_of(noisy)
