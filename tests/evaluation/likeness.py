"""How well clips of one voice are told from intruders; and the pooled spread that they are told by.

    python -m tests.evaluation.likeness --speech DIR [--write]

Every speaker's recordings are cut at quiet points into clips of 2.5 to 4 s and of 4 to 8 s. A group is up to 32 clips
of one speaker and a fifth of intruders: of one other speaker (each in turn), of several, or none. The spread that
judges a group is pooled over all speakers but those in it. Recordings that the index calls one speaker's and that are
not (a man and a woman; voices of many) are told apart by file or left out. ``--write`` writes the spread of all.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import numpy as np

from pipeline.analysis import Analysis
from pipeline.codec import read
from pipeline.dsp.frames import HOP_S, Double
from pipeline.dsp.voiceprint import Voiceprint
from pipeline.selection import likeness
from tests.evaluation.corpus import Clip, clips

LENGTHS_S = ((2.5, 4.0), (4.0, 8.0))
LEFT_OUT = ("many", "paa:", "unknown", "azure:enzh", "azure:langdet", "noisereduce", "mfa:")
BY_FILE = ("azure:sdk",)
OWN, INTRUDERS_RATIO, LEAST_OWN, LEAST_OTHER, SEVERAL = 32, 0.2, 10, 3, 8
RIDGE = 0.2


@dataclass(frozen=True)
class Print:
    """A clip's voiceprint and speaker."""

    speaker: str
    print: Voiceprint


def prints(found: list[Clip], least_s: float, most_s: float) -> list[Print]:
    """Return the voiceprints of all clips of one range of lengths."""
    made = []
    for clip in found:
        audio = read(clip.path).audio
        for start_s, stop_s in _cuts(Analysis(audio).frame_power, audio.duration_s, least_s, most_s):
            rate = audio.sample_rate_hz
            piece = audio.with_wave(audio.wave[:, round(start_s * rate) : round(stop_s * rate)])
            found_print = Analysis(piece).voiceprint
            made += [Print(clip.speaker, found_print)] if found_print else []
    return made


def _cuts(power: Double, duration_s: float, least_s: float, most_s: float) -> Iterator[tuple[float, float]]:
    """Yield clips from one quiet point to the next."""
    smooth, at_s = np.convolve(power, np.ones(5) / 5.0, "same"), 0.0
    while duration_s - at_s >= least_s:
        first, last = round((at_s + least_s) / HOP_S), round(min(at_s + most_s, duration_s) / HOP_S)
        stop_s = duration_s if duration_s - at_s <= most_s else (first + int(np.argmin(smooth[first:last]))) * HOP_S
        yield at_s, stop_s
        at_s = stop_s


def scatters(found: list[Print]) -> dict[str, tuple[Double, int]]:
    """Return each speaker's scatter matrix and degrees of freedom."""
    by_speaker = defaultdict(list)
    for each in found:
        by_speaker[each.speaker].append(each.print)
    result = {}
    for speaker, group in by_speaker.items():
        if len(group) >= LEAST_OTHER:
            own = 1.0 + likeness.SHORT_FRAMES / np.array([each.frames for each in group])
            values = np.stack([each.values for each in group])
            about = (values - np.average(values, axis=0, weights=1.0 / own)) / np.sqrt(own)[:, None]
            result[speaker] = (about.T @ about, len(group) - 1)
    return result


def pooled(of: list[dict[str, tuple[Double, int]]], without: frozenset[str] = frozenset()) -> Double:
    """Return the pooled covariance with a ridge, so that forty speakers suffice for it."""
    kept = [pair for scatter in of for speaker, pair in scatter.items() if speaker not in without]
    spread = np.sum([matrix for matrix, _ in kept], axis=0) / sum(count for _, count in kept)
    return np.asarray(spread + RIDGE * np.diag(np.diag(spread)))


def groups(found: list[Print], rng: np.random.Generator) -> Iterator[tuple[str, str, list[Print], list[Print]]]:
    """Yield speaker, kind of intruders, own clips and intruders."""
    by_speaker = defaultdict(list)
    for each in found:
        by_speaker[each.speaker].append(each)
    for speaker, own in sorted(by_speaker.items()):
        if len(own) < LEAST_OWN:
            continue
        others = sorted(name for name, group in by_speaker.items() if name != speaker and len(group) >= LEAST_OTHER)
        everybody = [each for each in found if each.speaker != speaker]
        pools = [("one other", by_speaker[name]) for name in others]
        pools += [("several", everybody)] * SEVERAL + [("none", [])]
        for kind, pool in pools:
            mine = [own[n] for n in rng.permutation(len(own))[:OWN]]
            count = max(1, round(len(mine) * INTRUDERS_RATIO / (1.0 - INTRUDERS_RATIO)))
            yield speaker, kind, mine, [pool[n] for n in rng.permutation(len(pool))[:count]]


def main() -> None:
    """Print what is lost and what is found."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--speech", type=Path, required=True)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    found = [*clips(args.speech, "clean", 1e9), *clips(args.speech, "noisy-mild", 1e9)]
    usable = [
        Clip(clip.path, clip.path.stem if clip.speaker in BY_FILE else clip.speaker)
        for clip in found
        if not clip.speaker.startswith(LEFT_OUT) and not _is_part(clip, found)
    ]
    made = [prints(usable, *lengths) for lengths in LENGTHS_S]
    spreads = [scatters(each) for each in made]
    if args.write:
        table = Path(likeness.__file__).parent / likeness.SPREAD_FILE
        np.savetxt(table, pooled(spreads), fmt="%.5g", delimiter=",")
    for lengths, each in zip(LENGTHS_S, made, strict=True):
        _report(lengths, each, spreads)


def _is_part(clip: Clip, found: list[Clip]) -> bool:
    """Say whether a clip is within a reading of the same speaker that is there as a whole."""
    readings = {other.speaker for other in found if "reading" in other.path.name}
    return clip.speaker in readings and "reading" not in clip.path.name


def _report(lengths: tuple[float, float], found: list[Print], spreads: list[dict[str, tuple[Double, int]]]) -> None:
    lost: dict[str, list[bool]] = defaultdict(list)
    out: dict[str, list[bool]] = defaultdict(list)
    for speaker, kind, mine, intruders in groups(found, np.random.default_rng(1)):
        within = {speaker} | ({each.speaker for each in intruders} if kind == "one other" else set())
        with mock.patch.object(likeness, "pooled_spread", lambda w=within: pooled(spreads, frozenset(w))):
            distances = likeness.unlikeness([each.print for each in [*mine, *intruders]])
        lost[kind] += list(distances[: len(mine)] > likeness.UNLIKE)
        out[kind] += list(distances[len(mine) :] > likeness.UNLIKE)
    for kind, own_lost in lost.items():
        told = f"; intruders left out {np.mean(out[kind]):6.1%} of {len(out[kind])}" if out[kind] else ""
        own = f"own clips lost {np.mean(own_lost):5.1%} of {len(own_lost)}"
        print(f"{lengths[0]:g} to {lengths[1]:g} s, intruders {kind:>9}: {own}{told}")


if __name__ == "__main__":
    main()
