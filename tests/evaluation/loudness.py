"""Loudness against the standards and an independent meter: ``python -m tests.evaluation.loudness --signals DIR``.

DIR holds conformance signals (EBU Tech 3341, ITU-R BS.2217) with an ``index.csv`` of what each must read; prints the
error of our meters beside its tolerance. With ``--speech DIR`` prepares every recording and has ffmpeg (ebur128)
measure the clip: within 0.2 LU of the loudness that the record states, and never over the ceiling by more than 0.1 dB.
"""

from __future__ import annotations

import argparse
import csv
import re
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from pipeline.codec.ffmpeg import find_program
from pipeline.dsp.frames import to_db
from pipeline.dsp.loudness import integrated_loudness_lufs, step_powers
from pipeline.dsp.true_peak import true_peak
from pipeline.engine import run
from pipeline.profile import load_profile

LOUDNESS_LU, OVER_DB = 0.2, 0.1


def own_meters(path: Path) -> tuple[float, float]:
    """Return integrated loudness and true peak, over all channels as BS.1770 sums them."""
    import soundfile

    channels, rate = soundfile.read(path, dtype="float32", always_2d=True)
    powers = np.sum([step_powers(channel, rate) for channel in channels.T], axis=0)
    peak = max(true_peak(np.ascontiguousarray(channel)) for channel in channels.T)
    return integrated_loudness_lufs(powers) or -np.inf, float(to_db(peak**2))


def ebur128(path: Path) -> tuple[float, float]:
    """Return integrated loudness and true peak by ffmpeg."""
    command = [
        find_program(),
        "-hide_banner",
        "-nostats",
        "-i",
        str(path),
        "-af",
        "ebur128=peak=true",
        "-f",
        "null",
        "-",
    ]
    told = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stderr
    summary = told[told.rindex("Summary:") :]
    loudness, peak = (re.search(rf"{key}:\s+(-?[\d.]+|-inf)", summary) for key in ("I", "Peak"))
    assert loudness is not None
    assert peak is not None
    return float(loudness[1]), float(peak[1])


def conformance(folder: Path) -> None:
    """Print the error on each signal."""
    with (folder / "index.csv").open(encoding="utf-8", newline="") as opened:
        rows = [
            row
            for row in csv.DictReader(opened)
            if row["expected_integrated_lufs"] or row["expected_max_true_peak_dbtp"]
        ]
    missed = 0
    for row in rows:
        loudness_lufs, peak_dbtp = own_meters(folder / row["file"])
        if row["expected_integrated_lufs"]:
            error, low, high = loudness_lufs - float(row["expected_integrated_lufs"]), -0.15, 0.15
            low, high = (low, high) if "0.15" in row["tolerance"] else (-0.1, 0.1)
        else:
            error, low, high = peak_dbtp - float(row["expected_max_true_peak_dbtp"]), -0.4, 0.2
        held = low <= error <= high
        missed += not held
        print(f"{row['file'][:44]:46s} {error:+6.2f}  ({low:+.2f} to {high:+.2f}) {'' if held else 'MISSED'}")
    print(f"{len(rows) - missed} of {len(rows)} signals within tolerance")


def outputs(folder: Path, profile: str) -> None:
    """Prepare a folder and print how far ffmpeg's meter is from what the records say."""
    plan, errors, over = load_profile(profile), [], []
    with tempfile.TemporaryDirectory() as out:
        for record in run(plan, [folder], out, keep_rejected=True).records:
            if record.output is None:
                continue
            step = next(step for step in record.steps if step.name == "loudness")
            loudness_lufs, peak_dbtp = ebur128(Path(out) / record.output.path)

            if record.output.duration_s > 3.0:
                errors.append(loudness_lufs - step.notes["target_lufs"])
            over.append(peak_dbtp - float(step.params["ceiling_dbtp"]))
    off, most = np.abs(errors), max(over)
    print(
        f"{len(errors)} clips: off by {off.mean():.2f} LU on average, {off.max():.2f} at most,"
        f" {np.mean(off > LOUDNESS_LU):.1%} over {LOUDNESS_LU} LU; peaks at most {most:+.2f} dB over the ceiling,"
        f" {np.mean(np.array(over) > OVER_DB + 1e-3):.1%} by more than {OVER_DB} dB"
    )


def main() -> None:
    """Print both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--signals", type=Path)
    parser.add_argument("--speech", type=Path)
    parser.add_argument("--profile", default="clone")
    options = parser.parse_args()
    if options.signals:
        conformance(options.signals)
    if options.speech:
        outputs(options.speech, options.profile)


if __name__ == "__main__":
    main()
