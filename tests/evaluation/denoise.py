"""Denoising against its peers: ``python -m tests.evaluation.denoise --speech S --noise N [--half 1]``.

Mixes clean takes with recorded and made noise at 5 to 30 dB SNR, denoises them with the stage as profiles use it (a
change that did not help is undone) and with other people's tools, and prints by SNR: wide-band PESQ, its gain, STOI and
SI-SDR, and the worst clip. Limits were chosen on ``--half 0``. Takes whose own SNR is under ``--quiet`` dB are left
out: to PESQ their noise belongs to the voice. Needs the extra ``evaluation``.
"""

from __future__ import annotations

import argparse
import zlib
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from pipeline.analysis import Analysis
from pipeline.audio import Audio
from pipeline.codec import read
from pipeline.stages import Denoise
from tests.evaluation.corpus import Float, clips, half
from tests.evaluation.damages import mixed, piece, resampled
from tests.evaluation.peers import installed
from tests.evaluation.takes import Take, takes
from tests.evaluation.truth import pesq_wideband, stoi

SNRS_DB = (5.0, 10.0, 15.0, 20.0, 30.0)
CLEAN_DB = 99.0
LONGEST_S = 8.0
OURS = "voiceprep"


class Mixture(NamedTuple):
    """A clean take, and the same with noise."""

    name: str
    snr_db: float
    rate: int
    clean: Float
    noisy: Float


class Score(NamedTuple):
    """What one denoiser made of one mixture."""

    pesq: float
    stoi: float
    si_sdr_db: float


def mixtures(speech: list[Take], noises: list[tuple[str, Float, int]], per_take: int) -> Iterator[Mixture]:
    """Yield each take clean, with `per_take` recorded noises and with steady noise of a random colour, at every SNR."""
    for whole in speech:
        take = Take(whole.wave[: round(LONGEST_S * whole.rate)], whole.rate, whole.speaker)
        rng = np.random.default_rng(zlib.crc32(take.speaker.encode()) + take.wave.size)
        yield Mixture(f"{take.speaker} alone", CLEAN_DB, take.rate, take.wave, take.wave)
        chosen = [noises[i] for i in rng.choice(len(noises), min(per_take, len(noises)), replace=False)]
        sounds = [(name, piece(resampled(wave, rate, take.rate), take.wave.size, rng)) for name, wave, rate in chosen]
        for name, sound in [*sounds, ("steady", _steady(take, rng))]:
            for snr_db in SNRS_DB:
                yield Mixture(f"{take.speaker} + {name}", snr_db, take.rate, take.wave, mixed(take, sound, snr_db))


def _steady(take: Take, rng: np.random.Generator) -> Float:
    shape = np.fft.rfft(rng.standard_normal(take.wave.size))
    shape *= np.maximum(np.fft.rfftfreq(take.wave.size, 1.0 / take.rate), 30.0) ** -rng.uniform(0.0, 1.0)
    return np.fft.irfft(shape, take.wave.size).astype(np.float32)


def ours(wave: Float, rate: int) -> Float:
    """The stage, kept or undone."""
    return np.asarray(Denoise()(Audio(wave[None, :], rate)).wave[0])


def si_sdr_db(clean: Float, degraded: Float) -> float:
    """Return the scale-invariant signal-to-distortion ratio (Le Roux et al. 2019), in dB, at most 100."""
    target = clean * float(np.dot(degraded, clean) / np.dot(clean, clean))
    rest = float(np.sum((degraded - target) ** 2, dtype=np.float64))
    return float(10.0 * np.log10(np.sum(target**2, dtype=np.float64) / max(rest, 1e-10 * float(np.sum(target**2)))))


def scored(mixture: Mixture, peers: bool) -> dict[str, Score]:
    """Return every denoiser's scores on one mixture."""
    methods = (installed() if peers else {"untouched": installed()["untouched"]}) | {OURS: ours}
    result = {}
    for name, method in methods.items():
        wave = method(mixture.noisy, mixture.rate)[: mixture.clean.size]
        clean = mixture.clean[: wave.size]
        result[name] = Score(
            pesq_wideband(clean, wave, mixture.rate), stoi(clean, wave, mixture.rate), si_sdr_db(clean, wave)
        )
    return result


def show(made: list[Mixture], found: list[dict[str, Score]]) -> None:
    """Print PESQ by SNR, what each gains, and for ours STOI, SI-SDR and the worst clip."""
    columns = (*SNRS_DB, CLEAN_DB)
    which = {snr_db: [i for i, mixture in enumerate(made) if mixture.snr_db == snr_db] for snr_db in columns}
    print(f"{'PESQ at SNR, dB':26s}" + "".join(f"{snr:>8.0f}" for snr in SNRS_DB) + "   clean     gain at 5 to 20")
    for name in found[0]:
        means = [np.nanmean([found[i][name].pesq for i in which[snr_db]]) for snr_db in columns]
        start = [np.nanmean([found[i]["untouched"].pesq for i in which[snr_db]]) for snr_db in columns]
        print(
            f"{name:26s}"
            + "".join(f"{mean:8.2f}" for mean in means)
            + f"{np.mean(np.subtract(means, start)[:4]):+15.2f}"
        )
    for title, field in (("PESQ gain", "pesq"), ("STOI gain", "stoi"), ("SI-SDR gain, dB", "si_sdr_db")):
        gains = {
            snr_db: [getattr(found[i][OURS], field) - getattr(found[i]["untouched"], field) for i in which[snr_db]]
            for snr_db in columns
        }
        print(f"{OURS + ': ' + title:26s}" + "".join(f"{np.nanmean(gains[snr_db]):+8.3f}" for snr_db in columns))
        print(f"{'  worst clip':26s}" + "".join(f"{np.nanmin(gains[snr_db]):+8.3f}" for snr_db in columns))
    changes = [one[OURS].pesq - one["untouched"].pesq for one in found]
    worst = int(np.nanargmin(changes))
    print(f"worst: {changes[worst]:+.2f}, {made[worst].name} at {made[worst].snr_db:g} dB; {len(made)} clips")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--speech", type=Path, required=True)
    parser.add_argument("--noise", type=Path, required=True)
    parser.add_argument("--half", type=int, choices=(0, 1))
    parser.add_argument("--quiet", type=float, default=33.0, help="least own SNR of a take, dB")
    parser.add_argument("--noises", type=int, default=3, help="recorded noises a take")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    speech = [
        take for take in takes(half(clips(options.speech, "clean"), options.half))
        if (Analysis(Audio(take.wave[None, :], take.rate)).snr_db or 0.0) >= options.quiet
    ]  # fmt: skip
    sounds = [(clip.path.name, read(clip.path).audio) for clip in half(clips(options.noise, "noise"), options.half)]
    noises = [(name, np.array(sound.wave[0]), sound.sample_rate_hz) for name, sound in sounds]
    made = list(mixtures(speech, noises, options.noises))
    with ProcessPoolExecutor(options.jobs) as pool:
        found = list(pool.map(partial(scored, peers=not options.no_peers), made, chunksize=4))
    show(made, found)


if __name__ == "__main__":
    main()
