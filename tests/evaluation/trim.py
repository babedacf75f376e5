"""Where trimming cuts: ``python -m tests.evaluation.trim --speech S --noise N [--half 1]``.

Puts clean takes whose first and last sound are known into seconds of room tone, adds noise, clicks, slams and breaths
before and after, runs the stage `trim`, and prints by condition how many edges lie within 60 ms (what is kept less the
padding and the margin that the SNR asks for, against the truth), how often speech was cut by more than 20 ms, and the
worst clip. Needs no extra.
"""

from __future__ import annotations

import argparse
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np

from pipeline.analysis import VOICE_HZ, Analysis
from pipeline.audio import Audio
from pipeline.codec import read
from pipeline.dsp.frames import to_db
from pipeline.dsp.highpass import above
from pipeline.sample import Sample
from pipeline.stages import TrimSilence
from tests.evaluation.corpus import Clip, Float, clips, half
from tests.evaluation.damages import Rng, mixed, piece, resampled
from tests.evaluation.takes import Take

NEAR_S, CUT_S = 0.06, 0.02
SHORTEST_S, LONGEST_S = 1.5, 15.0
BLOCK_S = 0.005
SOUND_DB, OVER_FLOOR_DB = 35.0, 12.0
"""A sound is within 35 dB of the loud blocks and 12 dB over the take's own floor."""

SURE_DB, CERTAIN_S = 28.0, 0.08
"""Takes that begin or end with a breath or a fading word are left out: there the loudest 28 dB tell another edge."""

ROOM_DB = 65.0
"""Room tone under the voice, where nothing is added."""

PAD_S = 0.15


class Case(NamedTuple):
    """A wave, where its speech begins and ends, and what was done to it."""

    name: str
    condition: str
    wave: Float
    rate: int
    start_s: float
    stop_s: float


