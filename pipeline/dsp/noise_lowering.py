"""Noise taken down in every channel of a wave, by the gains of what they have in common."""

from __future__ import annotations

from functools import partial

import numpy as np

from pipeline import kernels
from pipeline.dsp.filtering import filtered, grid
from pipeline.dsp.frames import Float
from pipeline.dsp.log_mmse import SECOND, log_mmse_gains, over, rule


def noise_lowered(
    wave: Float, dc: Float, sample_rate_hz: int, spectrogram: Float, noise: Float, floor_gain: float
) -> Float:
    """Return the wave with less noise, float32 of shape (channels, samples).

    Parameters
    ----------
    wave : float32, shape (channels, samples)
    dc : float32, shape (channels,)
        Taken off before, and given back.
    sample_rate_hz : int
    spectrogram, noise, floor_gain
        As `pipeline.dsp.log_mmse.log_mmse_gains` takes them: of the channels' mix.
    """
    if kernels.compiled:  # each frame's gains are used as they come: there is never an array of them
        out, (window, hop, length) = np.empty(wave.shape, np.float32), grid(sample_rate_hz)
        power, per_noise = np.ascontiguousarray(spectrogram), over(noise)
        kernels.compiled.noise_lowered(
            np.ascontiguousarray(wave), dc, window, hop, length, power, per_noise, SECOND, rule(floor_gain), out
        )
        return out
    gains = partial(log_mmse_gains, spectrogram, noise, floor_gain)
    channels = [filtered(channel, sample_rate_hz, gains(), float(own)) for channel, own in zip(wave, dc, strict=True)]
    for channel, own in zip(channels, dc, strict=True):
        channel += own
    return np.stack(channels) if len(channels) > 1 else channels[0][None, :]  # no copy of the only one
