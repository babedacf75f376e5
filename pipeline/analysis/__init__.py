"""What many steps need of one wave, each computed at the first call and once."""

from __future__ import annotations

import weakref
from functools import cached_property

import numpy as np
import numpy.typing as npt

from pipeline.analysis.inheritance import after_cut, after_gain
from pipeline.analysis.speech import SpeechView
from pipeline.analysis.wave import VOICE_HZ
from pipeline.audio import Audio
from pipeline.dsp.clicks import find_clicks
from pipeline.dsp.clipping import clipped_at
from pipeline.dsp.diversity import phonetic_diversity
from pipeline.dsp.dropouts import find_dropouts
from pipeline.dsp.emptied import emptied_ratio
from pipeline.dsp.frames import Bool, Double, energy, mask_of, runs, runs_of
from pipeline.dsp.hum import hum_db
from pipeline.dsp.level_drift import level_drift_db
from pipeline.dsp.music import held_tones
from pipeline.dsp.overlap import second_voice
from pipeline.dsp.pace import pace_variation, syllable_nuclei
from pipeline.dsp.speakers import mean_cepstrum, speaker_changes
from pipeline.dsp.voiceprint import Voiceprint, voiceprint

CEILING_S = 10.0
"""A minute clipped at one level beside seconds of louder sound: over the whole it has no plateau at the top."""

NO_SPEECH = "no speech was found"
"""Why many measures are undefined."""

__all__ = ["NO_SPEECH", "VOICE_HZ", "Analysis"]


class Analysis(SpeechView):
    """A wave looked at: as it is, with its voice, and what is told by or wrong with either. Parameters: `WaveView`.

    Examples
    --------
    >>> from pipeline import read
    >>> analysis = Analysis(read("samples/mia/harbour.flac").audio)
    >>> round(analysis.speech_s), analysis.snr_db > 40.0
    (37, True)
    """

    def __init__(self, audio: Audio) -> None:
        super().__init__(audio)
        self._louder_than: tuple[weakref.ref[Analysis], float] | None = None

    def changed_to(self, audio: Audio) -> Analysis:
        """Return the analysis of a changed wave. What was left as it was, or only scaled, is not measured again."""
        after = Analysis(audio)
        gain = after_gain(self, after)
        if gain is not None:
            after._louder_than = weakref.ref(self), gain
        return after

    def cut_to(self, audio: Audio, start: int) -> Analysis:
        """Return the analysis of a piece of the wave, changed at its ends alone, and give it what was seen of it."""
        after = Analysis(audio)
        after_cut(self, after, start)
        return after

    def gain_over(self, before: Analysis) -> float | None:
        """Return by what the wave of another analysis was made louder as a whole to give this; None if it was not."""
        if self is before:
            return 1.0
        if self._louder_than is None or self._louder_than[0]() is not before:
            return None
        return self._louder_than[1]

    def is_gain_of(self, before: Analysis) -> bool:
        """Say whether the wave is that of another analysis, made louder or softer as a whole."""
        return self is not before and self.gain_over(before) is not None

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
    def timbre(self) -> Double | None:
        """What the voice sounds like on the whole; None without enough speech."""
        return mean_cepstrum(self.spectrogram, self.voice, self.pitch.voiced, self.sample_rate_hz)

    @cached_property
    def voiceprint(self) -> Voiceprint | None:
        """What clips of one voice are told by; None without enough speech."""
        return voiceprint(self.spectrogram, self.voice, self.pitch, self.sample_rate_hz)

    @cached_property
    def speaker_changes(self) -> npt.NDArray[np.intp] | None:
        """Frames at which the voice becomes another one; None without enough speech."""
        return speaker_changes(self.spectrogram, self.voice, self.pitch.voiced, self.sample_rate_hz)

    @cached_property
    def second_voice(self) -> tuple[Bool, Bool]:
        """Where a second voice sounds, and which frames were looked at: every second one that has a pitch."""
        return second_voice(self.thin, self.pitch)

    @cached_property
    def held_tones(self) -> Bool | None:
        """Frames in which a partial holds its frequency, as in music; None where it cannot be told."""
        return held_tones(self.spectrogram, self.outline, self.frequencies_hz)

    @cached_property
    def emptied_ratio(self) -> float | None:
        """Share of the cells of speech that hold next to nothing; None without speech."""
        return emptied_ratio(self.spectrogram, self.spoken, self.sample_rate_hz)

    @cached_property
    def plateaus(self) -> npt.NDArray[np.intp]:
        """Clipped plateaus, in samples, shape (plateaus, 2).

        They are sought in stretches of `CEILING_S` or so: each may have its own ceiling.
        """
        found, start = [], self.start
        stretches = max(1, round((self.mono.size - start) / (CEILING_S * self.sample_rate_hz)))
        for stretch in np.array_split(self.mono[start:], stretches):
            found.append(start + clipped_at(stretch, self.sample_rate_hz))
            start += stretch.size
        return runs_of(np.concatenate(found))

    @property
    def clipped(self) -> Bool:
        """Samples on a clipped plateau. Not kept: there are as many as the wave has, and mostly none is."""
        return mask_of(self.plateaus, self.frames)

    @property
    def clipped_ratio(self) -> float:
        """Share of the samples that lie on a clipped plateau."""
        return float(np.diff(self.plateaus).sum()) / self.frames

    @cached_property
    def clipped_power_ratio(self) -> float | None:
        """Share of the power that lies on clipped plateaus; None for digital silence."""
        power = energy(self.mono)
        return energy(self.mono[self.clipped]) / power if power > 0.0 else None

    @cached_property
    def hum_db(self) -> float | None:
        """How far mains hum stands out; None where it cannot be told."""
        return hum_db(self.centred, self.sample_rate_hz)

    @cached_property
    def clicks(self) -> npt.NDArray[np.intp]:
        """Clicks and jumps, in samples, shape (clicks, 2)."""
        louder = self.far_louder[self.start // self.hop :]
        return self.start + find_clicks(self.wave_and_dc[0][self.start :], self.sample_rate_hz, louder)

    @cached_property
    def dropouts(self) -> npt.NDArray[np.intp]:
        """Gaps in loud sound and repeated packets, in samples, shape (dropouts, 2)."""
        step, (wave, dc) = float(np.sqrt(12.0 * self.quantisation_noise)), self.wave_and_dc
        found = find_dropouts(wave[self.start :], self.sample_rate_hz, self._room_change(), step, dc)
        return self.start + found

    def _room_change(self) -> float | None:
        """Return the root mean square of the change from sample to sample in real pauses."""
        wave, dc = self.wave_and_dc
        pauses = runs(self.voice.pause) * self.hop
        pieces = [np.diff(wave[start:stop] - np.float32(dc)) for start, stop in pauses]
        change = np.concatenate(pieces) if pieces else wave[:0]
        return float(np.sqrt(energy(change) / change.size)) if change.size else None