def edges(take: Take, sound_db: float) -> tuple[int, int]:
    """Return the first and last sound of a quiet take, in samples."""
    size = round(BLOCK_S * take.rate)
    voice = above(take.wave, take.rate, VOICE_HZ)  # rumble is no sound of the speaker's
    blocks = voice[: voice.size // size * size].reshape(-1, size)
    level_db = to_db(np.mean(np.square(blocks, dtype=np.float64), axis=1))
    least = max(np.percentile(level_db, 95) - sound_db, np.percentile(level_db, 5) + OVER_FLOOR_DB)
    loud = np.flatnonzero((level_db[1:] > least) & (level_db[:-1] > least))
    return int(loud[0]) * size, int(loud[-1] + 2) * size


def whole_takes(found: list[Clip], least_snr_db: float) -> Iterator[Take]:
    """Yield the quiet ones as they are: pieces of takes would begin within a word."""
    for clip in found:
        audio = read(clip.path).audio
        if audio.duration_s >= SHORTEST_S and (Analysis(audio).snr_db or 0.0) >= least_snr_db:
            yield Take(np.array(audio.wave[0]), audio.sample_rate_hz, clip.path.stem[:24])


def slam(rate: int, rng: Rng) -> Float:
    """Return a door's slam: a burst of low noise that dies away in a fifth of a second."""
    at = np.arange(round(0.4 * rate)) / rate
    noise = np.convolve(rng.standard_normal(at.size), np.ones(max(1, rate // 800)) / max(1, rate // 800), mode="same")
    return (noise / np.abs(noise).max() * np.exp(-at / 0.06)).astype(np.float32)


def click(rate: int, rng: Rng) -> Float:
    """Return a mouse click: two milliseconds."""
    return (rng.standard_normal(max(8, rate // 500)) * 0.4).astype(np.float32)


def breath(rate: int, rng: Rng) -> Float:
    """Return a breath: 0.3 s of soft hiss that swells and fades, 30 dB under full scale."""
    hiss = rng.standard_normal(round(0.3 * rate))
    return (0.03 * hiss * np.hanning(hiss.size)).astype(np.float32)


EVENTS: dict[str, Callable[[int, Rng], Float]] = {"slam": slam, "click": click, "breath": breath}


def cases(speech: list[Take], noises: list[tuple[Float, int]]) -> Iterator[Case]:
    """Yield every take under every condition."""
    for take in speech:
        rng = np.random.default_rng(zlib.crc32(take.speaker.encode()) + take.wave.size)
        first, last = edges(take, SOUND_DB)
        if max(abs(np.subtract((first, last), edges(take, SURE_DB)))) > CERTAIN_S * take.rate:
            continue  # nobody could say where it begins or ends
        voice = take.wave[first:last]
        voice = voice * np.float32(0.5 / np.abs(voice).max())
        lead, tail = (round(rng.uniform(1.0, 4.0) * take.rate) for _ in range(2))
        room = rng.standard_normal(lead + voice.size + tail).astype(np.float32)
        wave = np.pad(voice, (lead, tail)) + room * np.float32(voice.std() * 10.0 ** (-ROOM_DB / 20.0))
        where = lead / take.rate, (lead + voice.size) / take.rate
        yield Case(take.speaker, "quiet", wave, take.rate, *where)
        sound, rate = noises[rng.integers(len(noises))]
        recorded, steady = piece(resampled(sound, rate, take.rate), wave.size, rng), room
        for kind, noise in (("recorded", recorded), ("steady", steady)):
            for snr_db in (10.0, 20.0, 30.0):
                noisy = mixed(Take(wave, take.rate, take.speaker), noise, snr_db)
                yield Case(take.speaker, f"{kind} {snr_db:g} dB", noisy, take.rate, *where)
        for kind, event in EVENTS.items():
            yield Case(take.speaker, kind, _with_events(wave, event, lead, tail, take.rate, rng), take.rate, *where)


def _with_events(wave: Float, event: Callable[[int, Rng], Float], lead: int, tail: int, rate: int, rng: Rng) -> Float:
    disturbed = wave.copy()
    for low, high in (
        (0, lead - round(0.6 * rate)),
        (wave.size - tail + round(0.3 * rate), wave.size - round(0.5 * rate)),
    ):
        sound = event(rate, rng)
        at = int(rng.integers(low, max(low + 1, high)))
        disturbed[at : at + sound.size] += 0.5 * sound[: wave.size - at]
    return disturbed


def errors_s(case: Case) -> tuple[float, float, float]:
    """Return how far inside (positive) the first and last sound it hears speech begin and end, and what it leaves."""
    sample = TrimSilence(pad_s=PAD_S)(Sample(Audio(case.wave[None, :], case.rate)))
    notes = sample.steps[0].notes
    start_s, stop_s = (notes["start_s"], notes["end_s"]) if sample.steps[0].kept else (0.0, case.wave.size / case.rate)
    pad_s = PAD_S + notes.get("margin_s", 0.0)
    return start_s + pad_s - case.start_s, case.stop_s - (stop_s - pad_s), pad_s


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--speech", type=Path, required=True)
    parser.add_argument("--noise", type=Path, required=True)
    parser.add_argument("--half", type=int, choices=(0, 1))
    parser.add_argument("--quiet", type=float, default=30.0, help="least own SNR of a take, dB")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    speech = list(whole_takes(half(clips(options.speech, "clean", LONGEST_S), options.half), options.quiet))
    sounds = [read(clip.path).audio for clip in half(clips(options.noise, "noise"), options.half)]
    made = list(cases(speech, [(np.array(sound.wave[0]), sound.sample_rate_hz) for sound in sounds]))
    with ProcessPoolExecutor(options.jobs) as pool:
        found = np.array(list(pool.map(errors_s, made, chunksize=4)))
    print("                     clips   edges within 60 ms   speech cut by over 20 ms   worst: start, end")
    for condition in [*dict.fromkeys(case.condition for case in made), "all"]:
        which = np.array([condition in {case.condition, "all"} for case in made])
        some = found[which]
        cut = np.mean(some[:, :2].max(axis=1) > some[:, 2] + CUT_S)
        some = some[:, :2]
        worst = made[np.flatnonzero(which)[np.abs(some).max(axis=1).argmax()]]
        start_s, stop_s = some[np.abs(some).max(axis=1).argmax()]
        print(
            f"{condition:20s} {len(some):5d} {np.mean(np.abs(some) <= NEAR_S):20.1%} {cut:26.1%}"
            f"   {start_s:+.2f} {stop_s:+.2f} {worst.name}"
        )


if __name__ == "__main__":
    main()
