"""How well noise is measured and taken down: ``python -m tests.evaluation.noise --speech DIR --noise DIR``.

Prints, for each SNR, the error of `snr_db` and the change of wide-band PESQ by the stage `denoise` as it is kept or
undone. ``--half 1`` reports the speakers that the limits were not chosen on. Needs the extra ``evaluation``.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from pathlib import Path

import numpy as np

from pipeline.analysis import VOICE_HZ, Analysis
from pipeline.audio import Audio
from pipeline.dsp.highpass import above
from pipeline.dsp.speech_level import active_speech_level_dbfs
from pipeline.sample import Sample
from pipeline.stages import Denoise
from tests.evaluation.corpus import Float, Mixture, clips, half, mixtures

SNRS_DB = (5.0, 10.0, 15.0, 20.0, 30.0, 80.0)
LONGEST_S = 8.0  # PESQ's own limit of usefulness, and of patience


def pesq_wideband(reference: Float, degraded: Float, rate: int) -> float:
    """Return wide-band PESQ (ITU-T P.862.2), NaN where it finds no speech."""
    import librosa
    from pesq import NoUtterancesError, pesq

    both = (librosa.resample(wave, orig_sr=rate, target_sr=16000) for wave in (reference, degraded))
    first, second = (wave[: round(LONGEST_S * 16000)] for wave in both)
    try:
        return float(pesq(16000, first, second, "wb"))
    except NoUtterancesError:
        return float("nan")


def measured(mixture: Mixture, own_snr_db: float | None) -> tuple[float, float, bool]:
    """Return the SNR's error, the PESQ gained and whether the change was kept, for one mixture."""
    noisy = Audio(mixture.noisy[None, :], mixture.rate)
    true_db = -10.0 * np.log10(10 ** (-_mixed_snr_db(mixture) / 10) + 10 ** (-(own_snr_db or 60.0) / 10))
    sample = Denoise()(Sample(noisy))
    before, after = (pesq_wideband(mixture.clean, wave, mixture.rate) for wave in (mixture.noisy, sample.audio.wave[0]))
    return (Analysis(noisy).snr_db or np.nan) - true_db, after - before, sample.steps[0].kept


def _mixed_snr_db(mixture: Mixture) -> float:
    """Return the SNR of what was mixed, as `snr_db` defines it: from `VOICE_HZ` up."""
    clean, noise = (
        above(wave - wave.mean(), mixture.rate, VOICE_HZ) for wave in (mixture.clean, mixture.noisy - mixture.clean)
    )
    level = active_speech_level_dbfs(clean, mixture.rate)
    return (level[0] if level else np.nan) - 10.0 * float(np.log10(np.mean(np.square(noise, dtype=np.float64))))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--speech", type=Path, required=True)
    parser.add_argument("--noise", type=Path, required=True)
    parser.add_argument("--half", type=int, choices=(0, 1))
    options = parser.parse_args()
    speech = half(clips(options.speech, "clean"), options.half)
    rows: dict[float, list[tuple[float, float, bool]]] = defaultdict(list)
    own: dict[str, float | None] = {}
    for mixture in mixtures(speech, clips(options.noise, "noise"), SNRS_DB):
        if mixture.name not in own:
            own[mixture.name] = Analysis(Audio(mixture.clean[None, :], mixture.rate)).snr_db
        rows[mixture.snr_db].append(measured(mixture, own[mixture.name]))
    print("SNR dB   clips   SNR error dB: mean   |mean|    PESQ: gain   worst    kept")
    for snr_db, found in sorted(rows.items()):
        error, gain, kept = (np.array(column, dtype=float) for column in zip(*found, strict=True))
        print(
            f"{snr_db:6.0f}  {len(found):6d}   {np.nanmean(error):18.2f}  {np.nanmean(np.abs(error)):7.2f}"
            f"  {np.nanmean(gain):12.3f}  {np.nanmin(gain):6.2f}  {kept.mean():6.0%}"
        )


if __name__ == "__main__":
    main()
