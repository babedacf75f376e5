"""Signals that tests compute rather than store; every one is seeded."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from pipeline.audio import Audio

Float = npt.NDArray[np.float32]


def sine(frequency_hz: float, seconds: float, rate: int = 16000, amplitude: float = 0.5, phase: float = 0.0) -> Float:
    at = np.arange(round(seconds * rate)) / rate
    return (amplitude * np.sin(2.0 * np.pi * frequency_hz * at + phase)).astype(np.float32)


def white(seconds: float, rate: int = 16000, rms: float = 0.1, seed: int = 1) -> Float:
    return (rms * np.random.default_rng(seed).standard_normal(round(seconds * rate))).astype(np.float32)


@lru_cache(maxsize=32)
def voice(seconds: float = 12.0, rate: int = 16000, seed: int = 7) -> Float:
    """Return something voice-like: gliding harmonics in syllables, hisses, and half-second pauses of exact silence.

    Phrases of 2.5 s stand between pauses of 0.5 s; the first pause is at the start. Peak is 0.5.
    """
    rng = np.random.default_rng(seed)
    count = round(seconds * rate)
    at = np.arange(count) / rate
    pitch_hz = 120.0 + 15.0 * np.sin(2.0 * np.pi * 0.37 * at) + 8.0 * np.sin(2.0 * np.pi * 1.3 * at)
    phase = 2.0 * np.pi * np.cumsum(pitch_hz) / rate
    wave = np.zeros(count)
    for harmonic in range(1, int(min(rate / 2.2, 7000.0) / 145.0)):
        formant = np.exp(-(((harmonic * 120.0 - 500.0) / 450.0) ** 2)) + 0.12 / (1.0 + harmonic / 20.0)
        wave += formant * np.cos(harmonic * phase + rng.uniform(0.0, 6.28))
    syllable = np.clip(np.sin(2.0 * np.pi * 2.1 * at), 0.0, None) ** 0.7
    narrow = np.convolve(rng.standard_normal(count), np.hanning(max(3, rate // 2000)), mode="same")
    hiss = (
        np.clip(-np.sin(2.0 * np.pi * 2.1 * at), 0.0, None) ** 2
        * narrow
        * np.cos(2.0 * np.pi * at * min(5500.0, 0.35 * rate))
    )
    spoken = (at % 3.0 >= 0.5).astype(np.float64)
    gate = np.convolve(spoken, np.hanning(round(0.02 * rate)) / (0.01 * rate), mode="same")
    wave = (wave / np.abs(wave).max() * syllable + 0.06 * hiss / narrow.std()) * gate * spoken
    return (0.5 * wave / np.abs(wave).max()).astype(np.float32)


def speech_mask(seconds: float, rate: int) -> npt.NDArray[np.bool_]:
    """Return where `voice` speaks."""
    return (np.arange(round(seconds * rate)) / rate) % 3.0 >= 0.5


def running_voice(seconds: float = 12.0, rate: int = 16000, seed: int = 7) -> Float:
    """Return the phrases of `voice` without the pauses between them."""
    longer = 1.2 * seconds + 3.0
    return voice(longer, rate, seed)[speech_mask(longer, rate)][: round(seconds * rate)]


def in_room(wave: Float, floor_dbfs: float = -70.0, seed: int = 3) -> Float:
    """Return the wave with steady room tone."""
    return wave + white(wave.size, 1, 10.0 ** (floor_dbfs / 20.0), seed)


def audio(wave: npt.ArrayLike, rate: int = 16000) -> Audio:
    """Return audio around one channel, or around channels as they are."""
    array = np.asarray(wave, dtype=np.float32)
    return Audio(array[None, :] if array.ndim == 1 else array, rate)


EDGE_CASES: dict[str, Audio] = {
    "digital silence": audio(np.zeros(32000)),
    "one sample": audio([0.25]),
    "a tenth of a second": audio(voice(3.0)[12000:13600]),
    "only DC": audio(np.full(32000, 0.5)),
    "full-scale square": audio(np.sign(sine(100.0, 2.0, phase=0.1))),
    "sine": audio(sine(1000.0, 2.0)),
    "white noise": audio(white(2.0)),
    "denormals": audio(np.full(16000, 1e-40)),
    "over full scale": audio(4.0 * in_room(voice(6.0))),
    "stereo": audio(np.stack([in_room(voice(6.0)), 0.5 * in_room(voice(6.0))])),
    "opposite phase": audio(np.stack([in_room(voice(6.0)), -in_room(voice(6.0))])),
    "8 kHz": audio(in_room(voice(6.0, 8000)), 8000),
    "48 kHz": audio(in_room(voice(6.0, 48000)), 48000),
    "192 kHz": audio(white(0.5, 192000), 192000),
    "speech then silence": audio(np.concatenate([in_room(voice(6.0)), np.zeros(32000, np.float32)])),
}
"""Sound at the edges of what any step may meet."""
