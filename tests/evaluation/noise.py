"""How loud the noise is found to be under speech that does not pause.

    python -m tests.evaluation.noise --speech DIR --noise DIR --half 1

Each speaker's clean clips are joined, with their pauses and with all pauses cut out, and mixed with white, pink and
recorded noise. Printed is, at each SNR and over the mixtures in which no real pauses gave the noise, how far its level
lies from what is known of it (the added noise and that of the clips' own pauses), and how far the two SNRs lie from
those that the same noise has with the pauses left in: mean and standard deviation in dB.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from pipeline.analysis import VOICE_HZ
from pipeline.codec import read
from pipeline.dsp.frames import HOP_S, Bool, from_db, runs, to_db
from pipeline.dsp.highpass import above
from tests.evaluation.corpus import Clip, Float, clips, half
from tests.evaluation.damages import piece, resampled
from tests.evaluation.select import MIXED
from tests.evaluation.takes import Take, joined, looked_at

SNRS_DB = (5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 35.0, 40.0, 50.0)
LONGEST_S, LEAST_S, LEFT_S, FADE_S = 60.0, 5.0, 0.1, 0.005
COLOURS = {"white": 0.0, "pink": -0.5}
LEFT_OUT = ("many", *MIXED)

Make = Callable[[int, int], Float]
"""Makes noise of so many samples at a rate."""


@dataclass(frozen=True)
class Pair:
    """A take with its pauses and without them, the level of its voice and the power of its own noise."""

    whole: Take
    cut: Take
    level_dbfs: float
    own_power: float

    def errors_db(self, make: Make, snr_db: float) -> tuple[float, float, float] | None:
        """Return the errors of the noise and of the two SNRs; None where pauses, or nothing, gave the noise."""
        power = float(from_db(self.level_dbfs - snr_db))
        left, cut = (looked_at(_noisy(take, make, power)) for take in (self.whole, self.cut))
        found = (left.snr_db, left.audible_snr_db, cut.snr_db, cut.audible_snr_db)
        if cut.noise is None or cut.noise.from_pauses or None in found:
            return None
        snr_db, audible_db, cut_snr_db, cut_audible_db = (float(one or 0.0) for one in found)
        noise_db = float(to_db(cut.noise.power) - to_db(power + self.own_power))
        return noise_db, cut_snr_db - snr_db, cut_audible_db - audible_db


def pairs(found: list[Clip]) -> Iterator[Pair]:
    """Yield a pair for each speaker whose clips have pauses: their clips of the highest rate, joined."""
    for whole in joined(found, LONGEST_S, LEFT_OUT):
        alone, cut = looked_at(whole), without_pauses(whole)
        if alone.noise is None or not alone.noise.from_pauses or alone.speech_level_dbfs is None:
            continue
        if cut.wave.size >= LEAST_S * whole.rate:
            yield Pair(whole, cut, alone.speech_level_dbfs, alone.noise.power)


def without_pauses(take: Take) -> Take:
    """Return the take with its pauses cut out, crossfaded, until there are next to none."""
    for _ in range(6):
        voice = looked_at(take).voice
        if voice.pause.sum() * HOP_S < LEFT_S and not voice.empty.any():
            break
        take = replace(take, wave=_kept(take, ~(voice.pause | voice.empty)))
    return take


def _kept(take: Take, kept: Bool) -> Float:
    hop, fade = round(HOP_S * take.rate), round(FADE_S * take.rate)
    spans = np.maximum(runs(kept) * hop - hop // 2, 0)
    pieces = [take.wave[start:stop] for start, stop in spans if stop - start > 4 * fade]
    joined, ramp = pieces[0], np.linspace(0.0, 1.0, fade, dtype=np.float32)
    for each in pieces[1:]:
        joined = np.concatenate([joined[:-fade], joined[-fade:] * ramp[::-1] + each[:fade] * ramp, each[fade:]])
    return joined


def noises(found: list[Clip]) -> dict[str, Make]:
    """Return what makes each kind of noise."""
    made: dict[str, Make] = {name: partial(_coloured, slope) for name, slope in COLOURS.items()}
    for clip in found:
        audio = read(clip.path).audio
        made[clip.path.name] = partial(_recorded, np.array(audio.wave[0]), audio.sample_rate_hz)
    return made


def _coloured(slope: float, size: int, rate: int) -> Float:
    spectrum = np.fft.rfft(np.random.default_rng(size).standard_normal(size))
    spectrum *= np.maximum(np.fft.rfftfreq(size, 1.0 / rate), 30.0) ** slope
    return np.fft.irfft(spectrum, size).astype(np.float32)


def _recorded(wave: Float, wave_rate: int, size: int, rate: int) -> Float:
    return piece(resampled(wave, wave_rate, rate), size, np.random.default_rng(size))


def _noisy(take: Take, make: Make, power: float) -> Take:
    noise = above(make(take.wave.size, take.rate), take.rate, VOICE_HZ)
    gain = np.sqrt(power / np.mean(np.square(noise, dtype=np.float64)))
    return replace(take, wave=take.wave + np.float32(gain) * noise)


def main() -> None:
    """Print the errors at each SNR."""
    parser = argparse.ArgumentParser()
    for name in ("speech", "noise"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--half", type=int, choices=(0, 1), required=True)
    args = parser.parse_args()
    found = list(pairs(half(clips(args.speech, "clean", longest_s=200.0), args.half)))
    kinds = noises(half(clips(args.noise, "noise"), args.half))
    print(f"{len(found)} speakers, {len(kinds)} noises")
    print("| SNR | mixtures | noise | SNR | audible SNR |\n|---|---|---|---|---|")
    for snr_db in SNRS_DB:
        errors = [pair.errors_db(make, snr_db) for pair in found for make in kinds.values()]
        known = np.array([error for error in errors if error is not None]).reshape(-1, 3)
        told = [f"{column.mean():+.1f} ± {column.std():.1f}" if len(column) else "" for column in known.T]
        print(f"| {snr_db:g} | {len(known)} of {len(errors)} | {' | '.join(told)} |", flush=True)


if __name__ == "__main__":
    main()
