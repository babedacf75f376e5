"""Noise that comes and goes, told from the sounds that happen between words; frames of known power."""

import numpy as np
import pytest

from pipeline.dsp.frames import from_db, to_db
from pipeline.dsp.noise import measure_noise
from pipeline.dsp.pitch import Pitch
from pipeline.dsp.voice import VoiceActivity

VOICE_DB, CALM_DB, SOUND_DB = -20.0, -70.0, -35.0
WORD, SHORT_PAUSE = 40, 20
AFTER, BEFORE = 20, 25
"""Frames: with the short pause 0.4 s after a word, and 0.25 s before one; what lies between is no part of them."""


def noise_db(*gaps, words_between=3):
    """Return the noise that is found in words with short calm pauses, and these gaps of (frames, dB) between them."""
    level, voiced, speech = [], [], []

    def add(frames, db, is_voiced=False, is_speech=False):
        level.extend([db] * frames)
        voiced.extend([is_voiced] * frames)
        speech.extend([is_speech] * frames)

    def say():
        for _ in range(words_between):
            add(WORD, VOICE_DB, is_voiced=True, is_speech=True)
            add(SHORT_PAUSE, CALM_DB)

    say()
    for frames, db in gaps:
        add(AFTER, CALM_DB)
        add(frames, db, is_speech=db > CALM_DB)
        add(BEFORE, CALM_DB)
        say()
    spoken, with_pitch = np.array(speech), np.array(voiced)
    voice = VoiceActivity(spoken, ~spoken, np.zeros_like(spoken))
    pitch = Pitch(np.float32(120.0) * with_pitch, np.float32(0.9) * with_pitch)
    found = measure_noise(from_db(np.array(level)), lambda: pytest.fail("pauses tell"), voice, pitch)
    return float(to_db(found.power))


def test_sounds_in_most_gaps_are_noise_and_as_loud_as_the_middle_one():
    """The fourth, 20 dB louder, is a cough; they last 6 s, the calm close to the voice 2.8 s."""
    gaps = [(150, SOUND_DB), (150, SOUND_DB + 3.0), (150, SOUND_DB - 3.0), (150, SOUND_DB + 20.0)]
    assert noise_db(*gaps, words_between=1) == pytest.approx(SOUND_DB, abs=0.1)


def test_what_happens_in_half_of_the_gaps_is_no_noise():
    gaps = [(150, SOUND_DB), (150, CALM_DB), (150, SOUND_DB), (150, CALM_DB)]
    assert noise_db(*gaps, words_between=1) == pytest.approx(CALM_DB, abs=0.1)


def test_two_short_sounds_are_no_noise_beside_long_calm():
    assert noise_db((30, SOUND_DB), (30, SOUND_DB)) == pytest.approx(CALM_DB, abs=0.1)
