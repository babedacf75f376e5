"""A look-ahead limiter: peaks come down by a gain that moves slowly and knows what comes."""

from __future__ import annotations

import numpy as np

from pipeline.dsp.frames import Double, Float

LOOK_S = 0.03
"""The gain begins to fall this long before a peak and has risen again this long after it: too slow to bend the wave of
any voice (80 Hz: 12 ms), too short to be heard as a change of level."""

OVERSAMPLING = 4


def limited(wave: Float, sample_rate_hz: int, ceiling: float) -> tuple[Float, float]:
    """Return the wave with its true peaks under a ceiling, and the most it was turned down by.

    Parameters
    ----------
    wave : float32, shape (channels, samples)
    sample_rate_hz : int
    ceiling : float
        Linear, above 0.

    Returns
    -------
    wave : float32, shape (channels, samples)
    reduction_db : float
        0 where nothing passed the ceiling: then the wave is given back as it is.

    Notes
    -----
    Ours: the gain each sample needs (four times oversampled, ITU-R BS.1770-4 annex 2), the least of it within
    `LOOK_S`, smoothed by a Hann window no longer than that: so it is never more than needed, and the same for
    all channels.
    """
    from scipy.ndimage import minimum_filter1d
    from scipy.signal import fftconvolve

    needed = np.minimum(1.0, ceiling / np.maximum(_peaks(wave), 1e-12))
    if needed.min() >= 1.0:
        return wave, 0.0
    size = 2 * round(LOOK_S * sample_rate_hz) + 1
    window = np.hanning(size + 2)[1:-1]
    least = np.pad(minimum_filter1d(needed, size, mode="nearest"), size // 2, mode="edge")
    gain = np.minimum(fftconvolve(least, window / window.sum(), mode="valid"), 1.0)
    return (wave * gain).astype(np.float32), float(-20.0 * np.log10(gain.min()))


def _peaks(wave: Float) -> Double:
    """Return the highest magnitude at and right after each sample, over all channels."""
    from scipy.signal import resample_poly

    highest = np.zeros(wave.shape[1])
    for channel in wave:
        fine = np.abs(resample_poly(channel.astype(np.float64), OVERSAMPLING, 1)).reshape(-1, OVERSAMPLING)
        highest = np.maximum(highest, np.maximum(fine.max(axis=1), np.abs(channel)))
    return highest
