"""What goes wrong with recordings, as functions of a clean take: each gives `(frames,)` or `(frames, 2)`."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import signal

Array = NDArray[np.float64]


def gain(db: float) -> float:
    """Give the factor that changes a level by so many decibels."""
    return float(10 ** (db / 20))


def rms(wave: Array) -> float:
    """Root mean square."""
    return float(np.sqrt(np.mean(wave**2)))


@dataclass(frozen=True)
class Take:
    """A clean take with the voice and the room kept apart, so that what is done to it has known numbers."""

    voice: Array
    room: Array
    rate: int
    rng: np.random.Generator

    @property
    def wave(self) -> Array:
        """What a microphone would have heard."""
        return self.voice + self.room

    @cached_property
    def active(self) -> NDArray[np.bool_]:
        """Where the voice sounds: blocks of 20 ms less than 40 dB under the loudest one."""
        return active_samples(self.voice, self.rate)

    @cached_property
    def level(self) -> float:
        """Active speech level: RMS while the voice sounds. Every SNR here is relative to it."""
        return rms(self.voice[self.active])


def active_samples(voice: Array, rate: int) -> NDArray[np.bool_]:
    """Mark the samples in 20 ms blocks that are less than 40 dB under the loudest block."""
    block = rate // 50
    padded = np.pad(voice, (0, -len(voice) % block)).reshape(-1, block)
    power = np.mean(padded**2, axis=1)
    return np.repeat(power > power.max() * 1e-4, block)[: len(voice)]


def coloured_noise(frames: int, rate: int, slope: float, rng: np.random.Generator) -> Array:
    """Noise of RMS 1 whose power falls with frequency to the given power (0 white, 1 pink) from 60 Hz."""
    spectrum = np.fft.rfft(rng.standard_normal(frames))
    hz = np.fft.rfftfreq(frames, 1 / rate)
    spectrum *= np.where(hz < 60, (hz / 60) ** 2, 1) / np.maximum(hz, 60) ** (slope / 2)
    noise = np.fft.irfft(spectrum, frames)
    return noise / rms(noise)


def fan(take: Take, snr_db: float) -> Array:
    """Steady broadband noise, as of a computer's fan or a loud preamplifier."""
    noise = coloured_noise(len(take.voice), take.rate, 0.5, take.rng)
    return take.wave + noise * take.level * gain(-snr_db)


def street(take: Take, crowd: Array, snr_db: float) -> Array:
    """Talk of other people, traffic rumble and three cars that pass."""
    frames = len(take.voice)
    seconds = np.arange(frames) / take.rate
    rumble = coloured_noise(frames, take.rate, 2.0, take.rng)
    tyres = coloured_noise(frames, take.rate, 0.7, take.rng)
    passes = sum(np.exp(-0.5 * ((seconds - seconds[-1] * at) / 1.2) ** 2) for at in (0.15, 0.48, 0.85))
    noise = crowd / rms(crowd) + 0.6 * rumble + 0.8 * tyres * passes
    return take.wave + noise * take.level * gain(-snr_db) / rms(noise)


def hum(take: Take, below_db: float, mains_hz: float = 50.0) -> Array:
    """Mains hum with seven harmonics, the odd ones stronger, so many decibels under the speech."""
    seconds = np.arange(len(take.voice)) / take.rate
    partials = {1: 1.0, 2: 0.5, 3: 0.6, 4: 0.2, 5: 0.35, 6: 0.1, 7: 0.2, 9: 0.1}
    tone = sum(a * np.sin(2 * np.pi * n * mains_hz * seconds + take.rng.uniform(0, 6)) for n, a in partials.items())
    return take.wave + tone * take.level * gain(-below_db) / rms(tone)


def clip(take: Take, ratio: float, then_db: float) -> Array:
    """Overdrive until so large a share of the samples of speech is cut off flat, then turn it down."""
    limit = float(np.quantile(np.abs(take.wave[take.active]), 1 - ratio))
    return np.clip(take.wave / limit, -1, 1) * gain(then_db)


def echo(take: Take, rt60_s: float, direct_to_reverberant_db: float) -> Array:
    """Put the voice in a hall: the direct sound, 8 ms later a tail that falls 60 dB in `rt60_s`."""
    seconds = np.arange(int(2 * rt60_s * take.rate)) / take.rate
    tail = take.rng.standard_normal(len(seconds)) * gain(-60) ** (seconds / rt60_s)
    tail *= gain(-direct_to_reverberant_db) / np.sqrt(np.sum(tail**2))
    response = np.concatenate([[1.0], np.zeros(int(0.008 * take.rate)), tail])
    wet = signal.fftconvolve(take.voice, response)[: len(take.voice)]
    return wet * take.level / rms(wet[take.active]) + take.room


def telephone(take: Take) -> Array:
    """Keep 300 to 3400 Hz, at 8 kHz as a telephone has it, and come back to the rate there was."""
    sos = signal.ellip(8, 0.2, 60, (300, 3400), "bandpass", fs=8000, output="sos")
    narrow = signal.sosfilt(sos, signal.resample_poly(take.wave, 8000, take.rate))
    return signal.resample_poly(narrow, take.rate, 8000)[: len(take.voice)]


def offset(take: Take, ratio: float) -> Array:
    """Shift everything by a constant share of full scale."""
    return take.wave + ratio


def dead_right(take: Take) -> Array:
    """Stereo from a cable with one broken wire: on the right only a converter's hiss at -90 dBFS."""
    return np.column_stack([take.wave, take.rng.standard_normal(len(take.voice)) * gain(-90)])


def opposite(take: Take) -> Array:
    """Stereo from a wrongly soldered plug: the right channel is the left one upside down."""
    return np.column_stack([take.wave, -take.wave])


def quiet(take: Take, lufs: float) -> Array:
    """Turn everything down to a loudness by ITU-R BS.1770."""
    import pyloudnorm

    return take.wave * gain(lufs - pyloudnorm.Meter(take.rate).integrated_loudness(take.wave))
