"""What an upload will do, decided before anything is sent: a dry run prints this, the real run follows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.records import Output, Record, Status
from pipeline.service.clips import clip_mistakes
from pipeline.service.deciding import Account, Action, decide_action, make_item
from pipeline.service.enhance import decide_enhance
from pipeline.service.items import Item
from pipeline.service.ledger import Ledger
from pipeline.service.voice import Voice


@dataclass(frozen=True, slots=True)
class Planned:
    """One sample: what is sent, from which clip, and what will be done and why."""

    item: Item
    clip: Path
    action: Action
    why: str
    voice_id: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types; the consent stays at home."""
        return {
            "path": self.item.path,
            "action": self.action.value,
            "why": self.why,
            "voice_id": self.voice_id,
            "fields": dict(self.item.fields),
            "enhance_why": self.item.enhance_why,
        }


def good_enough(records: Iterable[Record], include_review: bool = False) -> list[Record]:
    """Return the records whose clips may be sent: accepted ones, and those for review if asked."""
    wanted = {Status.ACCEPTED, Status.REVIEW} if include_review else {Status.ACCEPTED}
    return [record for record in records if record.status in wanted]


def plan_uploads(
    out: Path, records: Sequence[Record], choose: Mapping[str, Voice], account: Account, ledger: Ledger
) -> list[Planned]:
    """Return what an upload of these records does, in order. Nothing is sent or written.

    A clip that cannot be sent as it is (not there, no WAV, too large, too long) is left out and says why; the
    others go on.

    Parameters
    ----------
    out : Path
        The folder of the clips.
    records : sequence of Record
        Those without a voice in `choose` are left out; see `good_enough`.
    choose : mapping
        The voice of each record's path.
    account : Account
        Usually the `Api`.
    ledger : Ledger
    """
    planned: list[Planned] = []
    for record in records:
        if record.path in choose and record.output is not None:
            planned.append(_planned(out, record, record.output, choose[record.path], account, ledger, planned))
    return planned


def _planned(  # noqa: PLR0913, PLR0917 - the loop's own variables
    out: Path,
    record: Record,
    output: Output,
    voice: Voice,
    account: Account,
    ledger: Ledger,
    earlier: Sequence[Planned],
) -> Planned:
    enhance, enhance_why = decide_enhance(record, voice.enhance_audio)
    item = make_item(record.path, output.sha256, voice, enhance, account, enhance_why)
    clip = out / output.path
    action, why, voice_id = decide_action(item, ledger)
    twin = next((entry for entry in earlier if entry.item.audio_sha256 == item.audio_sha256), None)
    if action is Action.SEND and twin:
        action, why = Action.SKIP, f"the same audio is {twin.item.path}, which is ahead of it in this run"
    if action is Action.SEND and (mistakes := clip_mistakes(clip)):
        action, why = Action.SKIP, "; ".join(mistakes)
    return Planned(item, clip, action, why, voice_id)
