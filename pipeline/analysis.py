"""What many steps need of one wave, each computed at the first call and once."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

from pipeline.audio import Audio
from pipeline.dsp.audible import audible_snr_db
from pipeline.dsp.bandwidth import bandwidth_hz
from pipeline.dsp.clicks import find_clicks
from pipeline.dsp.clipping import clipped
from pipeline.dsp.diversity import phonetic_diversity
from pipeline.dsp.downmix import to_mono
from pipeline.dsp.dropouts import find_dropouts
from pipeline.dsp.edges import speech_edges
from pipeline.dsp.emptied import emptied_ratio
from pipeline.dsp.frames import HOP_S, Bool, Double, Float, cut_frames, frame_power, runs, to_db
from pipeline.dsp.highpass import above
from pipeline.dsp.hum import hum_db
from pipeline.dsp.images import Images, find_images
from pipeline.dsp.level_drift import level_drift_db
from pipeline.dsp.loudness import integrated_loudness_lufs, loudness_range_lu, step_powers
from pipeline.dsp.music import held_tones
from pipeline.dsp.noise import Noise, measure_noise, noise_variation_db
from pipeline.dsp.pace import pace_variation, syllable_nuclei
from pipeline.dsp.padding import find_padding
from pipeline.dsp.pitch import Pitch, track_pitch
from pipeline.dsp.resolution import quantisation_noise_power
from pipeline.dsp.reverb import clarity_c50_db
from pipeline.dsp.speakers import speaker_changes
from pipeline.dsp.spectra import band_power, bin_frequencies_hz, power_spectrogram
from pipeline.dsp.speech_level import active_speech_level_dbfs
from pipeline.dsp.true_peak import true_peak
from pipeline.dsp.unsteady import snr_limit_db
from pipeline.dsp.voice import VoiceActivity, bridged, find_voice

NO_SPEECH = "no speech was found"
"""Why many measures are undefined."""

WORD_GAP_S = 0.2
"""Stop closures and the seams between words are shorter; P.56 holds speech on for as long."""

VOICE_HZ = 80.0
"""No voice has anything below; rooms do, inaudibly and by the tens of decibels. Over 103 natural recordings the SNR
of 48 moved by more than 3 dB when what lies below was left out, and its wavering within one take fell from 9 dB to
0.3 dB."""


class Analysis:
    """A wave looked at. Belongs to one wave and is thrown away with it.

    Parameters
    ----------
    audio : Audio
        More than one channel is mixed down by `to_mono` first.
    """

    def __init__(self, audio: Audio) -> None:
        self.audio = audio
        self.sample_rate_hz = audio.sample_rate_hz

    @cached_property
    def mono(self) -> Float:
        """The wave as one channel, float32 of shape (samples,)."""
        return np.asarray(to_mono(self.audio.wave, self.sample_rate_hz)[0][0])

    @cached_property
    def padding(self) -> Bool:
        """Samples of digital silence."""
        return find_padding(self.mono, self.sample_rate_hz)

    @cached_property
    def start(self) -> int:
        """Samples of digital silence before the recording: what is looked at block by block begins after them."""
        return int(np.argmax(self.mono != 0.0))

    @cached_property
    def dc(self) -> float:
        """Mean of what was recorded."""
        recorded = self.mono[~self.padding] if self.padding.any() else self.mono
        return float(recorded.mean(dtype=np.float64)) if recorded.size else 0.0

    @cached_property
    def centred(self) -> Float:
        """`mono` without its DC. Digital silence stays what it is."""
        centred = self.mono - np.float32(self.dc)
        centred[self.padding] = 0.0
        return centred

    @cached_property
    def voiced(self) -> Float:
        """`centred` from `VOICE_HZ` up: what levels of voice and noise are measured on."""
        return above(self.centred, self.sample_rate_hz, VOICE_HZ)

    @cached_property
    def frame_power(self) -> Double:
        """Power of each frame from `VOICE_HZ` up."""
        return frame_power(cut_frames(self.voiced, self.sample_rate_hz))

    @cached_property
    def spectrogram(self) -> Float:
        """Power per frame and bin."""
        return power_spectrogram(self.centred, self.sample_rate_hz)

    @cached_property
    def bands(self) -> Float:
        """Power per frame and band of the ear."""
        return band_power(self.spectrogram, self.sample_rate_hz)

    @cached_property
    def frequencies_hz(self) -> Double:
        """Frequency of each bin of the spectrogram."""
        return bin_frequencies_hz(self.sample_rate_hz, self.spectrogram.shape[1])

    @cached_property
    def voice(self) -> VoiceActivity:
        """Where the voice is, and where real pauses are."""
        return find_voice(self.spectrogram, self.sample_rate_hz)

    @cached_property
    def spoken(self) -> Bool:
        """Frames of speech; gaps under `WORD_GAP_S` within it count as speech."""
        return bridged(self.voice.speech, WORD_GAP_S)

    @cached_property
    def speech_edges(self) -> tuple[int, int] | None:
        """First frame of the speaker, and the one after the last; None without speech."""
        return speech_edges(self.frame_power, self.voice, self.pitch, 0.0 if self.noise is None else self.noise.power)

    @cached_property
    def speech_s(self) -> float:
        """Seconds of speech, as `spoken` counts them."""
        return float(self.spoken.sum()) * HOP_S

    def per_minute_of_speech(self, count: int) -> float | None:
        """Return a count as a rate; None without speech."""
        return 60.0 * count / self.speech_s if self.speech_s > 0.0 else None

    @cached_property
    def noise(self) -> Noise | None:
        """The noise under the voice; None where nothing can be told."""
        return measure_noise(self.frame_power, self.voice, self.pitch, self.quantisation_noise)

    @cached_property
    def noise_variation_db(self) -> float | None:
        """How far the noise wanders; None without enough pause."""
        return noise_variation_db(self.frame_power, self.voice, self.pitch)

    @cached_property
    def speech_level_dbfs(self) -> float | None:
        """Active speech level (P.56) less the noise that is in it; None without speech."""
        if self.noise is None:
            return None
        level = active_speech_level_dbfs(self.voiced, self.sample_rate_hz, self.noise.power)
        return None if level is None else level[0]

    @cached_property
    def snr_db(self) -> float | None:
        """Active speech level over the noise, as far as noise that comes and goes leaves it; None where undefined."""
        if self.speech_level_dbfs is None or self.noise is None:
            return None
        steady_db = self.speech_level_dbfs - float(to_db(self.noise.power))
        return steady_db if self.snr_limit_db is None else min(steady_db, self.snr_limit_db)

    @cached_property
    def audible_snr_db(self) -> float | None:
        """SNR weighted with how it is spread over the bands of the ear; None where it is undefined."""
        if self.snr_db is None:
            return None
        steady_db = audible_snr_db(self.snr_db, self.bands, self.voice)
        return steady_db if self.snr_limit_db is None else min(steady_db, self.snr_limit_db)

    @cached_property
    def snr_limit_db(self) -> float | None:
        """What noise that comes and goes leaves of the SNR; None for too little speech, or room that is unknown."""
        if self.reverb_c50_db is None:
            return None
        return snr_limit_db(self.bands, self.spoken, self.voice.empty, self.reverb_c50_db)

    @cached_property
    def quantisation_noise(self) -> float:
        """Power of the noise of rounding."""
        return quantisation_noise_power(self.mono)

    @cached_property
    def pitch(self) -> Pitch:
        """The pitch of the voice in every frame."""
        return track_pitch(self.voiced, self.sample_rate_hz, self.voice.speech)

    @cached_property
    def level_drift_db(self) -> float | None:
        """How far the level of the voice wanders; None without enough of it."""
        if self.noise is None:
            return None
        return level_drift_db(self.frame_power, self.noise.power, self.pitch.voiced)

    @cached_property
    def nuclei(self) -> npt.NDArray[np.intp]:
        """Frames in which syllables have their nuclei."""
        return syllable_nuclei(self.spectrogram, self.frequencies_hz, self.voice.speech, self.pitch.voiced)

    @cached_property
    def pace_variation(self) -> float | None:
        """How much the pace of speech changes; None without enough of it."""
        return pace_variation(self.nuclei, self.spoken)

    @cached_property
    def phonetic_diversity(self) -> float | None:
        """How many of the sounds of speech occur; None without speech."""
        return phonetic_diversity(self.spectrogram, self.voice, self.sample_rate_hz)

    @cached_property
    def speaker_changes(self) -> npt.NDArray[np.intp] | None:
        """Frames at which the voice becomes another one; None without enough speech."""
        return speaker_changes(self.spectrogram, self.voice, self.pitch.voiced, self.sample_rate_hz)

    @cached_property
    def held_tones(self) -> Bool | None:
        """Frames in which a partial holds its frequency, as in music; None where it cannot be told."""
        return held_tones(self.spectrogram, self.frequencies_hz)

    @cached_property
    def emptied_ratio(self) -> float | None:
        """Share of the cells of speech that hold next to nothing; None without speech."""
        return emptied_ratio(self.spectrogram, self.spoken, self.sample_rate_hz)

    @cached_property
    def clipped(self) -> Bool:
        """Samples on a clipped plateau."""
        found = clipped(self.mono[self.start :], self.sample_rate_hz)
        return np.concatenate([np.zeros(self.start, dtype=bool), found])

    @cached_property
    def step_powers(self) -> Double:
        """Mean square of the K-weighted wave in each 100 ms."""
        return step_powers(self.mono, self.sample_rate_hz)

    @cached_property
    def loudness_lufs(self) -> float | None:
        """Integrated loudness."""
        return integrated_loudness_lufs(self.step_powers)

    @cached_property
    def loudness_range_lu(self) -> float | None:
        """Loudness range."""
        return loudness_range_lu(self.step_powers)

    @cached_property
    def true_peak(self) -> float:
        """Highest magnitude between the samples."""
        return true_peak(self.mono)

    @cached_property
    def bandwidth_hz(self) -> float | None:
        """How far up the voice reaches."""
        return bandwidth_hz(self.spectrogram, self.voice, self.frequencies_hz, self.images)

    @cached_property
    def images(self) -> Images | None:
        """Mirrored copies of the band by a poor resampler."""
        return find_images(self.spectrogram, self.voice, self.frequencies_hz)

    @cached_property
    def reverb_c50_db(self) -> float | None:
        """Clarity index of the room; None where it cannot be told."""
        return clarity_c50_db(self.spectrogram, self.voice, self.sample_rate_hz)

    @cached_property
    def hum_db(self) -> float | None:
        """How far mains hum stands out; None where it cannot be told."""
        return hum_db(self.centred, self.sample_rate_hz)

    @cached_property
    def clicks(self) -> npt.NDArray[np.intp]:
        """Clicks and jumps, in samples, shape (clicks, 2)."""
        return self.start + find_clicks(self.centred[self.start :], self.sample_rate_hz)

    @cached_property
    def dropouts(self) -> npt.NDArray[np.intp]:
        """Gaps in loud sound and repeated packets, in samples, shape (dropouts, 2)."""
        step = float(np.sqrt(12.0 * self.quantisation_noise))
        found = find_dropouts(self.centred[self.start :], self.sample_rate_hz, self._room_change, step)
        return self.start + found

    @property
    def _room_change(self) -> float | None:
        """Root mean square of the change from sample to sample in real pauses."""
        hop = round(HOP_S * self.sample_rate_hz)
        pieces = [np.diff(self.centred[start * hop : stop * hop]) for start, stop in runs(self.voice.pause)]
        change = np.concatenate(pieces) if pieces else np.empty(0)
        return float(np.sqrt(np.mean(np.square(change, dtype=np.float64)))) if change.size else None
