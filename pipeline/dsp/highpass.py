"""What lies below the voice, taken off: DC, rumble, steps on the floor."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pipeline.dsp.frames import Float

ORDER = 4


def _sections(sample_rate_hz: int, cutoff_hz: float) -> npt.NDArray[np.float64]:
    from scipy.signal import butter

    return np.asarray(butter(ORDER, cutoff_hz, "highpass", fs=sample_rate_hz, output="sos"))


def above(mono: Float, sample_rate_hz: int, cutoff_hz: float) -> Float:
    """Return what lies above `cutoff_hz`, for measuring: a causal Butterworth filter of order 4.

    Parameters
    ----------
    mono : float32, shape (samples,)
        Without DC, so that the filter has no step to answer.
    sample_rate_hz : int
        Where half of it is not above the cutoff, the wave comes back as it is.
    """
    if sample_rate_hz <= 2.0 * cutoff_hz:
        return mono
    from scipy.signal import sosfilt

    return np.asarray(sosfilt(_sections(sample_rate_hz, cutoff_hz), mono), dtype=np.float32)


def without_rumble(wave: Float, sample_rate_hz: int, cutoff_hz: float) -> Float:
    """Return the wave without what lies below `cutoff_hz`, without delay: the same filter there and back.

    Parameters
    ----------
    wave : float32, shape (channels, samples)
    """
    from scipy.signal import sosfiltfilt

    return np.ascontiguousarray(sosfiltfilt(_sections(sample_rate_hz, cutoff_hz), wave, axis=1), dtype=np.float32)
