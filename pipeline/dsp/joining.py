"""Pieces of speech into one wave: joined in pauses, by fades of equal power."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.dsp.frames import Float

FADE_S = 0.1
"""Shorter than half of the pauses that pieces are cut in, so that no fade touches a word."""


def joined(pieces: Sequence[Float], sample_rate_hz: int, fade_s: float = FADE_S) -> tuple[Float, list[int]]:
    """Return the pieces as one wave, and where each begins in it.

    Parameters
    ----------
    pieces : sequence of float32, shape (samples,)
        Each begins and ends in room tone.
    sample_rate_hz : int
    fade_s : float
        Overlap of neighbours; less where a piece is shorter than two of it.

    Returns
    -------
    wave : float32, shape (samples,)
    starts : list of int
        In samples; fades overlap, so each begins `fade_s` before the one before it ends.

    Notes
    -----
    Room tones of two places are not correlated, so their powers add: with sine and cosine the floor keeps its level
    through the fade, where lines would let it sag by 3 dB.
    """
    fade = min([round(fade_s * sample_rate_hz), *(piece.size // 2 for piece in pieces)])
    rising = (
        np.sin(0.5 * np.pi * (np.arange(fade) + 0.5) / fade).astype(np.float32) if fade else np.empty(0, np.float32)
    )
    starts = np.concatenate([[0], np.cumsum([piece.size - fade for piece in pieces])]).astype(int)
    wave = np.zeros(int(starts[-1]) + fade, dtype=np.float32)
    for number, (piece, start) in enumerate(zip(pieces, starts, strict=False)):
        shaped = piece.copy()
        if fade and number > 0:
            shaped[:fade] *= rising
        if fade and number < len(pieces) - 1:
            shaped[-fade:] *= rising[::-1]
        wave[start : start + piece.size] += shaped
    return wave, [int(start) for start in starts[:-1]]
