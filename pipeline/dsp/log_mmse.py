"""How much of each bin is voice: the log-spectral amplitude estimator."""

from __future__ import annotations

import numpy as np

from pipeline.dsp.frames import HOP_S, Double, Float

SMOOTHING = 0.98
"""Of the prior SNR from frame to frame (10 ms): less lets noise twinkle, more blurs onsets. At 5 dB SNR 0.985 costs
0.004 STOI, 0.97 costs 0.016 PESQ (half of the speakers and noises). Raising the noise by 1.3 gains nothing and costs
0.004 STOI."""

LEAST_PRIOR = 10.0**-2.5
MOST_POSTERIOR = 1e4


def log_mmse_gains(spectrogram: Float, noise: Float, floor_gain: float) -> Float:
    """Return the gain of each bin, `floor_gain` to 1, float32 of shape (frames, bins).

    Parameters
    ----------
    spectrogram : float32, shape (frames, bins)
        Power.
    noise : float32, shape (seconds, bins)
        Power of the noise in each second.
    floor_gain : float
        What noise alone keeps: a room that is quite dead is heard as a fault, and hides less of what remains.

    Notes
    -----
    Ephraim and Malah (IEEE ASSP 33(2), 1985, eq. 20), with their decision-directed prior SNR. The range of the gain is
    mapped to `floor_gain` to 1 rather than cut off there: gains 0.01 to 0.03 PESQ.
    """
    from scipy.special import exp1

    gains, voice = np.empty_like(spectrogram), np.ones(spectrogram.shape[1])
    for at, power in enumerate(spectrogram):
        posterior = _posterior(power, noise[at // round(1.0 / HOP_S)])
        prior = SMOOTHING * voice + (1.0 - SMOOTHING) * np.maximum(posterior - 1.0, 0.0)
        share = np.maximum(prior, LEAST_PRIOR)
        share /= 1.0 + share
        gain = np.minimum(share * np.exp(0.5 * exp1(np.maximum(share * posterior, 1e-3))), 1.0)
        voice = gain * gain * posterior
        gains[at] = gain
    return np.asarray(floor_gain + (1.0 - floor_gain) * gains, dtype=np.float32)


def _posterior(power: Float, noise: Float) -> Double:
    least = np.float32(1e-20)
    return np.minimum(power.astype(np.float64) / (noise + least), MOST_POSTERIOR)
