"""Pieces of a wave put together so that no ear finds the seam."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.dsp.frames import HOP_S, Bool, Double, Float, runs

FADE_S = 0.02
"""Room tone over room tone: long enough for rumble, too short for a word."""

QUIET_REACH = 10
"""Frames to either side in which the quietest is sought."""


def long_pauses(speech: Bool, frame_power: Double, most_s: float) -> list[tuple[int, int]]:
    """Return what to take out of pauses longer than `most_s`, as ``[start, stop)`` in frames, at quiet points.

    Only pauses between speech: what comes before the first and after the last is no inner pause.
    """
    found = []
    for start, stop in runs(~speech):
        if start == 0 or stop == speech.size or (stop - start) * HOP_S <= most_s:
            continue
        keep = round(most_s / 2.0 / HOP_S)
        found.append((_quietest(frame_power, start + keep), _quietest(frame_power, stop - keep)))
    return [(start, stop) for start, stop in found if (stop - start) * HOP_S > FADE_S]


def _quietest(frame_power: Double, at: int) -> int:
    low = max(0, at - QUIET_REACH)
    return low + int(np.argmin(frame_power[low : at + QUIET_REACH + 1]))


def spliced(wave: Float, sample_rate_hz: int, removed: Sequence[tuple[int, int]]) -> Float:
    """Return the wave without some pieces (in samples), cross-faded with equal power, shape (channels, samples)."""
    if not removed:
        return wave
    size = round(FADE_S * sample_rate_hz)
    rising = np.sin(np.linspace(0.0, np.pi / 2.0, size)).astype(np.float32)
    result, start = [], 0
    for first, last in removed:
        seam = wave[:, first : first + size] * rising[::-1] + wave[:, last - size : last] * rising
        result += [wave[:, start:first], seam]
        start = last
    return np.concatenate([*result, wave[:, start:]], axis=1)
