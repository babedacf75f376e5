"""Which sources need no more work: same bytes, same plan, and all that was written still there."""

from __future__ import annotations

from pipeline.codec.digests import file_digest
from pipeline.engine.entries import Entries, Entry
from pipeline.engine.stamps import source_stamps
from pipeline.places import Place, is_stored, version
from pipeline.records import Record, Status
from pipeline.sources import Work


def finished(entries: Entries, out: Place, source: Work, digest: str, keep_rejected: bool) -> Record | None:
    """Return the record of a source that needs no more work: same bytes, same plan, output still there.

    Files with the stamps that they had are taken to hold what they held; others are read.
    """
    entry = entries.get(source.name)
    if entry is None or entry.plan != digest or entry.record.status is Status.FAILED:
        return None
    record = entry.record
    if record.output and not _is_same_clip(entry, out / record.output.path):
        return None
    if keep_rejected and record.status is Status.REJECTED and record.output is None:
        return None
    untouched = entry.stamps.sources is not None and entry.stamps.sources == source_stamps(source)
    return record if untouched or record.sha256 == source.digest() else None


def _is_same_clip(entry: Entry, clip: Place) -> bool:
    if is_stored(clip):
        return clip.is_file()  # it was put there whole
    output = entry.record.output
    untouched = entry.stamps.clip is not None and entry.stamps.clip == version(clip)
    return output is not None and (untouched or file_digest(clip) == output.sha256)
