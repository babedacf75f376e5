"""When a list is believed: one that lacks what was there proves nothing, least of all that a voice is absent."""

from __future__ import annotations

from collections.abc import Collection

from pipeline.service.listing import VoiceList

LOST_RATIO = 0.2
"""A list that lacks more of what it held before is not believed (requirement 4.2 of the protocol; ours is stricter in
that ids are compared, not counts, so that other voices cannot stand in for those that are gone)."""


def distrust(listed: VoiceList, earlier: Collection[int], fresh: Collection[int] = ()) -> str | None:
    """Return why a list is not to be believed, None if it is.

    Parameters
    ----------
    listed : VoiceList
    earlier : collection of int
        Ids that the account listed when it was last looked at, and those that it made for us since.
    fresh : collection of int
        Ids that this run made: a list without them is older than they are.
    """
    if earlier and not listed.voices:
        return f"the service lists no voice at all, though the account held {len(earlier)}"
    gone = sum(number not in listed.by_id for number in earlier)
    if gone > LOST_RATIO * len(earlier):
        return f"the service lists {len(earlier) - gone} of the {len(earlier)} voices that the account held before"
    if any(number not in listed.by_id for number in fresh):
        return "the service does not list yet what it made in this run"
    return None
