"""Clips that may become part of an assembled sample: each read, looked at once, and let go of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from pipeline.analysis import Analysis
from pipeline.audio import Audio
from pipeline.codec.recording import opened
from pipeline.dsp.fingerprint import fingerprint
from pipeline.dsp.frames import Float, to_db
from pipeline.dsp.voiceprint import Voiceprint
from pipeline.plan import Plan, Selection
from pipeline.records import Source
from pipeline.sample import Sample
from pipeline.selection.cells import Judge, measured_whole
from pipeline.selection.parts import MapEntry
from pipeline.selection.select import HELD_S, read_best
from pipeline.selection.windows import pause_cuts

PAD_S = 0.15
"""Room tone kept around the speech of a clip, where there is so much."""

PHRASE_S = 12.0
"""Longer clips are cut into phrases of about this length, so that one bad one does not cost the rest."""


LOSSLESS = ("pcm", "flac", "alac")

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip or a phrase of one, without its wave.

    Parameters
    ----------
    path : str
        The source's name.
    file : Path
    start_s, stop_s : float
        In source time.
    speech_s : float
    cost : float
        See `pipeline.selection.cells.Judge`.
    floor_db : float or None
        How far the floor of real pauses lies under the voice.
    c50_db, pitch_hz : float or None
    voiceprint : Voiceprint or None
    heard : float32, shape (frames, bands)
        Its `fingerprint`.
    sample_rate_hz : int
    lossless : bool
        Whether its file is.
    """

    path: str
    file: Path
    start_s: float
    stop_s: float
    speech_s: float
    cost: float
    floor_db: float | None
    c50_db: float | None
    pitch_hz: float | None
    voiceprint: Voiceprint | None
    heard: Float
    sample_rate_hz: int
    lossless: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """One file of a group: what it is, and its clips."""

    sha256: str | None
    source: Source | None
    clips: tuple[Clip, ...]


def open_clips(path: str, file: Path, plan: Plan, wanted: Selection) -> Opened:
    """Return the clips of a file: of a long one, the phrases of its best part.

    Raises
    ------
    DecodeError, StepError
        As `read_best`.
    """
    sample = read_best(file, plan, replace(wanted, longer_than_s=2.0 * wanted.seconds))
    judge = Judge.of(plan.metrics, plan.rubric)
    found = []
    for part_s, _, source_s, length_s in _map(sample):
        piece = cut_out(sample.audio, float(part_s), float(part_s) + float(length_s))
        for around_s, inside_s in _phrases(piece):
            at_s = (float(source_s) + inside_s[0], float(source_s) + inside_s[1])
            found.append(_clip(path, file, at_s, cut_out(piece, *around_s), judge, sample.source))
    return Opened(sample.sha256, sample.source, tuple(clip for clip in found if clip.speech_s > 0.0))


def read_span(file: Path, start_s: float, stop_s: float) -> Audio:
    """Return a stretch of a file, in source time."""
    with opened(file, HELD_S) as found:
        if isinstance(found, Sample):
            return cut_out(found.audio, start_s, stop_s)
        return found.cut(start_s, stop_s).audio


def cut_out(audio: Audio, start_s: float, stop_s: float) -> Audio:
    """Return a stretch of a wave."""
    rate = audio.sample_rate_hz
    return audio.with_wave(audio.wave[:, round(start_s * rate) : round(stop_s * rate)])


def _map(sample: Sample) -> list[MapEntry]:
    """Return where in its source a sample lies: all of it but for the best part of a long take."""
    maps = [step.notes["map"] for step in sample.steps if "map" in step.notes]
    return maps[0] if maps else [[0.0, sample.path, 0.0, sample.audio.duration_s]]


def _phrases(audio: Audio) -> Iterator[tuple[Span, Span]]:
    """Yield the speech of a wave from pause to pause, in pieces of about `PHRASE_S`.

    Of each: what it is judged by, with all of its room tone, and what is taken.
    """
    analysis = Analysis(audio)
    edges = analysis.speech_edges
    if edges is None:
        return
    first_s, last_s = edges[0] * analysis.hop_s - PAD_S, (edges[1] - 1) * analysis.hop_s + PAD_S
    start_s, stop_s = 0.0, audio.duration_s
    cuts = [cut for cut in pause_cuts(analysis.spoken, analysis.hop_s) if first_s < cut < last_s]
    while last_s - max(start_s, first_s) > 1.5 * PHRASE_S:
        near = [cut for cut in cuts if start_s + 0.5 * PHRASE_S < cut < last_s - 0.25 * PHRASE_S]
        if not near:
            break
        at_s = min(near, key=lambda cut: abs(cut - max(start_s, first_s) - PHRASE_S))
        yield (start_s, at_s), (max(start_s, first_s), at_s)
        start_s = at_s
    yield (start_s, stop_s), (max(start_s, first_s), min(stop_s, last_s))


def _clip(path: str, file: Path, at_s: Span, audio: Audio, judge: Judge, source: Source | None) -> Clip:  # noqa: PLR0913, PLR0917 - made here alone
    analysis = Analysis(audio)
    hz = analysis.pitch.hz[analysis.pitch.voiced]
    return Clip(
        path=path,
        file=file,
        start_s=at_s[0],
        stop_s=at_s[1],
        speech_s=analysis.speech_s,
        cost=judge.cost(analysis, measured_whole(analysis)),
        floor_db=_floor_db(analysis),
        c50_db=analysis.reverb_c50_db,
        pitch_hz=float(np.median(hz)) if hz.size else None,
        voiceprint=analysis.voiceprint,
        heard=fingerprint(analysis.spectrogram, audio.sample_rate_hz),
        sample_rate_hz=audio.sample_rate_hz,
        lossless=source is not None and source.codec.startswith(LOSSLESS),
    )


def _floor_db(analysis: Analysis) -> float | None:
    if analysis.noise is None or not analysis.noise.from_pauses or analysis.speech_level_dbfs is None:
        return None
    return analysis.speech_level_dbfs - float(to_db(analysis.noise.power))
