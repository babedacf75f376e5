"""Which clips of one speaker make the sample, and why each of the others is left out."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from pipeline.dsp.fingerprint import first_copies
from pipeline.plan import Selection
from pipeline.selection.clips import Clip
from pipeline.selection.likeness import UNLIKE, unlikeness
from pipeline.selection.parts import FLOORS_APART_DB, SILENT_SNR_DB
from pipeline.selection.windows import WORSE_COST

OTHER_PITCH, OTHER_C50_DB, ECHO_DB = 1.25, 6.0, 20.0
"""A clip that is unlike the others and differs by so much in pitch (a ratio), noise or clarity is said to be of another
speaker, place or room; else whether it is the speaker, the room or the microphone cannot be told."""

BAD_COST = 1.6
"""A clip that costs more has a score under 20, or a finding that rejects: it is no part of a sample."""


@dataclass(slots=True)
class Choice:
    """A clip and what became of it: `why` is empty for those that are used; `code` says in a word why not."""

    clip: Clip
    unlike: float | None = None
    code: str = ""
    why: str = ""

    def leave_out(self, code: str, why: str) -> None:
        """Leave the clip out; the first reason stays."""
        if not self.code:
            self.code, self.why = code, why


@dataclass(frozen=True, slots=True)
class Chosen:
    """All clips of a group, in the order of their names."""

    choices: tuple[Choice, ...] = field(default=())

    @property
    def used(self) -> list[Clip]:
        """The clips that make the sample."""
        return [choice.clip for choice in self.choices if not choice.code]


def choose(clips: Sequence[Clip], wanted: Selection) -> Chosen:
    """Choose the best clips of the speaker whom most of them are of.

    Parameters
    ----------
    clips : sequence of Clip
        In order of name and time.
    wanted : Selection
        `seconds` of speech at most. Under `least_s`, clips that sound worse than the best are taken too.
    """
    choices = [Choice(clip) for clip in clips]
    _leave_out_copies(choices)
    _leave_out_unlike(choices)
    _leave_out_bad(choices)
    _leave_out_other_floors(choices)
    _leave_out_spare(choices, wanted)
    return Chosen(tuple(choices))


def _left(choices: Sequence[Choice]) -> list[Choice]:
    return [choice for choice in choices if not choice.code]


def _leave_out_copies(choices: Sequence[Choice]) -> None:
    """Of copies, keep the one that sounds best, of equals one that is not coded, or the first."""
    firsts = first_copies([choice.clip.heard for choice in choices])
    for first in set(firsts):
        copies = [choice for choice, of in zip(choices, firsts, strict=True) if of == first]
        best = min(copies, key=lambda choice: (round(choice.clip.cost, 1), not choice.clip.lossless))
        for choice in copies:
            if choice is not best:
                choice.leave_out("copy", f"the same sound as {best.clip.path}")


def _leave_out_unlike(choices: Sequence[Choice]) -> None:
    for choice in _left(choices):
        if choice.clip.voiceprint is None:
            choice.leave_out("untold", "too little speech, or too low a sample rate, to tell whose voice it is")
    told = _left(choices)
    if len(told) < 2:
        return
    distances = unlikeness([choice.clip.voiceprint for choice in told if choice.clip.voiceprint is not None])
    for choice, distance in zip(told, distances, strict=True):
        choice.unlike = round(float(distance), 2)
    own = [choice.clip for choice in told if (choice.unlike or 0.0) < UNLIKE]
    for choice in told:
        if (choice.unlike or 0.0) >= UNLIKE:
            choice.leave_out("unlike", f"it sounds like {_other(choice.clip, own)}")


def _other(clip: Clip, own: Sequence[Clip]) -> str:
    pitches = [each.pitch_hz for each in own if each.pitch_hz]
    clarities = [each.c50_db for each in own if each.c50_db is not None]
    pitch_hz, c50_db = clip.pitch_hz, clip.c50_db
    floors = [_heard_floor_db(each) for each in own if each.floor_db is not None]
    more_db = statistics.median(floors) - _heard_floor_db(clip) if floors and clip.floor_db is not None else 0.0
    if pitch_hz and pitches:
        usual_hz = statistics.median(pitches)
        if not 1.0 / OTHER_PITCH < pitch_hz / usual_hz < OTHER_PITCH:
            return f"another speaker: pitch {pitch_hz:.0f} Hz, the others {usual_hz:.0f} Hz"
    if more_db > FLOORS_APART_DB:
        return f"another place: {more_db:.0f} dB more noise under the voice than the others"
    if c50_db is not None and clarities and c50_db < min(ECHO_DB, statistics.median(clarities) - OTHER_C50_DB):
        return f"another room: clarity (C50) {c50_db:.0f} dB, the others {statistics.median(clarities):.0f} dB"
    return "another speaker, room or microphone"


def _leave_out_bad(choices: Sequence[Choice]) -> None:
    for choice in _left(choices):
        if choice.clip.cost > BAD_COST:
            choice.leave_out("bad", f"it is too bad: a score of {score_of(choice.clip):.0f}")


def _leave_out_other_floors(choices: Sequence[Choice]) -> None:
    """Leave out what stands over another noise than the best half does: the join would be heard."""
    left = sorted(_left(choices), key=lambda choice: choice.clip.cost)
    if not left:
        return
    known = [choice for choice in left if choice.clip.floor_db is not None]
    usual_db = statistics.median([_heard_floor_db(choice.clip) for choice in known[: len(known) // 2 + 1]] or [0.0])
    for choice in known:
        apart_db = _heard_floor_db(choice.clip) - usual_db
        if abs(apart_db) > FLOORS_APART_DB:
            more = "less" if apart_db > 0 else "more"
            choice.leave_out("noise", f"it has {abs(apart_db):.0f} dB {more} noise under the voice than the best")


def _heard_floor_db(clip: Clip) -> float:
    return min(clip.floor_db if clip.floor_db is not None else 0.0, SILENT_SNR_DB)


def _leave_out_spare(choices: Sequence[Choice], wanted: Selection) -> None:
    """Take the best until there is enough: what sounds worse only while there is less than the least."""
    left = sorted(_left(choices), key=lambda choice: choice.clip.cost)
    said_s, best = 0.0, left[0].clip.cost if left else 0.0
    for choice in left:
        worse = choice.clip.cost > best + WORSE_COST
        if said_s + choice.clip.speech_s > wanted.seconds:
            choice.leave_out("spare", "not needed: there is enough without it")
        elif said_s >= wanted.least_s and worse:
            choice.leave_out("worse", f"it sounds worse than the rest: a score of {score_of(choice.clip):.0f}")
        else:
            said_s += choice.clip.speech_s


def score_of(clip: Clip) -> float:
    """Return the score that a clip's cost stands for, 0 to 100."""
    return float(100.0 * np.exp(-clip.cost))
