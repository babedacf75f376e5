"""How far the SNR of a take depends on where it begins, and how right it is in recorded noise.

    python -m tests.evaluation.windows --speech DIR --noise DIR --half 1

Each speaker's clean clips are joined, and windows of them are looked at: those whose SNR lies `CLIFF_DB` under that of
most windows are taken for noisy for where they happen to begin. Then each window length is mixed with each recorded
noise, half of which comes and goes, and the error of the SNR printed.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from pipeline.analysis import VOICE_HZ
from pipeline.codec import read
from pipeline.dsp.frames import from_db, to_db
from pipeline.dsp.highpass import above
from tests.evaluation.corpus import Float, clips, half
from tests.evaluation.damages import Rng, piece, resampled
from tests.evaluation.takes import Take, joined, looked_at

LONGEST_S, LEAST_S = 90.0, 12.0
APART_S = {10.0: 3.0, 30.0: 1.0}
"""How far apart windows of these lengths begin."""

SNRS_DB, CLIFF_DB = (10.0, 20.0, 30.0), 6.0


def windows(take: Take, length_s: float) -> list[Take]:
    """Return the windows of one length."""
    starts_s = np.arange(0.0, take.wave.size / take.rate - length_s + 0.01, APART_S[length_s])
    size = round(length_s * take.rate)
    cut = [take.wave[round(start_s * take.rate) :][:size] for start_s in starts_s]
    return [Take(wave, take.rate, take.speaker) for wave in cut]


def mixed(take: Take, noise: tuple[Float, int], power: float, rng: Rng) -> Take:
    """Return a take with noise that has this mean power from `VOICE_HZ` up."""
    added = piece(resampled(*noise, take.rate), take.wave.size, rng)
    heard = np.mean(np.square(above(added, take.rate, VOICE_HZ), dtype=np.float64))
    return Take((take.wave + np.float32(np.sqrt(power / heard)) * added).astype(np.float32), take.rate, take.speaker)


def errors_db(cut: Sequence[Take], noises: Sequence[tuple[Float, int]], rng: Rng) -> Iterator[float]:
    """Yield the errors of the SNR of a window with each noise at each SNR; the windows' own noise is known."""
    seen = [looked_at(take) for take in cut]
    level_dbfs = seen[0].speech_level_dbfs or 0.0
    own = float(from_db(level_dbfs - np.median([each.snr_db or 0.0 for each in seen])))
    for noise in noises:
        take = cut[rng.integers(len(cut))]
        for snr_db in SNRS_DB:
            power = float(from_db(level_dbfs - snr_db))
            found = looked_at(mixed(take, noise, power, rng)).snr_db
            if found is not None:
                yield found - level_dbfs + float(to_db(power + own))


def main() -> None:
    """Print how many windows fall off a cliff, and the errors."""
    parser = argparse.ArgumentParser()
    for name in ("speech", "noise"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--half", type=int, choices=(0, 1), required=True)
    args = parser.parse_args()
    sounds = [read(clip.path).audio for clip in half(clips(args.noise, "noise"), args.half)]
    noises = [(np.array(sound.wave[0]), sound.sample_rate_hz) for sound in sounds]
    rng, under, errors = np.random.default_rng(3), [], []
    takes = joined(half(clips(args.speech, "clean", longest_s=200.0), args.half), LONGEST_S)
    for take in (take for take in takes if take.wave.size > LEAST_S * take.rate):
        for length_s in APART_S:
            cut = windows(take, length_s)
            if cut:
                snrs_db = np.array([looked_at(one).snr_db or np.nan for one in cut])
                under += list(np.nanmedian(snrs_db) - snrs_db)
                errors += list(errors_db(cut, noises, rng))
    print(
        f"{np.sum(np.array(under) > CLIFF_DB)} of {len(under)} windows of clean takes over {CLIFF_DB:g} dB under most"
    )
    print(f"{len(errors)} mixtures, mean error of the SNR {np.mean(np.abs(errors)):.2f} dB")


if __name__ == "__main__":
    main()
