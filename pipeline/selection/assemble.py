"""Many clips of one speaker to one sample: the best of them, matched in level and joined in pauses."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.audio import Audio
from pipeline.codec.digests import file_digest, group_digest
from pipeline.errors import DecodeError
from pipeline.plan import Plan, Selection
from pipeline.records import Source, Step
from pipeline.sample import Sample
from pipeline.selection.choosing import Choice, Chosen, choose, score_of
from pipeline.selection.clips import Clip, Opened, open_clips, read_span
from pipeline.selection.parts import Part, assembled
from pipeline.selection.takes import Clock, Progress

SAME_CUT_S = 0.01
"""Phrases that end and begin so near to each other were cut at one place."""

SEVERAL = "several"
"""Container or codec of clips that have not all the same."""


def assemble(
    name: str, files: Mapping[str, Path], plan: Plan, selection: Selection | None = None, tell: Progress | None = None
) -> Sample:
    """Return one sample of the best clips of one speaker.

    The trail is a step ``assemble``. Its notes say ``map`` (a list of ``[output_start_s, source_path, source_start_s,
    length_s]``), ``gains_db`` of its entries, ``clips`` (each with its path, times, ``score``, how ``unlike`` it is to
    the others, and if it is not ``used``, ``why``) and ``unread`` (path to reason).

    Parameters
    ----------
    name : str
        Of the sample.
    files : mapping of str to Path
        The sources' names and where they are.
    plan : Plan
        Its metrics and rubric judge; its stages are not run.
    selection : Selection, optional
    tell : Progress, optional
        Told of files rather than seconds.

    Raises
    ------
    DecodeError
        If no file could be read, or none of them holds speech.
    StepError
        If a metric fails.
    """
    wanted, started = selection or plan.selection or Selection(), time.perf_counter()
    found, unread, clock = {}, {}, Clock(tell, float(len(files)))
    for number, (path, file) in enumerate(files.items()):
        try:
            found[path] = open_clips(path, file, plan, wanted)
        except DecodeError as error:
            unread[path] = str(error)
        clock.at(number + 1.0)
    chosen = choose([clip for each in found.values() for clip in each.clips], wanted)
    if not chosen.used:
        raise DecodeError(_nothing(len(files), unread, chosen))
    audio, notes = _joined(chosen.used)
    notes |= {"clips": [_told(choice) for choice in chosen.choices], "unread": unread}
    step = Step(
        name="assemble",
        params={"seconds": wanted.seconds, "least_s": wanted.least_s},
        notes=notes,
        why=f"{len(chosen.used)} of {len(chosen.choices)} clips of {len(files)} files",
        elapsed_s=round(time.perf_counter() - started, 4),
    )
    digests = [found[path].sha256 if path in found else file_digest(file) for path, file in files.items()]
    return Sample(audio, name, group_digest(digests), _source(list(found.values())), (step,))


def _joined(clips: Sequence[Clip]) -> tuple[Audio, dict[str, Any]]:
    rates: Counter[int] = Counter()
    for clip in clips:
        rates[clip.sample_rate_hz] += round(1000.0 * clip.speech_s)
    rate = rates.most_common(1)[0][0]
    parts = [
        Part(path, start_s, _at_rate(read_span(file, start_s, stop_s), rate))
        for path, file, start_s, stop_s in _spans(clips)
    ]
    audio, entries, gains_db = assembled(parts)
    return audio, {"map": entries, "gains_db": gains_db}


def _spans(clips: Sequence[Clip]) -> list[tuple[str, Path, float, float]]:
    """Return what is read of which file: phrases that follow one another in one piece, so that no join is made."""
    spans: list[tuple[str, Path, float, float]] = []
    for clip in clips:
        start_s = clip.start_s
        if spans and spans[-1][0] == clip.path and abs(spans[-1][3] - clip.start_s) < SAME_CUT_S:
            start_s = spans.pop()[2]
        spans.append((clip.path, clip.file, start_s, clip.stop_s))
    return spans


def _at_rate(audio: Audio, rate: int) -> Audio:
    """Return the sound at the rate that most of the clips have."""
    if audio.sample_rate_hz == rate:
        return audio
    import librosa

    wave = librosa.resample(audio.wave, orig_sr=audio.sample_rate_hz, target_sr=rate, res_type="soxr_hq")
    return Audio(wave, rate)


def _told(choice: Choice) -> dict[str, Any]:
    clip = choice.clip
    told: dict[str, Any] = {
        "path": clip.path,
        "start_s": round(clip.start_s, 3),
        "length_s": round(clip.stop_s - clip.start_s, 3),
        "score": round(score_of(clip), 1),
        "unlike": choice.unlike,
        "used": not choice.code,
    }
    return told | ({"reason": choice.code, "why": choice.why} if choice.code else {})


def _source(found: Sequence[Opened]) -> Source:
    """Return what the files are together."""
    sources = [each.source for each in found if each.source]
    containers, codecs = {source.container for source in sources}, {source.codec for source in sources}
    rates: Counter[int] = Counter(source.sample_rate_hz for source in sources)
    return Source(
        container=containers.pop() if len(containers) == 1 else SEVERAL,
        codec=codecs.pop() if len(codecs) == 1 else SEVERAL,
        sample_rate_hz=rates.most_common(1)[0][0],
        channels=max(source.channels for source in sources),
        duration_s=round(sum(source.duration_s for source in sources), 6),
        bytes=sum(source.bytes for source in sources),
    )


def _nothing(count: int, unread: Mapping[str, str], chosen: Chosen) -> str:
    if len(unread) == count:
        return f"None of the {count} files could be read; the first: {next(iter(unread.values()))}"
    if not chosen.choices:
        return f"No speech was found in any of the {count} files: check that the right ones were given."
    reasons = Counter(choice.why for choice in chosen.choices)
    return f"None of {len(chosen.choices)} clips can be used; most often: {reasons.most_common(1)[0][0]}."
