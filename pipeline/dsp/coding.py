"""Holes that a coder at a low rate leaves in the spectrum of speech."""

from __future__ import annotations

import numpy as np

from pipeline.dsp.frames import Double, Float

BAND_HZ = 125.0
"""Two to four lines of an MP3's transform, wider than the main lobe of a frame's window."""

LOW_HZ, HIGH_HZ = 1000.0, 8000.0
"""Below, coders at any rate spend their bits; above, wide-band speech quality (P.862.2) hears nothing."""

AROUND = 3
"""Bands looked at on each side."""

DEPTH_DB = 35.0
"""A hole lies this far under sound both below and above it. Valleys between harmonics and formants are shallower:
of the cells of even speakers' natural recordings 0.1 % are so deep (0.6 % at the most), of MP3 at 24 kbit/s 1 %."""

RANGE_DB = 100.0
"""Under the loudest cell nothing is told apart: the rounding of 16-bit samples."""

_TOP = 0.95
"""Of the bandwidth: the slope at its end is no hole."""


def spectral_hole_ratio(speech: Float, frequencies_hz: Double, highest_hz: float) -> float | None:
    """Return the share of time-frequency cells of speech that lie emptied between full ones.

    Parameters
    ----------
    speech : float32, shape (frames, bins)
        Power of speech frames.
    frequencies_hz : float64, shape (bins,)
    highest_hz : float
        The bandwidth of the voice.

    Returns
    -------
    float or None
        0 to 1. None without speech, or where the voice ends too low to have bands.

    Notes
    -----
    Ours, because a perceptual coder that runs out of bits sets whole scale-factor bands to zero while it keeps their
    neighbours, which no room and no microphone does. Noise added later fills the holes and hides them. Coders that
    model speech (Opus and AMR at call rates) or put noise in the place of bands leave none.
    """
    width = max(1, round(BAND_HZ / float(frequencies_hz[1] - frequencies_hz[0])))
    start, stop = np.searchsorted(frequencies_hz, [LOW_HZ, min(HIGH_HZ, _TOP * highest_hz)])
    bands = int(stop - start) // width
    if not len(speech) or bands <= 2 * AROUND + 1:
        return None
    cells = speech[:, start : start + bands * width]
    summed = cells.reshape(len(cells), bands, width).sum(axis=2)
    power = np.maximum(summed, max(float(speech.max()) * 10.0 ** (-RANGE_DB / 10.0), 1e-30))
    return float(np.mean(_lower_side(power) > power * 10.0 ** (DEPTH_DB / 10.0)))


def _lower_side(power: Float) -> Float:
    """Return for each band the strongest of the bands below or of those above it, whichever is weaker."""
    bands = power.shape[1]
    padded = np.pad(power, ((0, 0), (AROUND, AROUND)))
    below = np.maximum.reduce([padded[:, k : k + bands] for k in range(AROUND)])
    above = np.maximum.reduce([padded[:, AROUND + 1 + k : AROUND + 1 + k + bands] for k in range(AROUND)])
    return np.asarray(np.minimum(below, above))
