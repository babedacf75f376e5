"""How loud the noise is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pipeline.dsp.floor import far_from_pauses, floor_power
from pipeline.dsp.frames import HOP_S, Bool, Double, Float, from_db, runs, to_db
from pipeline.dsp.pitch import Pitch
from pipeline.dsp.running import widened_frames
from pipeline.dsp.voice import VoiceActivity, long_runs

MIN_PAUSE_S = 0.15
"""Less pause than this in all is too little to measure in."""

NEAR_LOUD_DB, MIN_VOICED_S = 18.0, 0.03
"""Voiced sound this near to the loud frames (95th percentile) and this long is certainly the voice: a clatter has no
pitch, and other people are further away."""

BEFORE_S, AFTER_S = 0.25, 0.4
"""What lies further than this from certain voice is no part of a word: clusters of consonants, endings and the room's
answer are shorter."""

MIN_VOICED = 0.2
"""Share of the speech that must be certain voice."""

MIN_APART_S = 0.3
"""Less than this apart from the voice is too little to know of noise that comes and goes."""

MIN_GAP_S, MIN_GAPS = 0.1, 2
"""A cough, a breath or a creaking last word happens in a gap or two; noise that comes and goes, in most."""

UNSTEADY_DB = 3.0
"""Where the sound apart from the voice is so much louder than the calm of the pauses in most gaps, and these last as
long as the calm close to the voice, the noise comes and goes. On windows of clean takes, a second apart, and on
mixtures with recorded noise, of which half does (``python -m tests.evaluation.windows``; both halves were looked at):
1 of 113 and 2 of 174 windows lie over 6 dB under most of their take, and the mean error of the SNR is 2.9 and 4.6 dB.
By the mean of the quieter three quarters of the gaps, however short, it is 2.7 and 4.1 dB, but 1 and 22 windows are
called noisy, one 39 dB too low for the end of a word that it begins with."""

BREATH_DB = 30.0
"""Breaths lie this far under the loud frames and further; what comes and goes so softly is no noise. At 35 dB, 7 of 48
clean recordings (half 1) read over 6 dB lower for their breaths, here 2; mixtures at 20 dB SNR 0.1 and 0.3 dB worse."""

BLOCK, MIN_BLOCKS = 10, 10
"""Frames in which the level of noise is taken, and how many such blocks show how it changes."""

QUIET_DB = 40.0

ERROR_RATIO = 2.0
"""What is found between the sounds of speech is mostly right within these 3 dB: pauses that are only so much softer,
however far, are of the same room."""


@dataclass(frozen=True, slots=True)
class Noise:
    """The noise's mean power (full scale 1.0) and whether real pauses near the speech gave it."""

    power: float
    from_pauses: bool


def measure_noise(
    frame_power: Double, bands: Callable[[], Float], voice: VoiceActivity, pitch: Pitch, least_power: float = 0.0
) -> Noise | None:
    """Return the power of the noise under the voice.

    Parameters
    ----------
    frame_power : float64, shape (frames,)
        Power of each frame without DC.
    bands : callable
        Gives the power of each frame and band, all bands together; asked only where there are too few pauses.
    voice : VoiceActivity
    pitch : Pitch
    least_power : float
        What is known to be there at least: the noise of rounding.

    Returns
    -------
    Noise or None
        From the mean power of real pauses where there are `MIN_PAUSE_S` of them near the speech. Else from the
        quiet moments of each band within the speech (`pipeline.dsp.floor`), if that is more than what far pauses
        have. Where what is usually heard apart from the voice is much louder than that, noise comes and goes, and
        that counts. None where everything is empty, and where steady sound leaves nothing to be called speech.
    """
    if not voice.speech.any():
        return None
    within = _within(frame_power, bands, voice)
    power = float(frame_power[voice.pause].mean()) if _is_paused(voice) else within
    usual = _usual_power(frame_power, voice, _apart_from_voice(frame_power, voice, pitch))
    if usual > power * float(from_db(UNSTEADY_DB)):
        power = usual
    return Noise(max(power, within, least_power), from_pauses=_is_paused(voice) and power > within)


def _is_paused(voice: VoiceActivity) -> bool:
    return bool(voice.pause.sum() * HOP_S >= MIN_PAUSE_S)


def _within(frame_power: Double, bands: Callable[[], Float], voice: VoiceActivity) -> float:
    """Return the power of the noise between the sounds of speech; 0 where real pauses speak for it."""
    frames, in_pauses = ~voice.empty, 0.0
    if _is_paused(voice):
        frames, in_pauses = far_from_pauses(voice), float(frame_power[voice.pause].mean())
        if 2 * np.sum(frames & voice.speech) <= voice.speech.sum():
            return 0.0
    # What lies under the lowest band leaks into it, but not into the wave from the voice up.
    power = min(floor_power(bands(), frames), floor_power(frame_power[:, None], frames))
    return power if power > ERROR_RATIO * in_pauses else 0.0


def _usual_power(frame_power: Double, voice: VoiceActivity, apart: Bool) -> float:
    """Return the mean power of the middle one of the gaps apart from the voice, 0 where there are few.

    Of two in the middle the quieter, so that more than half of the gaps are as loud. They are few, too, where the calm
    close to the voice lasts longer than they do: it says that nothing came and went.
    """
    gaps = [gap for gap in runs(apart) if (gap[1] - gap[0]) * HOP_S >= MIN_GAP_S]
    frames = sum(stop - start for start, stop in gaps)
    if len(gaps) < MIN_GAPS or frames * HOP_S < MIN_APART_S or frames < np.sum(voice.pause & ~apart):
        return 0.0
    powers = np.sort([frame_power[start:stop].mean() for start, stop in gaps])
    return float(powers[(powers.size - 1) // 2])


def _apart_from_voice(frame_power: Double, voice: VoiceActivity, pitch: Pitch) -> Bool:
    """Return the frames that are far from certain voice: pauses, and what is heard in them but breath.

    None of a voice that is mostly without pitch: whispered, creaking.
    """
    level_db = to_db(frame_power)
    loud_db = float(np.percentile(level_db[voice.speech], 95))
    certain = pitch.voiced & (level_db > loud_db - NEAR_LOUD_DB)
    if certain.sum() < MIN_VOICED * voice.speech.sum():
        return np.zeros(certain.shape, dtype=bool)
    near = widened_frames(long_runs(certain, MIN_VOICED_S), round(BEFORE_S / HOP_S), round(AFTER_S / HOP_S))
    heard = voice.pause | (level_db > loud_db - BREATH_DB)
    return np.asarray(~voice.empty & ~near & heard)


def noise_variation_db(frame_power: Double, voice: VoiceActivity, pitch: Pitch) -> float | None:
    """Return the 95th percentile over the median of the level of 0.1 s without voice, in dB; None under 1 s.

    What lies `QUIET_DB` under the loud frames is all the same: a breath in silence is no noise that comes and goes.
    """
    if not voice.speech.any():
        return None
    least = float(np.percentile(frame_power[voice.speech], 95)) * float(from_db(-QUIET_DB))
    apart = frame_power[voice.pause | _apart_from_voice(frame_power, voice, pitch)]
    blocks = apart[: apart.size // BLOCK * BLOCK].reshape(-1, BLOCK).mean(axis=1)
    if blocks.size < MIN_BLOCKS:
        return None
    high, middle = np.percentile(to_db(np.maximum(blocks, least)), [95, 50])
    return float(high - middle)
