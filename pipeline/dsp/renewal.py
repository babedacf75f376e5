"""Spectra of a piece of a wave, of those that the whole has: only frames at the ends of the piece are others."""

from __future__ import annotations

import math

from pipeline.dsp.frames import WINDOW_S, Float, hop_length
from pipeline.dsp.spectra import power_spectrogram

FADED_S = 0.005
"""At either end of a piece so much of the wave may have been changed."""


def edge_frames(sample_rate_hz: int) -> int:
    """Return how many frames at either end reach over it, or into what may have been changed there."""
    return 1 + math.ceil((0.5 * WINDOW_S + FADED_S) * sample_rate_hz / hop_length(sample_rate_hz))


def renew_edges(spectrogram: Float, mono: Float, sample_rate_hz: int, dc: float) -> None:
    """Write the power spectra of the frames at either end of a wave over those that are there.

    Parameters
    ----------
    spectrogram : float32, shape (frames, bins)
        As `power_spectrogram` gives it, right but at the ends; at least four times `edge_frames` long.
    mono : float32, shape (samples,)
    sample_rate_hz : int
    dc : float
    """
    edge, hop = edge_frames(sample_rate_hz), hop_length(sample_rate_hz)
    spectrogram[:edge] = power_spectrogram(mono[: 2 * edge * hop], sample_rate_hz, dc)[:edge]
    tail = mono[(len(spectrogram) - 2 * edge) * hop :]
    spectrogram[-edge:] = power_spectrogram(tail, sample_rate_hz, dc)[edge:]
