"""The voice in a wave, the noise under it and the room around it."""

from __future__ import annotations

from functools import cached_property

from pipeline.analysis.wave import WaveView
from pipeline.dsp.audible import audible_snr_db
from pipeline.dsp.bandwidth import bandwidth_hz
from pipeline.dsp.edges import speech_edges
from pipeline.dsp.floor import stretches
from pipeline.dsp.frames import HOP_S, Bool, to_db
from pipeline.dsp.images import Images, find_images
from pipeline.dsp.level_drift import far_louder
from pipeline.dsp.noise import Noise, measure_noise, noise_variation_db
from pipeline.dsp.outline import Outline, outline
from pipeline.dsp.pitch import Pitch, track_pitch
from pipeline.dsp.reverb import clarity_c50_db
from pipeline.dsp.speech_level import level_of, without
from pipeline.dsp.unsteady import dip_db, snr_limit_db
from pipeline.dsp.voice import VoiceActivity, bridged, find_voice

WORD_GAP_S = 0.2
"""Stop closures and the seams between words are shorter; P.56 holds speech on for as long."""


class SpeechView(WaveView):
    """A wave in which somebody may speak. For parameters see `WaveView`."""

    @cached_property
    def voice(self) -> VoiceActivity:
        """Where the voice is, and where real pauses are."""
        return find_voice(self.bands)

    @cached_property
    def outline(self) -> Outline:
        """Mean spectra of speech and of pauses, and the power of each frame."""
        return outline(self.spectrogram, self.voice.speech, self.voice.pause)

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
    def pitch(self) -> Pitch:
        """The pitch of the voice in every frame."""
        return track_pitch(self.thin, self.voice.speech)

    @cached_property
    def noise(self) -> Noise | None:
        """The noise under the voice; None where nothing can be told."""
        return measure_noise(self.frame_power, lambda: self.wide_bands, self.voice, self.pitch, self.quantisation_noise)

    @cached_property
    def noise_variation_db(self) -> float | None:
        """How far the noise wanders; None without enough pause."""
        return noise_variation_db(self.frame_power, self.voice, self.pitch)

    @cached_property
    def speech_level_dbfs(self) -> float | None:
        """Active speech level (P.56) less the noise that is in it; None without speech."""
        if self.noise is None:
            return None
        level = level_of(self.envelope, self.noise.power)
        return None if level is None else level[0]

    @cached_property
    def snr_db(self) -> float | None:
        """Active speech level over the noise, as far as noise that comes and goes leaves it; None where undefined."""
        if self.speech_level_dbfs is None or self.noise is None:
            return None
        steady_db = self.speech_level_dbfs - self._burst_db - float(to_db(self.noise.power))
        return self._limited_db(steady_db)

    @cached_property
    def far_louder(self) -> Bool:
        """Frames so much louder than the voice is elsewhere that the noise is not under them."""
        return far_louder(self.frame_power, self.voice.speech)

    @cached_property
    def _burst_db(self) -> float:
        """How far the active level lies over that of the usual voice: 0 but where a part is far louder.

        Two seconds of a near speaker beside a minute of a far one would give its noise an SNR that nobody's voice has.
        """
        if self.noise is None or self.speech_level_dbfs is None or not self.far_louder.any():
            return 0.0
        usual = level_of(without(self.envelope, self.far_louder, self.frame_power), self.noise.power)
        return 0.0 if usual is None else max(0.0, self.speech_level_dbfs - usual[0])

    @cached_property
    def audible_snr_db(self) -> float | None:
        """SNR weighted with how it is spread over the bands of the ear; None where it is undefined."""
        if self.snr_db is None:
            return None
        parts = 1 if self.noise is None or self.noise.from_pauses else stretches(len(self.bands))
        steady_db = audible_snr_db(self.snr_db, self.bands, self.voice, self.far_louder, parts)
        return self._limited_db(steady_db)

    @cached_property
    def dip_db(self) -> float | None:
        """How far the voice lies over what its bands never fall under in the noisier seconds; None for too little."""
        return dip_db(self.bands, self.spoken, self.voice.empty)

    @cached_property
    def snr_limit_db(self) -> float | None:
        """What noise that comes and goes leaves of the SNR; None for too little speech, or room that is unknown."""
        if self.dip_db is None or self.reverb_c50_db is None:
            return None
        return snr_limit_db(self.dip_db, self.reverb_c50_db)

    def _limited_db(self, steady_db: float) -> float:
        """Return an SNR, no higher than the limit; the room, which takes time, is asked for where it decides."""
        if self.dip_db is None or steady_db <= snr_limit_db(self.dip_db) or self.snr_limit_db is None:
            return steady_db
        return min(steady_db, self.snr_limit_db)

    @cached_property
    def reverb_c50_db(self) -> float | None:
        """Clarity index of the room; None where it cannot be told."""
        return clarity_c50_db(self.spectrogram, self.voice.without(self.far_louder), self.sample_rate_hz)

    @cached_property
    def bandwidth_hz(self) -> float | None:
        """How far up the voice reaches."""
        return bandwidth_hz(self.outline, self.voice, self.frequencies_hz, self.images)

    @cached_property
    def images(self) -> Images | None:
        """Mirrored copies of the band by a poor resampler."""
        return find_images(self.spectrogram, self.outline, self.voice, self.frequencies_hz)
