"""Noise taken down in every channel of a wave, by the gains of what they have in common."""

from __future__ import annotations

from functools import partial

import numpy as np

from pipeline import kernels
from pipeline.dsp.filtering import filtered, grid
from pipeline.dsp.frames import Float, means
from pipeline.dsp.log_mmse import SECOND, log_mmse_gains, over, rule


def noise_lowered(wave: Float, sample_rate_hz: int, spectrogram: Float, noise: Float, floor_gain: float) -> Float:
    """Return the wave with less noise, float32 of shape (channels, samples). Its DC stays.

    Parameters
    ----------
    wave : float32, shape (channels, samples)
    sample_rate_hz : int
    spectrogram, noise, floor_gain
        Of the channels' mix, as `pipeline.dsp.log_mmse.log_mmse_gains` takes them.
    """
    dc = means(wave)
    if kernels.compiled:  # each frame's gains are used as they come: there is never an array of them
        out, sound, power = (
            np.empty(wave.shape, np.float32),
            np.ascontiguousarray(wave),
            np.ascontiguousarray(spectrogram),
        )
        noisy = power, over(noise), SECOND, rule(floor_gain)
        kernels.compiled.noise_lowered(sound, dc, *grid(sample_rate_hz), *noisy, out)
        return out
    gains = partial(log_mmse_gains, spectrogram, noise, floor_gain)
    quieter = [
        filtered(channel, sample_rate_hz, gains(), float(own)) for channel, own in zip(wave, dc[:, 0], strict=True)
    ]
    result = np.stack(quieter) if len(quieter) > 1 else quieter[0][None, :]  # no copy of the only one
    result += dc
    return result
