"""Damages with a known amount, done to clean takes: one function a kind, and the table of them."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline.codec import read
from pipeline.codec.ffmpeg import find_program
from pipeline.dsp.speech_level import active_speech_level_dbfs
from tests.evaluation.corpus import Float
from tests.evaluation.takes import Take

Rng = np.random.Generator


@dataclass(frozen=True)
class Stock:
    """What damages are made with: noises and responses as (wave, rate), and other speakers' takes."""

    noises: Sequence[tuple[Float, int]]
    responses: Sequence[tuple[Float, int]]
    others: Sequence[Take]


def resampled(wave: Float, rate: int, to_rate: int) -> Float:
    """Return the wave at another rate."""
    import librosa

    return wave if rate == to_rate else librosa.resample(wave, orig_sr=rate, target_sr=to_rate)


def mixed(take: Take, noise: Float, snr_db: float) -> Float:
    """Return the take with noise at an SNR of active speech level over mean noise power."""
    level = active_speech_level_dbfs(take.wave, take.rate)
    power = float(np.mean(np.square(noise, dtype=np.float64)))
    if level is None or power < 1e-12:
        return take.wave
    return take.wave + np.float32(np.sqrt(10.0 ** ((level[0] - snr_db) / 10.0) / power)) * noise


def piece(noise: Float, length: int, rng: Rng) -> Float:
    """Return a stretch of the noise, repeated where it is too short."""
    repeated = np.tile(noise - noise.mean(), length // noise.size + 2)
    start = rng.integers(repeated.size - length)
    return repeated[start : start + length].astype(np.float32)


def noise(take: Take, snr_db: float, rng: Rng, stock: Stock) -> Float:
    """Recorded noise, steady or not."""
    wave, rate = stock.noises[rng.integers(len(stock.noises))]
    return mixed(take, piece(resampled(wave, rate, take.rate), take.wave.size, rng), snr_db)


def coloured_noise(take: Take, snr_db: float, rng: Rng, stock: Stock) -> Float:
    """Steady noise, white to brown."""
    shape = np.fft.rfft(rng.standard_normal(take.wave.size))
    at_hz = np.fft.rfftfreq(take.wave.size, 1.0 / take.rate)
    shape *= np.maximum(at_hz, 30.0) ** -rng.uniform(0.0, 1.0)
    return mixed(take, np.fft.irfft(shape, take.wave.size).astype(np.float32), snr_db)


def babble(take: Take, snr_db: float, rng: Rng, stock: Stock) -> Float:
    """Six other people talking."""
    chosen = [stock.others[i] for i in rng.permutation(len(stock.others)) if stock.others[i].speaker != take.speaker]
    voices = [piece(resampled(one.wave, one.rate, take.rate), take.wave.size, rng) for one in chosen[:6]]
    return mixed(take, np.sum([one / (one.std() + 1e-9) for one in voices], axis=0, dtype=np.float32), snr_db)


def hum(take: Take, snr_db: float, rng: Rng, stock: Stock) -> Float:
    """Mains hum with uneven harmonics."""
    at, mains_hz = np.arange(take.wave.size) / take.rate, float(rng.choice([50.0, 60.0]))
    lines = [
        rng.uniform(0.1, 1.0) / order**0.7 * np.sin(2.0 * np.pi * order * mains_hz * at + rng.uniform(0.0, 6.28))
        for order in range(1, 13)
    ]
    return mixed(take, np.sum(lines, axis=0).astype(np.float32), snr_db)


def music(take: Take, snr_db: float, rng: Rng, stock: Stock) -> Float:
    """Struck chords of decaying tones."""
    at, sound = np.arange(take.wave.size) / take.rate, np.zeros(take.wave.size)
    for start in np.arange(0.0, at[-1], 0.5):
        root_hz, since = 110.0 * 2.0 ** (rng.integers(24) / 12.0), np.maximum(at - start, 0.0)
        for ratio in (1.0, 1.26, 1.5, 2.0, 3.0):
            sound += (at >= start) * np.exp(-2.0 * since) * np.sin(2.0 * np.pi * root_hz * ratio * since) / ratio
    return mixed(take, sound.astype(np.float32), snr_db)


def reverb(take: Take, c50_db: float, rng: Rng, stock: Stock) -> Float:
    """A room: a response whose sound after the direct one (2.5 ms) is scaled to a clarity index C50."""
    from scipy.signal import fftconvolve

    while True:
        response, rate = stock.responses[rng.integers(len(stock.responses))]
        response = resampled(response, rate, take.rate)
        peak = int(np.abs(response).argmax())
        room = response[peak:].astype(np.float64) / response[peak]
        start, late = round(0.0025 * take.rate), round(0.05 * take.rate)
        direct, early, tail = (float(np.sum(part**2)) for part in np.split(room, [start, late]))
        gain = tail * 10.0 ** (c50_db / 10.0) - early
        if gain > 0.0:  # else no gain makes this room so dry or so wet
            room[start:] *= np.sqrt(direct / gain)
            return fftconvolve(take.wave, room)[: take.wave.size].astype(np.float32)


def clipping(take: Take, share: float, rng: Rng, stock: Stock) -> Float:
    """Cut off so that `share` of the samples lies on a plateau, then scaled."""
    level = np.quantile(np.abs(take.wave), 1.0 - share)
    return (np.clip(take.wave, -level, level) * rng.uniform(0.3, 0.95) / level).astype(np.float32)


def clipped_mp3(take: Take, share: float, rng: Rng, stock: Stock) -> Float:
    """Cut off, then coded at 128 kbit/s."""
    wave = clipping(take, share, rng, stock)
    return coded(Take(wave, take.rate, take.speaker), "mp3", ["-b:a", "128k"], min(take.rate, 44100))


def telephone(take: Take, rate: float, rng: Rng, stock: Stock) -> Float:
    """At a telephone's rate for a while, and back by a good converter, by straight lines or by repeating samples."""
    low = resampled(take.wave, take.rate, round(rate))
    at = np.arange(take.wave.size) * rate / take.rate
    ways = (
        lambda: np.pad(resampled(low, round(rate), take.rate), (0, take.rate))[: take.wave.size],
        lambda: np.interp(at, np.arange(low.size), low),
        lambda: low[np.minimum(at.astype(int), low.size - 1)],
    )
    return np.asarray(ways[rng.integers(3)](), dtype=np.float32)


def low_pass(take: Take, cutoff_hz: float, rng: Rng, stock: Stock) -> Float:
    """A band limit."""
    from scipy.signal import butter, sosfiltfilt

    if cutoff_hz >= 0.49 * take.rate:
        return take.wave
    sections = butter(int(rng.choice([6, 8, 12])), cutoff_hz, fs=take.rate, output="sos")
    return sosfiltfilt(sections, take.wave).astype(np.float32)


def coded(take: Take, suffix: str, options: Sequence[str], rate: int) -> Float:
    """Through an encoder of ffmpeg and back."""
    import soundfile

    with tempfile.TemporaryDirectory() as folder:
        plain, file = Path(folder, "plain.wav"), Path(folder, f"coded.{suffix}")
        soundfile.write(plain, take.wave, take.rate, subtype="FLOAT")
        command = [find_program(), "-v", "error", "-i", str(plain), "-ar", str(rate), *options, str(file)]
        subprocess.run(command, check=True, timeout=60)
        back = read(file).audio
    wave = resampled(np.array(back.wave[0]), back.sample_rate_hz, take.rate)
    return np.pad(wave, (0, max(0, take.wave.size - wave.size)))[: take.wave.size]


def mp3(take: Take, rate_kbps: float, rng: Rng, stock: Stock) -> Float:
    """MP3 at a low rate."""
    rate = 16000 if rate_kbps <= 24 else min(take.rate, 44100)
    return coded(take, "mp3", ["-b:a", f"{rate_kbps:g}k"], rate)


def opus(take: Take, rate_kbps: float, rng: Rng, stock: Stock) -> Float:
    """Opus as in calls."""
    return coded(take, "opus", ["-c:a", "libopus", "-b:a", f"{rate_kbps:g}k", "-application", "voip"], 48000)


def dropouts(take: Take, per_10_s: float, rng: Rng, stock: Stock) -> Float:
    """Gaps of 20 to 60 ms with nothing in them."""
    wave = take.wave.copy()
    for start in _places(take, per_10_s, rng):
        wave[start : start + round(rng.uniform(0.02, 0.06) * take.rate)] = 0.0
    return wave


def repeats(take: Take, per_10_s: float, rng: Rng, stock: Stock) -> Float:
    """Lost packets of 20 to 40 ms that were hidden by the packet before."""
    wave = take.wave.copy()
    for start in _places(take, per_10_s, rng):
        length = round(rng.choice([0.02, 0.03, 0.04]) * take.rate)
        if start >= length and start + length <= wave.size:
            wave[start : start + length] = wave[start - length : start]
    return wave


def clicks(take: Take, per_10_s: float, rng: Rng, stock: Stock) -> Float:
    """Impulses one to eight samples wide."""
    wave = take.wave.copy()
    for start in rng.integers(0, wave.size - 8, max(1, round(per_10_s * wave.size / take.rate / 10.0))):
        wave[start : start + rng.integers(1, 9)] += rng.choice([-1.0, 1.0]) * rng.uniform(0.2, 0.8) * np.abs(wave).max()
    return wave


def quantised(take: Take, bits: float, rng: Rng, stock: Stock) -> Float:
    """Few bits a sample."""
    steps = 2.0 ** (bits - 1.0) / np.abs(take.wave).max()
    return (np.round(take.wave * steps) / steps).astype(np.float32)


def over_denoised(take: Take, snr_db: float, rng: Rng, stock: Stock) -> Float:
    """Noise, taken down far too hard."""
    import noisereduce

    noisy = coloured_noise(take, snr_db, rng, stock)
    return np.asarray(noisereduce.reduce_noise(noisy, take.rate, stationary=True), dtype=np.float32)


def noisy_room(take: Take, snr_db: float, rng: Rng, stock: Stock) -> Float:
    """Reverberation and noise."""
    wet = reverb(take, float(rng.uniform(6.0, 20.0)), rng, stock)
    return noise(Take(wet, take.rate, take.speaker), snr_db, rng, stock)


def untouched(take: Take, gain_db: float, rng: Rng, stock: Stock) -> Float:
    """Nothing but gain."""
    return take.wave * np.float32(10.0 ** (gain_db / 20.0) * 0.5 / np.abs(take.wave).max())


def _places(take: Take, per_10_s: float, rng: Rng) -> list[int]:
    """Return places in speech, where a loss is heard."""
    loud = np.abs(take.wave) > 0.1 * np.abs(take.wave).max()
    count = max(1, round(per_10_s * take.wave.size / take.rate / 10.0))
    return [int(at) for at in rng.choice(np.flatnonzero(loud), count)]


Apply = Callable[[Take, float, Rng, Stock], Float]

DAMAGES: dict[str, tuple[Apply, tuple[float, ...]]] = {
    "none": (untouched, (-12.0, 0.0)),
    "noise": (noise, (0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 40.0)),
    "coloured noise": (coloured_noise, (0.0, 10.0, 20.0, 30.0, 40.0)),
    "babble": (babble, (5.0, 15.0, 25.0, 35.0)),
    "hum": (hum, (5.0, 15.0, 25.0, 35.0)),
    "music": (music, (5.0, 15.0, 25.0, 35.0)),
    "reverb": (reverb, (3.0, 6.0, 9.0, 12.0, 16.0, 22.0)),
    "clipping": (clipping, (0.0005, 0.002, 0.005, 0.02, 0.05, 0.12)),
    "clipped mp3": (clipped_mp3, (0.001, 0.005, 0.02, 0.05)),
    "telephone": (telephone, (8000.0, 11025.0)),
    "low pass": (low_pass, (2500.0, 3400.0, 4500.0, 5500.0, 7000.0)),
    "mp3": (mp3, (16.0, 24.0, 32.0, 48.0, 64.0, 128.0)),
    "opus": (opus, (6.0, 9.0, 12.0, 16.0, 24.0, 40.0)),
    "dropouts": (dropouts, (1.0, 3.0, 8.0, 20.0)),
    "repeats": (repeats, (1.0, 3.0, 8.0, 20.0)),
    "clicks": (clicks, (1.0, 5.0, 20.0, 60.0)),
    "quantised": (quantised, (5.0, 6.0, 7.0, 8.0, 10.0)),
    "over-denoised": (over_denoised, (5.0, 15.0, 25.0)),
    "noisy room": (noisy_room, (5.0, 15.0, 25.0, 35.0)),
}
"""Kinds of damage and the amounts of each: SNR or C50 in dB, share, Hz, kbit/s, events in 10 s, bits."""
