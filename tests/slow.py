"""The slow reference path: what is done quickly in the package, done as the books and scipy do it.

Each function stands in for one of the package's, of the same name, by `as_the_books`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from scipy import ndimage, signal, special

from pipeline.codec import pcm
from pipeline.dsp import true_peak as peaks
from pipeline.dsp.frames import HOP_S, cut_frames
from pipeline.dsp.log_mmse import LEAST_PRIOR, MOST_POSTERIOR, SMOOTHING
from pipeline.dsp.noise_spectrum import MEMORY_S, MOST_RISEN_RATIO, QUIET_QUANTILE, RISEN_BIAS, RISEN_RATIO
from pipeline.dsp.spectra import fft_length


def recursive(sections: Any, wave: Any, **_: Any) -> Any:
    return signal.sosfilt(np.array(sections), wave.astype(np.float64)).astype(np.float32)


def without_rumble(wave: Any, sample_rate_hz: int, cutoff_hz: float) -> Any:
    sections = signal.butter(4, cutoff_hz, "highpass", fs=sample_rate_hz, output="sos")
    return np.ascontiguousarray(signal.sosfiltfilt(sections, wave.astype(np.float64), axis=1), dtype=np.float32)


def one_pole(pole: float, values: Any) -> Any:
    return signal.lfilter([1.0], [1.0, -pole], values, axis=0)


def decimated(mono: Any, factor: int) -> Any:
    return signal.upfirdn(signal.firwin(8 * factor + 1, 1.0 / factor), mono.astype(float), down=factor).astype("f4")


def find_peaks(values: Any, height: float, apart: int, prominence: float | None = None) -> Any:
    return signal.find_peaks(values, height=height, distance=apart, prominence=prominence)[0]


def frame_powers(mono: Any, sample_rate_hz: int, _: float = 0.0) -> Any:
    return cut_frames(mono, sample_rate_hz).var(axis=1, dtype=np.float64)


def energy(wave: Any) -> float:
    return float(np.sum(np.square(wave, dtype=np.float64)))


def true_peak(mono: Any) -> float:
    wave = mono.astype(np.float64)
    between = [np.abs(np.convolve(wave, phase[::-1])).max() for phase in peaks._phases()]
    return float(max(np.abs(wave).max(), *between))


def power_spectrogram(mono: Any, sample_rate_hz: int, dc: float = 0.0, hop_s: float = HOP_S) -> Any:
    frames = cut_frames(mono, sample_rate_hz, hop_s=hop_s).astype(np.float64) - dc
    window = signal.get_window("hann", frames.shape[1])
    length = fft_length(frames.shape[1])
    spectra = [np.abs(np.fft.rfft(frame * window, length)) ** 2 for frame in frames]
    power = np.array(spectra) / (length * np.sum(window**2))
    power[:, 1:-1] *= 2.0
    return power.astype(np.float32)


def log_mmse_gains(spectrogram: Any, noise: Any, floor_gain: float) -> Any:
    """Return the gains by equation 20 of Ephraim and Malah 1985, in float64 and without a table."""
    gains, before = np.empty(spectrogram.shape), np.ones(spectrogram.shape[1])
    for at, now in enumerate(spectrogram.astype(np.float64)):
        posterior = np.minimum(now / (noise[at // 100] + 1e-20), MOST_POSTERIOR)
        prior = np.maximum(SMOOTHING * before + (1.0 - SMOOTHING) * np.maximum(posterior - 1.0, 0.0), LEAST_PRIOR)
        share = prior / (1.0 + prior)
        gains[at] = np.minimum(share * np.exp(0.5 * special.exp1(np.maximum(share * posterior, 1e-3))), 1.0)
        before = gains[at] ** 2 * posterior
    return [(floor_gain + (1.0 - floor_gain) * gains).astype(np.float32)]


def filtered(mono: Any, sample_rate_hz: int, gains: Any, dc: float = 0.0) -> Any:
    frames = cut_frames(mono, sample_rate_hz).astype(np.float64) - dc
    window, length = signal.get_window("hann", frames.shape[1]), fft_length(frames.shape[1])
    hop = round(HOP_S * sample_rate_hz)
    out, weight = np.zeros((2, len(frames) * hop + 2 * window.size))
    for at, (frame, gain) in enumerate(zip(frames, np.concatenate(list(gains)), strict=True)):
        here = slice(at * hop, at * hop + window.size)
        out[here] += window * np.fft.irfft(gain * np.fft.rfft(window * frame, length), length)[: window.size]
        weight[here] += window**2
    here = slice(window.size // 2, window.size // 2 + mono.size)
    return (out[here] / np.maximum(weight[here], 1e-6)).astype(np.float32)


def _local(spectrogram: Any, pause: Any, seconds: int) -> Any:
    """Return the mean of the pauses by their distance, frame by frame, drawn to the mean over all."""
    at = np.arange(seconds)
    second = np.flatnonzero(pause) // round(1.0 / HOP_S)
    power = np.array([spectrogram[pause][second == one].sum(axis=0, dtype=np.float64) for one in at])
    weights = np.exp(-np.abs(at[:, None] - at[None, :]) / MEMORY_S)
    counts = np.bincount(second, minlength=seconds)
    prior = 100.0 * power.sum(axis=0) / counts.sum()
    return (weights @ power + prior) / ((weights @ counts)[:, None] + 100.0)


def _smoothed(spectrogram: Any, first: int = 0, end: int | None = None) -> Any:
    return ndimage.uniform_filter(spectrogram.astype(np.float64), (5, 3))[first:end]


def _floor(power: Any, _: int) -> Any:
    return np.percentile(power, QUIET_QUANTILE, axis=0)


def _raised(learned: Any, near: Any, heard: int) -> Any:
    """Return what was learned, or the quiet moments of each bin where those lie clearly above it."""
    floor = np.percentile(np.sort(near, axis=0)[:heard], QUIET_QUANTILE, axis=0)
    risen = np.minimum(RISEN_BIAS * floor, MOST_RISEN_RATIO * learned)
    return np.where(risen > RISEN_RATIO * learned, risen, learned)


def to_steps(audio: Any, subtype: str) -> Any:
    """Return the steps with all of the dither drawn, block by block: two numbers of 16 bits for each sample."""
    full, bits = pcm.full_scale(subtype), np.random.PCG64(pcm._SEED)
    steps = np.empty(audio.wave.shape, dtype=np.int32)
    for start in range(0, audio.frames, pcm._BLOCK):
        block = audio.wave[:, start : start + pcm._BLOCK].astype(np.float64) * full
        drawn = bits.random_raw((block.size + 1) // 2)
        numbers = np.stack([drawn >> np.uint64(shift) & np.uint64(0xFFFF) for shift in (0, 16, 32, 48)], axis=1)
        first, second = numbers.reshape(-1)[: 2 * block.size].astype(np.float64).reshape(2, *block.shape)
        dithered = np.where(block == np.rint(block), block, np.rint(block + (first - second) / 65536.0))
        steps[:, start : start + pcm._BLOCK] = np.clip(dithered, -full, full - 1.0)
    return steps


def never(*_: Any) -> None:
    return None


STAND_INS = {
    "pipeline.dsp.loudness.recursive": recursive,
    "pipeline.dsp.highpass.recursive": recursive,
    "pipeline.stages.rumble.without_rumble": without_rumble,
    "pipeline.dsp.speech_level.one_pole": one_pole,
    "pipeline.dsp.loud_blocks.one_pole": one_pole,
    "pipeline.dsp.hum.decimated": decimated,
    "pipeline.dsp.pace.find_peaks": find_peaks,
    "pipeline.dsp.speakers.find_peaks": find_peaks,
    "pipeline.dsp.levels_above.frame_powers": frame_powers,
    "pipeline.stages.rumble.frame_powers": frame_powers,
    "pipeline.dsp.speech_level.energy": energy,
    "pipeline.analysis.energy": energy,
    "pipeline.analysis.wave.true_peak": true_peak,
    "pipeline.analysis.wave.power_spectrogram": power_spectrogram,
    "pipeline.dsp.noise_lowering.log_mmse_gains": log_mmse_gains,
    "pipeline.dsp.noise_lowering.filtered": filtered,
    "pipeline.dsp.noise_spectrum._local": _local,
    "pipeline.dsp.noise_spectrum._smoothed": _smoothed,
    "pipeline.dsp.noise_spectrum._floor": _floor,
    "pipeline.dsp.noise_spectrum._raised": _raised,
    "pipeline.codec.pcm.to_steps": to_steps,
    "pipeline.kernels.compiled": None,
    "pipeline.analysis.after_gain": never,
    "pipeline.steps.seen_in": lambda held, *_: held,
    "pipeline.steps.as_written": never,
}
"""Where the package uses what is quick, and what is slow in its place."""


@contextmanager
def as_the_books() -> Iterator[None]:
    """Run what is within on the slow path."""
    with pytest.MonkeyPatch.context() as patch:
        for name, stand_in in STAND_INS.items():
            module, _, function = name.rpartition(".")
            patch.setattr(import_module(module), function, stand_in)
        yield
