"""Spectral gating by noisereduce."""

from __future__ import annotations

import numpy as np

from pipeline.dsp.frames import Float

N_STD = 1.0
"""Standard deviations over the noise's mean at which a bin counts as voice."""


def gated(wave: Float, noise: Float, sample_rate_hz: int, reduction_ratio: float) -> Float:
    """Return the wave with what lies near the noise turned down, float32 of shape (channels, samples).

    Parameters
    ----------
    wave : float32, shape (channels, samples)
        Without DC.
    noise : float32, shape (samples,)
        A piece of the noise alone.
    sample_rate_hz : int
    reduction_ratio : float
        Share by which bins under the threshold are turned down, 0 to 1 (0.75 is 12 dB).

    Notes
    -----
    noisereduce (Sainburg 2019), stationary method, threshold at `N_STD`, its mask smoothed over 500 Hz. Its defaults
    ruin clean speech (wide-band PESQ 4.6 to 1.7); these settings cost 0.05.
    """
    from noisereduce import reduce_noise  # ~0.8 s to import

    n_fft = 2 ** round(np.log2(0.046 * sample_rate_hz))  # 2048 at 44.1 kHz: resolves harmonics
    quieter = reduce_noise(
        y=wave.astype(np.float64),
        sr=sample_rate_hz,
        y_noise=noise.astype(np.float64),
        stationary=True,
        prop_decrease=reduction_ratio,
        n_std_thresh_stationary=N_STD,
        n_fft=n_fft,
        freq_mask_smooth_hz=max(500.0, 2.0 * sample_rate_hz / n_fft),
        chunk_size=None,  # one piece: its chunks go through a file on disk
    )
    return np.asarray(quieter, dtype=np.float32).reshape(wave.shape)
