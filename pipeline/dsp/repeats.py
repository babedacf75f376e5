"""Packets that a decoder repeated in the place of lost ones."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pipeline.dsp.frames import Float, runs
from pipeline.dsp.padding import sounding

LAGS_S = (0.010, 0.020)
"""Packets of calls hold so much."""

STRIDE = 8
"""Every so many samples one is compared: a copy is a copy at each of them."""

WINDOW_S = 0.005
EXACT_RATIO = 1e-4
"""Power of the difference over the power of the wave within 5 ms: 40 dB. Vowels repeat to 20 or 25 dB at the best."""

LOUD_RATIO = 1e-2
"""Under the loud windows (95th percentile) by more than 20 dB, silence equals silence."""

MIN_S, MAX_S = 0.008, 0.12
"""Concealment fades out within some 100 ms; what repeats for longer is a tone."""


def find_repeats(mono: Float, sample_rate_hz: int) -> npt.NDArray[np.intp]:
    """Return where the wave is its own last 10 or 20 ms again, as it was or weaker, in samples, shape (places, 2).

    Parameters
    ----------
    mono : float32, shape (samples,)
    sample_rate_hz : int

    Notes
    -----
    Ours. The best gain between the wave and itself earlier is found in each window (least squares); what it leaves
    is next to nothing in a repeat and never in a voice.
    """
    from scipy.ndimage import uniform_filter1d

    width = max(8, round(WINDOW_S * sample_rate_hz / STRIDE))
    found = []
    for lag in (round(lag_s * sample_rate_hz) for lag_s in LAGS_S):
        if mono.size <= 4 * lag:
            continue
        now, then = _change(mono[lag:]), _change(mono[:-lag])
        own, old, both = (uniform_filter1d(one * two, width) for one, two in ((now, now), (then, then), (now, then)))
        loud = LOUD_RATIO * float(np.percentile(sounding(own[::width]), 95))
        near = (both > 0.0) & (own > loud)
        both *= both
        old *= own
        same = runs(near & (old - both < EXACT_RATIO * old))
        long = same[(same[:, 1] - same[:, 0] + width) * STRIDE >= MIN_S * sample_rate_hz]
        found.append(np.stack([lag + (long[:, 0] - width // 2) * STRIDE, lag + (long[:, 1] + width // 2) * STRIDE], 1))
    return (
        _joined(np.concatenate(found), mono.size, MAX_S * sample_rate_hz) if found else np.empty((0, 2), dtype=np.intp)
    )


def _change(mono: Float) -> Float:
    """Return every `STRIDE`-th change from sample to sample: mains hum repeats after 20 ms, but hardly changes."""
    return np.asarray(mono[1::STRIDE] - mono[:-1:STRIDE])


def _joined(places: npt.NDArray[np.intp], samples: int, most: float) -> npt.NDArray[np.intp]:
    """Return the places in order; those that overlap, found at two lags or packet after packet, as one."""
    inside = np.zeros(samples, dtype=bool)
    for start, stop in places:
        inside[max(0, start) : stop] = True
    joined = runs(inside)
    return joined[joined[:, 1] - joined[:, 0] <= most]
