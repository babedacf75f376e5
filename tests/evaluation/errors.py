"""How far the metrics are off: ``python -m tests.evaluation.errors DIR``, DIR from `tests.evaluation.make`.

Prints for each metric with a known truth its error, and for what is found or not found how often, by amount; false
alarms are counted over all clips that do not have the damage.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from pipeline.analysis import VOICE_HZ, Analysis
from pipeline.audio import Audio
from pipeline.codec import read
from pipeline.dsp.frames import from_db, to_db
from pipeline.dsp.highpass import above
from pipeline.dsp.speech_level import active_speech_level_dbfs
from pipeline.profile import load_profile
from tests.evaluation.graded import Double, Graded, column, graded
from tests.evaluation.make import clean_name

NOISES = ("noise", "coloured noise", "babble", "hum", "music")
TELEPHONE_HZ = 6000.0
EMPTIED = 0.01


def mixed_snr_db(clean: Path, noisy: Path) -> float:
    """Return the true SNR from `VOICE_HZ` up: what was added, and what noise the clean take has itself."""
    first, second = (read(path).audio for path in (clean, noisy))
    rate = first.sample_rate_hz
    voice, noise = (above(wave, rate, VOICE_HZ) for wave in (first.wave[0], second.wave[0] - first.wave[0]))
    level = active_speech_level_dbfs(voice, rate)
    own_db = own_snr_db(clean)
    snr_db = (level[0] if level else np.nan) - float(to_db(np.mean(np.square(noise, dtype=np.float64))))
    return float(-to_db(from_db(-snr_db) + from_db(-own_db)))


@cache
def own_snr_db(clean: Path) -> float:
    """Return the SNR that a clean take has itself, 60 dB where it cannot be told."""
    audio = read(clean).audio
    return Analysis(Audio(audio.wave, audio.sample_rate_hz)).snr_db or 60.0


def show_errors(title: str, rows: Sequence[Graded], metric: str, truths: Double, relative: bool = False) -> None:
    """Print a line for each amount: bias, mean and worst tenth of the error, and where there is no number."""
    errors = column(rows, metric) - truths
    errors = 100.0 * errors / truths if relative else errors
    amounts = column(rows, "amount")
    for amount in sorted(set(amounts)):
        some = errors[amounts == amount]
        known = some[np.isfinite(some)]
        if known.size:
            worst = np.percentile(np.abs(known), 90)
            print(
                f"{title:28s} {amount:8g} {some.size:5d} {known.mean():+8.1f} {np.abs(known).mean():7.1f} {worst:7.1f}"
                f"  {np.isnan(some).mean():6.0%}"
            )


def show_found(title: str, rows: Sequence[Graded], damages: Sequence[str], seen: Callable[[Graded], bool]) -> None:
    """Print how often a damage is seen, by amount, and how often where there is none of it."""
    having = [row for row in rows if row.damage in damages]
    for amount in sorted({row.amount for row in having}):
        some = [seen(row) for row in having if row.amount == amount]
        print(f"{title:28s} {amount:8g} {len(some):5d} found {np.mean(some):6.1%}")
    without = [row for row in rows if row.damage in {"none", *NOISES, "reverb", "low pass"} - set(damages)]
    wrong = [row for row in without if seen(row)]
    print(f"{title:28s} {'none':>8s} {len(without):5d} found {len(wrong) / max(1, len(without)):6.1%}")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    rows = graded(folder, load_profile())
    print(f"{'':28s} {'amount':>8s} clips     bias  |mean|    90 %  undefined")
    for damage in NOISES:
        some = [row for row in rows if row.damage == damage]
        truths = [
            mixed_snr_db(folder / clean_name(row.file.split(f" {damage} ")[0]), folder / row.file) for row in some
        ]
        show_errors(f"snr_db, dB: {damage}", some, "snr_db", np.array(truths))
    rooms = [row for row in rows if row.damage == "reverb"]
    show_errors("reverb_c50_db, dB", rooms, "reverb_c50_db", column(rooms, "amount"))
    limited = [row for row in rows if row.damage == "low pass"]
    show_errors("bandwidth_hz, percent", limited, "bandwidth_hz", column(limited, "amount"), relative=True)
    show_found("telephone", rows, ["telephone"], lambda row: (row.values["bandwidth_hz"] or 0.0) < TELEPHONE_HZ)
    for damage in ("clipping", "clipped mp3"):
        show_found(damage, rows, [damage], lambda row: (row.values["clipped_ratio"] or 0.0) > 0.0)
    for damage in ("dropouts", "repeats"):
        show_found(damage, rows, [damage], lambda row: (row.values["dropout_count"] or 0.0) > 0.0)
    show_found("clicks", rows, ["clicks"], lambda row: (row.values["click_count"] or 0.0) > 0.0)
    show_found("over-denoised", rows, ["over-denoised"], lambda row: (row.values["emptied_ratio"] or 0.0) > EMPTIED)


if __name__ == "__main__":
    main()
