"""Clipped peaks restored: what the plateau cut off, from what stands beside it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pipeline.dsp.frames import Bool, Double, Float, runs

WINDOW_S, ORDER = 0.048, 48
"""Length of sound that one model explains, and the model's order: two per formant and what a pitch period adds."""

ROUNDS = 4
"""The model is learned from the clipped wave first, then from the restored one."""

MOST_RATIO = 2.0
"""A peak is taken to have stood at most 6 dB over its plateau: a model that says more has lost its footing."""

MOST_SHARE = 0.35
"""With more of a window lost there is too little left to tell from."""


def unclipped(mono: Float, sample_rate_hz: int, lost: Bool) -> Float:
    """Return the wave with its lost samples interpolated, float32 of shape (samples,).

    Parameters
    ----------
    mono : float32, shape (samples,)
    sample_rate_hz : int
    lost : bool, shape (samples,)
        Samples on plateaus. Each is restored to at least the height of its plateau.

    Notes
    -----
    Least-squares interpolation with an autoregressive model (Janssen, Veldhuis and Vries, IEEE ASSP 34(2), 1986), the
    plateau as the lower bound of what was there.
    """
    restored, half = mono.astype(np.float64), round(WINDOW_S * sample_rate_hz / 2.0)
    for first, last in _clusters(lost, half):
        start, stop = max(0, first - half), min(mono.size, last + half)
        unknown = np.flatnonzero(lost[start:stop])
        if unknown.size <= MOST_SHARE * (stop - start) and stop - start > 4 * ORDER:
            restored[start:stop] = _restored(restored[start:stop], unknown)
    return restored.astype(np.float32)


def _clusters(lost: Bool, within: int) -> list[tuple[int, int]]:
    """Return stretches of plateaus, shorter than `within` each, so that one model fits all."""
    found: list[list[int]] = []
    for start, stop in runs(lost):
        if found and stop - found[-1][0] <= within:
            found[-1][1] = int(stop)
        else:
            found.append([int(start), int(stop)])
    return [(first, last) for first, last in found]


def _restored(wave: Double, unknown: npt.NDArray[np.intp]) -> Double:
    plateau, result = wave[unknown].copy(), wave.copy()
    for _ in range(ROUNDS):
        filled = _interpolated(result, unknown, _model(result))
        height = np.clip(filled * np.sign(plateau), np.abs(plateau), MOST_RATIO * np.abs(plateau))
        result[unknown] = height * np.sign(plateau)
    return result


def _model(wave: Double) -> Double:
    """Return the coefficients of the prediction error filter, shape (order + 1,), by the autocorrelation method."""
    from scipy.linalg import solve_toeplitz

    windowed = wave * np.hanning(wave.size)
    spectrum = np.abs(np.fft.rfft(windowed, 2 * wave.size)) ** 2
    auto = np.fft.irfft(spectrum)[: ORDER + 1]
    auto[0] *= 1.0 + 1e-6  # a pure tone has no solution
    return np.concatenate([[1.0], -solve_toeplitz(auto[:-1] + 1e-20 * (np.arange(ORDER) == 0), auto[1:])])


def _interpolated(wave: Double, unknown: npt.NDArray[np.intp], model: Double) -> Double:
    """Return the unknown samples that leave the least prediction error."""
    from scipy.linalg import solve

    correlation = np.correlate(model, model, mode="full")[ORDER:]
    apart = np.abs(unknown[:, None] - unknown[None, :])
    system = np.where(apart <= ORDER, correlation[np.minimum(apart, ORDER)], 0.0)
    known = wave.copy()
    known[unknown] = 0.0
    both = np.concatenate([correlation[:0:-1], correlation])
    pull = np.convolve(known, both, mode="same")[unknown]
    return np.asarray(-solve(system + 1e-9 * np.eye(unknown.size) * correlation[0], pull, assume_a="pos"))
