"""Our denoising and the service's ``enhance_audio`` are one decision: never both in silence."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.records import Record, Step
from pipeline.service.parsing import Wish

CLEAN_SNR_DB = 20.0
"""From here on there is too little noise for an enhancement to gain what it costs. The service does not say what it
does; comparable services warn that theirs can worsen clean samples, and a network of this kind (RNNoise) gains 0.20
wide-band PESQ at 20 dB and loses 0.56 at 30 (``python -m tests.evaluation.denoise``)."""


def decide_enhance(record: Record, wish: Wish) -> tuple[bool, str]:
    """Return whether the service is to enhance the clip, and why, from what was measured and done here."""
    snr_db = (record.after or record.before or {}).get("snr_db")
    if snr_db is None:
        snr_db = (record.before or {}).get("snr_db")
    return decide(record.steps, snr_db, wish)


def decide(steps: Sequence[Step], snr_db: float | None, wish: Wish) -> tuple[bool, str]:
    """Return the same from the steps that ran and the SNR that is left."""
    if wish != "auto":
        return bool(wish), "as asked"
    if any(step.name == "denoise" and step.kept for step in steps):
        return False, "already denoised here: twice would harm"
    if snr_db is None:
        return False, "the noise could not be measured"
    if snr_db >= CLEAN_SNR_DB:
        return False, f"clean enough: {snr_db:.0f} dB SNR"
    return True, f"noise remains: {snr_db:.0f} dB SNR, and it was not taken down here"
