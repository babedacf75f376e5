"""One wave as samples, frames, spectra and levels."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from pipeline.analysis.inheritance import FromVoiceUp
from pipeline.audio import Audio
from pipeline.dsp.downmix import to_mono
from pipeline.dsp.frames import Bool, Double, Float, hop_length, mean
from pipeline.dsp.levels_above import levels_above
from pipeline.dsp.loudness import integrated_loudness_lufs, loudness_range_lu, step_powers
from pipeline.dsp.padding import find_padding
from pipeline.dsp.periods import Thinned
from pipeline.dsp.resolution import quantisation_noise_power
from pipeline.dsp.spectra import band_power, bin_frequencies_hz, power_spectrogram
from pipeline.dsp.speech_level import Envelope
from pipeline.dsp.true_peak import true_peak

VOICE_HZ = 80.0
"""No voice has anything below; rooms do, inaudibly and by the tens of decibels. Over 103 natural recordings the SNR
of 48 moved by more than 3 dB when what lies below was left out, and its wavering within one take fell from 9 dB to
0.3 dB."""


class WaveView:
    """A wave as it is, whether somebody speaks or not. Belongs to one wave and is thrown away with it.

    Parameters
    ----------
    audio : Audio
        More than one channel is mixed down by `to_mono` first.
    """

    def __init__(self, audio: Audio) -> None:
        self.audio = audio
        self.sample_rate_hz = audio.sample_rate_hz

    @property
    def frames(self) -> int:
        """Samples of a channel."""
        return self.audio.frames

    @cached_property
    def mono(self) -> Float:
        """The wave as one channel, float32 of shape (samples,)."""
        return np.asarray(to_mono(self.audio.wave, self.sample_rate_hz)[0][0])

    @cached_property
    def is_padded(self) -> bool:
        """Whether there is digital silence."""
        return bool(self.padding.any())

    @property
    def padding(self) -> Bool:
        """Samples of digital silence."""
        return find_padding(self.mono, self.sample_rate_hz)

    @cached_property
    def start(self) -> int:
        """Samples of digital silence before the recording: what is looked at block by block begins after them."""
        return 0 if self.mono.size and self.mono[0] != 0.0 else int(np.argmax(self.mono != 0.0))

    @cached_property
    def dc(self) -> float:
        """Mean of what was recorded."""
        return mean(self.mono[~self.padding] if self.is_padded else self.mono)

    @property
    def centred(self) -> Float:
        """`mono` without its DC. Digital silence stays what it is. Not kept: it is made in no time, and is large."""
        centred = self.mono - np.float32(self.dc)
        if self.is_padded:
            centred[self.padding] = 0.0
        return centred

    @property
    def wave_and_dc(self) -> tuple[Float, float]:
        """What was recorded and the DC that is still in it: `mono`, or where there is digital silence `centred`."""
        return (self.centred, 0.0) if self.is_padded else (self.mono, self.dc)

    @cached_property
    def from_voice_up(self) -> FromVoiceUp:
        """What is wanted of `centred` from `VOICE_HZ` up. The wave itself is not kept."""
        wave, dc = self.wave_and_dc
        return FromVoiceUp(*levels_above(wave, dc, self.sample_rate_hz, VOICE_HZ))

    @property
    def frame_power(self) -> Double:
        """Power of each frame from `VOICE_HZ` up."""
        return self.from_voice_up.frame_power

    @property
    def thin(self) -> Thinned:
        """The first harmonics of a voice: what pitch is told by."""
        return self.from_voice_up.thin

    @property
    def envelope(self) -> Envelope:
        """Magnitude of the wave from `VOICE_HZ` up: what the active speech level is told by."""
        return self.from_voice_up.envelope

    @cached_property
    def spectrogram(self) -> Float:
        """Power per frame and bin."""
        self.from_voice_up  # noqa: B018 - its wave comes and goes before this, the largest of all, is there
        wave, dc = self.wave_and_dc
        return power_spectrogram(wave, self.sample_rate_hz, dc)

    @cached_property
    def bands(self) -> Float:
        """Power per frame and band of the ear."""
        return band_power(self.spectrogram, self.sample_rate_hz)

    @cached_property
    def wide_bands(self) -> Float:
        """Power per frame and each of 24 mel bands up to half the sample rate."""
        return band_power(self.spectrogram, self.sample_rate_hz, VOICE_HZ, self.sample_rate_hz / 2.0, 24)

    def condense(self) -> None:
        """Make room for the analysis of a changed wave: keep what is compared, and not the spectrogram.

        What needs that after all makes it again.
        """
        if "spectrogram" in vars(self):
            self.wide_bands  # noqa: B018 - made while there is one
            del self.spectrogram

    @property
    def hop_s(self) -> float:
        """Time from one frame to the next: `HOP_S` to the nearest sample, which is 0.2 % less at 22.05 kHz."""
        return self.hop / self.sample_rate_hz

    @property
    def hop(self) -> int:
        """Samples from one frame to the next."""
        return hop_length(self.sample_rate_hz)

    @cached_property
    def frequencies_hz(self) -> Double:
        """Frequency of each bin of the spectrogram."""
        return bin_frequencies_hz(self.sample_rate_hz)

    @cached_property
    def quantisation_noise(self) -> float:
        """Power of the noise of rounding."""
        return quantisation_noise_power(self.mono)

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
