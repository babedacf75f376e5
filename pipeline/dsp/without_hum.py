"""Mains hum taken out: each line is followed in amplitude and phase where the voice is quiet, and subtracted."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.dsp.frames import HOP_S, Double, Float, cut_frames, frame_power, hop_length

Complex = npt.NDArray[np.complex128]

MEMORY_S = 2.0
"""Length of the window (Hann) in which a line is taken for steady: longer averages the voice out, shorter follows a
mains whose load changes."""

SEARCH_HZ, STEP_HZ = 0.2, 0.01
"""How far the grid may be off its nominal frequency, and how finely that is looked for."""

BLOCK_S = 4.0

_BLOCK, _CHUNK = 1024, 2**20
"""Frames and samples worked on at once, so that half an hour needs no more memory than a minute."""


def without_hum(mono: Float, sample_rate_hz: int, mains_hz: float, orders: list[int]) -> Float:
    """Return the wave less its lines of hum, float32 of shape (samples,).

    Parameters
    ----------
    mono : float32, shape (samples,)
    sample_rate_hz : int
    mains_hz : float
        50 or 60.
    orders : list of int
        Harmonics to take out.

    Notes
    -----
    Ours: synchronous demodulation. In each frame a line's complex amplitude is read off; the amplitudes around a moment
    are averaged with the inverse of the frame's power as weight, so that they come from the quiet between
    sounds; the line so known is subtracted. No filter rings, and a wave without the line loses nothing.
    """
    frames = cut_frames(mono, sample_rate_hz)
    weight = 1.0 / (frame_power(frames) + 1e-12)
    at_s = np.arange(frames.shape[0]) * HOP_S
    strongest = max(
        orders, key=lambda order: abs(np.sum(weight * _amplitudes(frames, sample_rate_hz, order * mains_hz)))
    )
    mains_hz += _offset_hz(_amplitudes(frames, sample_rate_hz, strongest * mains_hz) * weight, at_s, strongest)
    lines = {order: _known(_amplitudes(frames, sample_rate_hz, order * mains_hz), weight) for order in orders}
    result = mono.copy()
    for start in range(0, mono.size, _CHUNK):
        at = np.arange(start, min(start + _CHUNK, mono.size))
        for order, amplitude in lines.items():
            result[at] -= _line(amplitude, order * mains_hz, at, sample_rate_hz)
    return result


def _amplitudes(frames: Float, sample_rate_hz: int, line_hz: float) -> Complex:
    """Return the line's complex amplitude in each frame, its phase that of a wave which begins at 0 s."""
    size = frames.shape[1]
    window = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(size) / size)
    probe = window * np.exp(-2j * np.pi * line_hz * (np.arange(size) - size // 2) / sample_rate_hz)
    pair = np.stack([probe.real, probe.imag], axis=1).astype(np.float32)
    parts = np.concatenate([frames[start : start + _BLOCK] @ pair for start in range(0, frames.shape[0], _BLOCK)])
    found = parts[:, 0] + 1j * parts[:, 1]
    hop_s = hop_length(sample_rate_hz) / sample_rate_hz
    turned = np.exp(-2j * np.pi * line_hz * hop_s * np.arange(frames.shape[0]))
    return np.asarray(2.0 * found * turned / window.sum())


def _offset_hz(weighted: Complex, at_s: npt.NDArray[Any], order: int) -> float:
    """Return by how much the mains is off: where the line adds up best over blocks of `BLOCK_S`."""
    offsets = np.arange(-SEARCH_HZ, SEARCH_HZ + STEP_HZ / 2.0, STEP_HZ)
    block = round(BLOCK_S / HOP_S)
    turned = weighted[None, :] * np.exp(-2j * np.pi * order * offsets[:, None] * at_s[None, :])
    sums = np.add.reduceat(turned, np.arange(0, weighted.size, block), axis=1)
    return float(offsets[np.argmax((np.abs(sums) ** 2).sum(axis=1))])


def _known(amplitude: Complex, weight: Double) -> Complex:
    """Return the amplitude in each frame by the frames within `MEMORY_S`."""
    from scipy.signal import fftconvolve

    window = np.hanning(round(MEMORY_S / HOP_S) + 3)[1:-1]
    return np.asarray(
        fftconvolve(amplitude * weight, window, mode="same") / fftconvolve(weight, window, mode="same").real
    )


def _line(amplitude: Complex, line_hz: float, at: npt.NDArray[np.intp], sample_rate_hz: int) -> Double:
    """Return the line's wave at some samples."""
    frame_at = np.arange(amplitude.size) * hop_length(sample_rate_hz)
    real, imag = (np.interp(at, frame_at, part) for part in (amplitude.real, amplitude.imag))
    phase = 2.0 * np.pi * line_hz * at / sample_rate_hz
    return np.asarray(real * np.cos(phase) - imag * np.sin(phase))
