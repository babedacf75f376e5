"""What a listener would say: PESQ and STOI from both waves, DNSMOS from the damaged one alone."""

from __future__ import annotations

import numpy as np

from tests.evaluation.corpus import Float
from tests.evaluation.damages import resampled

RATE = 16000


def pesq_wideband(reference: Float, degraded: Float, rate: int) -> float:
    """Return wide-band PESQ (ITU-T P.862.2), 1.0 to 4.64; NaN where it finds no speech."""
    from pesq import NoUtterancesError, pesq

    first, second = (resampled(wave, rate, RATE) for wave in (reference, degraded))
    try:
        return float(pesq(RATE, first, second, "wb"))
    except NoUtterancesError:
        return float("nan")


def stoi(reference: Float, degraded: Float, rate: int) -> float:
    """Return the short-time objective intelligibility (Taal et al. 2011), 0 to 1."""
    from pystoi import stoi as measured

    return float(measured(reference, degraded, rate))


def dnsmos(degraded: Float, rate: int) -> float:
    """Return DNSMOS OVRL (Reddy et al. 2022), 1 to 5; NaN where `speechmos` is not installed."""
    try:
        from speechmos import dnsmos as network
    except ImportError:
        return float("nan")
    wave = resampled(degraded, rate, RATE)
    return float(network.run(wave / max(1.0, float(np.abs(wave).max())), RATE)["ovrl_mos"])
