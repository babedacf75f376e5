"""Which sources need no more work: same bytes, same plan, and all that was written still there."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.codec.digests import file_digest
from pipeline.engine.entries import Entries, Entry
from pipeline.engine.stamps import Stamp, settled, stamp
from pipeline.places import Place, is_stored
from pipeline.preview.files import preview_name
from pipeline.records import Status
from pipeline.sources import Work


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a run is to make of each source: by which plan, and what it is to write beside the clips."""

    plan: str
    keep_rejected: bool
    preview: bool


def finished(entries: Entries, out: Place, source: Work, now: tuple[Stamp, ...] | None, wanted: Wanted) -> Entry | None:
    """Return the entry of a source that needs no more work: same bytes, same plan, all that is wanted still there.

    Its files have the stamps `now`.

    Files with the stamps that they had are taken to hold what they held. Others are read, and where they hold it, the
    entry comes with the stamps that they have now: they are read once.
    """
    entry = entries.get(source.name)
    if entry is None or entry.plan != wanted.plan or entry.record.status is Status.FAILED:
        return None
    if wanted.keep_rejected and entry.record.status is Status.REJECTED and entry.record.output is None:
        return None
    if wanted.preview and not (out / preview_name(source.name)).is_file():
        return None
    held = _with_its_clip(entry, out)
    return _of_same_sources(held, source, now) if held else None


def _with_its_clip(entry: Entry, out: Place) -> Entry | None:
    output = entry.record.output
    if output is None:
        return entry
    clip = out / output.path
    if is_stored(clip) and entry.stamps.clip is None:  # put by a run that was stopped, or no versions are told
        return entry if clip.is_file() else None
    now = stamp(clip)
    if now is not None and now == entry.stamps.clip:
        return entry
    rested = settled((now,)) if now else None
    return entry.stamped(clip=rested[0] if rested else None) if file_digest(clip) == output.sha256 else None


def _of_same_sources(entry: Entry, source: Work, now: tuple[Stamp, ...] | None) -> Entry | None:
    if now is not None and now == entry.stamps.sources:
        return entry
    return entry.stamped(sources=settled(now)) if source.digest() == entry.record.sha256 else None
