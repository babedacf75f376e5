"""Two voices at once: what is left of a voiced frame when its own period is taken out has another one."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from pipeline import kernels
from pipeline.dsp.frames import Bool, Double, Float, runs
from pipeline.dsp.periods import LOW_HZ as LOWEST_HZ
from pipeline.dsp.periods import Thinned
from pipeline.dsp.pitch import Pitch

EVERY = 2
"""Only every second frame is looked at: a second voice stays longer."""

FRAME_S, LOW_HZ, HIGH_HZ = 0.060, 70.0, 400.0
"""Four periods of the lowest second pitch that is sought."""

LEAST_LEFT = 0.063
"""Of the frame's power, what must be left: 12 dB down. A voice alone leaves less where its pitch is steady."""

STRENGTH = 0.6
"""Least autocorrelation of what is left, at its own period."""

HARMONIC = 0.06
"""A period this near (as a ratio) to a simple fraction or multiple of the first is the first voice's own."""

FRACTIONS = (1 / 4, 1 / 3, 1 / 2, 2 / 3, 1, 3 / 2, 2, 3, 4)

LEAST_RUN = 3
"""Looked-at frames in a row, 60 ms: a transition from sound to sound is shorter."""

_BLOCK, _TRANSFORM = 512, 512


def second_voice(thin: Thinned, pitch: Pitch) -> tuple[Bool, Bool]:
    """Return where a second voice sounds, among the frames that were looked at.

    Parameters
    ----------
    thin : Thinned
        Of a wave without DC and rumble.
    pitch : Pitch
        Of the wave.

    Returns
    -------
    second, looked_at : bool, shape (frames / EVERY,)
        On every `EVERY`-th frame.

    Notes
    -----
    Ours, after cancellation models of double vowels (de Cheveigne 1993): the frame less itself a period later (or
    earlier, whichever leaves less) holds no first voice; whatever periodic is left there is another source: a second
    voice, or music. Share of the voiced time, over all shared speakers (it was chosen on them, in other pairs): one
    voice 0 (median), 0.010 at most of 64 clips, clean or noisy; two of equal level 0.05 to 0.07 (median), over 0.02 in
    77 to 97 % of 31 pairs; the second 10 dB softer 0.04 to 0.05, and 71 to 81 %.
    """
    hz = pitch.hz[::EVERY]
    looked_at = hz > 0.0
    found = np.zeros(hz.shape, dtype=bool)
    at = np.flatnonzero(looked_at)
    periods = thin.rate_hz / hz[at].astype(np.float64)
    size, margin = round(FRAME_S * thin.rate_hz), math.ceil((FRAME_S + 1.0 / LOWEST_HZ) * thin.rate_hz) + 2
    starts = np.round(at * EVERY * thin.hop).astype(np.intp) - size // 2 + margin
    wave = np.pad(thin.wave, margin, mode="edge") if at.size else thin.wave
    found[at] = _has_second(wave, starts, size, periods, thin.rate_hz)
    for first, stop in runs(found):
        found[first:stop] = stop - first >= LEAST_RUN
    return found, looked_at


def _has_second(wave: Float, starts: npt.NDArray[np.intp], size: int, periods: Double, rate_hz: float) -> Bool:
    window, found = np.hanning(size + 2)[1:-1].astype(np.float32), np.zeros(starts.size, dtype=bool)
    if kernels.compiled and starts.size:
        lags = int(rate_hz / HIGH_HZ), int(rate_hz / LOW_HZ)
        limits, fractions = (LEAST_LEFT, STRENGTH), np.array(FRACTIONS)
        at = starts.astype(np.int64)
        kernels.compiled.second_voice(wave, at, periods, window, *lags, *limits, fractions, HARMONIC, found)
        return found
    for first in range(0, starts.size, _BLOCK):
        block = slice(first, first + _BLOCK)
        found[block] = _second_in(wave, starts[block], window, periods[block], rate_hz)
    return found


def _second_in(wave: Float, starts: npt.NDArray[np.intp], window: Float, periods: Double, rate_hz: float) -> Bool:
    size = window.size
    frames = sliding_window_view(wave, size)[starts]
    power = np.maximum(frames**2 @ window, 1e-20)
    sides = [frames - _late(wave, starts, size, late) for late in (-periods, periods)]
    powers = [side**2 @ window / power for side in sides]
    less = powers[0] < powers[1]
    enough = 0.5 * np.where(less, powers[0], powers[1]) > LEAST_LEFT  # the difference of two noises is both of them
    left = np.where(less[enough, None], sides[0][enough], sides[1][enough])
    enough[enough] = _other_period(left * window, window, periods[enough], rate_hz) > STRENGTH
    return np.asarray(enough)


def _late(wave: Float, starts: npt.NDArray[np.intp], size: int, late: Double) -> Float:
    """Return frames so many samples later, by straight lines: the wave has little near its Nyquist frequency."""
    whole = np.floor(late).astype(np.intp)
    share = (late - whole).astype(np.float32)[:, None]
    pieces = sliding_window_view(wave, size + 1)[starts + whole]
    return np.asarray(pieces[:, :-1] + (pieces[:, 1:] - pieces[:, :-1]) * share)


def _other_period(left: Float, window: Float, periods: Double, rate_hz: float) -> Double:
    """Return the highest autocorrelation at a period that is not the first voice's; -1 where there is no peak."""
    from scipy.fft import irfft, rfft

    first, last = int(rate_hz / HIGH_HZ), int(rate_hz / LOW_HZ)
    own = irfft(np.abs(rfft(window, _TRANSFORM)) ** 2)[: last + 2]
    raw = irfft(np.abs(rfft(left, _TRANSFORM, axis=1)) ** 2, axis=1)[:, : last + 2]
    correlation = raw / (np.maximum(raw[:, :1], 1e-30) * own / own[0])
    middle = correlation[:, first : last + 1]
    peak = (middle >= correlation[:, first - 1 : last]) & (middle > correlation[:, first + 1 : last + 2])
    ratio = np.arange(first, last + 1)[None, :] / periods[:, None]
    for fraction in FRACTIONS:
        peak &= np.abs(ratio / fraction - 1.0) >= HARMONIC
    return np.asarray(np.where(peak, middle, -1.0).max(axis=1))
