"""What an upload will do, decided before anything is sent: a dry run prints this, the real run follows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.records import Output, Record, Status
from pipeline.service.clips import clip_mistakes
from pipeline.service.crash import reached
from pipeline.service.deciding import Account, Action, Known, decide_action, make_item
from pipeline.service.enhance import decide_enhance
from pipeline.service.items import Item
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
            "fields": dict(self.item.form),
            "enhance_why": self.item.enhance_why,
        }


def good_enough(records: Iterable[Record], include_review: bool = False) -> list[Record]:
    """Return the records whose clips may be sent: accepted ones, and those for review if asked."""
    wanted = {Status.ACCEPTED, Status.REVIEW} if include_review else {Status.ACCEPTED}
    return [record for record in records if record.status in wanted]


def plan_uploads(  # noqa: PLR0913, PLR0917 - what is sent, where to, and by what it is decided
    out: Path,
    records: Sequence[Record],
    choose: Mapping[str, Voice],
    account: Account,
    known: Known,
    allow_same_audio: bool = False,
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
    known : Known
        Usually the `Session`.
    allow_same_audio : bool
        See `decide_action`.
    """
    planned: list[Planned] = []
    for record in records:
        if record.path in choose and record.output is not None:
            item, clip = _item(out, record, record.output, choose[record.path], account)
            decision = decide_action(item, known, allow_same_audio)
            entry = Planned(decision.item, clip, decision.action, decision.why, decision.voice_id)
            planned.append(_beside(entry, planned, allow_same_audio))
            reached("scanned")
    return planned


def account_line(planned: Sequence[Planned], known: Known) -> str:
    """Return what a person wants to know before the first voice is made."""
    sends = sum(entry.action is Action.SEND for entry in planned)
    ours = len(known.ledger.voice_ids(known.accounts) & known.listed.by_id.keys())
    held = len(known.listed.voices)
    return (
        f"{sends} voice{'s' * (sends != 1)} to make. The account lists {held} voice{'s' * (held != 1)} (public and "
        f"shared ones too), {ours} of them made from here."
    )


def _item(out: Path, record: Record, output: Output, voice: Voice, account: Account) -> tuple[Item, Path]:
    enhance, why = decide_enhance(record, voice.enhance_audio)
    return make_item(record.path, output.sha256, voice, enhance, account, why), out / output.path


def _beside(entry: Planned, earlier: Sequence[Planned], allow_same_audio: bool) -> Planned:
    """Return an entry as it must be after those ahead of it in this run, and with a clip that can be sent."""
    if entry.action is not Action.SEND:
        return entry
    for other in earlier:
        same_audio = other.item.audio_sha256 == entry.item.audio_sha256
        if other.item.key == entry.item.key or (same_audio and not allow_same_audio):
            why = f"the same audio is {other.item.path}, which is ahead of it in this run"
            return replace(entry, action=Action.SKIP, why=why)
    if mistakes := clip_mistakes(entry.clip):
        return replace(entry, action=Action.SKIP, why="; ".join(mistakes))
    name = entry.item.fields["voice_name"]
    for other in earlier:
        if other.action is Action.SEND and other.item.fields["voice_name"] == name:
            same = f"{other.item.path} becomes a voice of the same name in this run: this makes another one"
            return replace(entry, why=f"{entry.why}; {same}")
    return entry
