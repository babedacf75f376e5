"""What can be found in a sample, in words: one entry a code.

The same codes stand in `records.jsonl`, in the terminal and in profiles. A text may use ``{value}`` (the
metric), ``{limit}`` (the limit that was passed), ``{count}`` and ``{first}`` (how many places, and where the
first is).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.records import Finding, Severity, Span


@dataclass(frozen=True, slots=True)
class Text:
    """A finding's message and what a person can do about it."""

    message: str
    remedy: str


TEXTS: dict[str, Text] = {
    "no_speech": Text(
        "No speech was found.",
        "Check that the right file and channel were recorded and that the microphone was on.",
    ),
    "short": Text(
        "Only {value:.1f} s of speech.",
        "Record 30 to 60 seconds of natural speech; more is good up to about 3 minutes. `voiceprep select` makes one "
        "sample of short clips of one speaker.",
    ),
    "long": Text(
        "{value:.0f} s of speech: more than about 3 minutes brings a clone nothing.",
        "Keep the best 1 to 3 minutes: `voiceprep select` finds them.",
    ),
    "noisy": Text(
        "The voice stands only {value:.0f} dB above the noise.",
        "Record in a quieter room, closer to the microphone, with fans and machines off.",
    ),
    "hum": Text(
        "Mains hum stands {value:.0f} dB out of the noise around it.",
        "Run the laptop on its battery, keep transformers and power cables away, and use a balanced cable.",
    ),
    "echo": Text(
        "The room echoes: clarity (C50) is {value:.0f} dB.",
        "Record closer to the microphone, in a room with carpet, curtains or clothes; echo cannot be taken out.",
    ),
    "clipping": Text(
        "Clipped in {count} place{s}, first at {first}.",
        "Record again with the input 6 dB lower: restoring helps, but not as much.",
    ),
    "dropouts": Text(
        "The sound is gone, or a packet repeated, in {count} place{s}, first at {first}.",
        "It cannot be repaired: record to the machine itself rather than over a call, and close other programs.",
    ),
    "clicks": Text(
        "It clicks or pops in {count} place{s}, first at {first}.",
        "Check the cable and the plug, close other programs while recording, and drink some water.",
    ),
    "emptied": Text(
        "Parts of the voice are gone ({value:.0%} of its spectrum), as after a small MP3, a gate or a denoiser.",
        "Send the original recording, without noise removal and as WAV or FLAC.",
    ),
    "speakers": Text(
        "Another voice, or another recording, seems to begin at {first}.",
        "Keep one speaker and one session in a sample; cut the rest away.",
    ),
    "overlap": Text(
        "Somebody or something else sounds at the same time as the voice, first at {first}.",
        "Record one speaker alone, without music or a television; cut the places where others speak.",
    ),
    "music": Text(
        "Music or a steady tone is heard in {value:.0%} of the time, first at {first}.",
        "Record without music: it cannot be taken out.",
    ),
    "uneven_level": Text(
        "The voice gets louder and softer by {value:.0f} dB.",
        "Keep the same distance to the microphone and speak evenly; the stage `level` evens what is there.",
    ),
    "uneven_pace": Text(
        "The pace of speech changes by {value:.0%}.",
        "Read at one steady pace.",
    ),
    "few_sounds": Text(
        "Few of the sounds of speech occur ({value:.0%}).",
        "Read a varied text rather than a list or the same words again.",
    ),
    "narrow_band": Text(
        "The voice reaches only up to {value:.0f} Hz, as over a telephone or in a small file.",
        "Send the original recording rather than a call, a voice message or a low-rate MP3.",
    ),
    "images": Text(
        "A mirror image of the voice lies above it: it was brought to a higher sample rate without a filter.",
        "Send the original file at its own sample rate, or convert it again with a good resampler.",
    ),
    "long_pauses": Text(
        "Only {value:.0%} of the recording is speech.",
        "Shorten the pauses, or read on without long breaks.",
    ),
    "quiet": Text(
        "The recording is quiet: {value:.0f} LUFS.",
        "Turn the input up or move closer, so that the voice peaks at about -12 to -6 dBFS.",
    ),
    "overload": Text(
        "Peaks reach {value:+.1f} dBTP: there is no headroom left.",
        "Record with the input 6 dB lower.",
    ),
    "dc_offset": Text(
        "The wave sits off its middle: {value:.0%} of it is a constant offset.",
        "Check the sound card or its cable; a high-pass filter removes it.",
    ),
}
"""Findings that a profile's limits can raise."""

EVENT_TEXTS: dict[str, Text] = {
    "undefined": Text("{detail}", ""),
    "unjudged": Text(
        "The part '{detail}' of the grade could not be judged.",
        "Listen to it; a note below says what was missing.",
    ),
    "not_measured": Text("This version does not measure {detail}.", ""),
    "noise_estimated": Text(
        "{detail}", "Leave a second of room tone before and after the speech, without a noise gate."
    ),
    "low_score": Text("The score of {detail}", "See the other findings: mending the first of them gains most."),
    "peak_limited": Text(
        "{detail}",
        "Nothing needs doing; for a louder result record with steadier distance and fewer plosives.",
    ),
    "damaged": Text("{detail}", "Export the recording again and check that the copy is complete."),
    "left_out": Text("{detail}", "Look at the picture and listen to those that you miss: a clip may stand alone."),
    "channels": Text("{detail}", "If the wrong channel was taken, export the right one as mono."),
}
"""Findings that come from what a step or metric reported rather than from a limit."""

BY_SCORE = "The score of"
"""How the finding goes on that a status comes from where no limit decided."""

TITLES: dict[str, str] = {
    "no_speech": "no speech",
    "short": "too little speech",
    "long": "very long",
    "noisy": "noise",
    "hum": "mains hum",
    "echo": "echo",
    "clipping": "clipping",
    "dropouts": "dropouts",
    "clicks": "clicks",
    "emptied": "holes in the voice",
    "speakers": "more than one voice",
    "overlap": "voices at once",
    "music": "music",
    "uneven_level": "uneven level",
    "uneven_pace": "uneven pace",
    "few_sounds": "few sounds",
    "narrow_band": "narrow band",
    "images": "poor resampling",
    "long_pauses": "long pauses",
    "quiet": "low level",
    "overload": "no headroom",
    "dc_offset": "constant offset",
    "damaged": "damaged file",
    "low_score": "low score",
}
"""Findings in two words, for lists and counts."""


def limit_finding(code: str, severity: Severity, value: float, limit: float, at_s: Sequence[Span]) -> Finding:
    """Return the finding of a passed limit.

    Parameters
    ----------
    code : str
        Key of `TEXTS`, or a code of someone else's, which is told plainly.
    severity : Severity
    value, limit : float
        What was measured, and the limit that was passed.
    at_s : sequence of (start, end)
        Where, in seconds.
    """
    text = TEXTS.get(code, Text(f"{code}: {value:g} is beyond the limit of {limit:g}.", ""))
    facts = {
        "value": value,
        "limit": limit,
        "count": len(at_s),
        "s": "" if len(at_s) == 1 else "s",
        "first": clock(at_s[0][0]) if at_s else "an unknown time",
    }
    return Finding(
        code=code,
        severity=severity,
        at_s=tuple(at_s),
        message=text.message.format(**facts),
        remedy=text.remedy,
    )


def event_finding(code: str, severity: Severity, detail: str) -> Finding:
    """Return the finding of something that a step or metric reported; `detail` is its sentence."""
    text = EVENT_TEXTS[code]
    return Finding(code=code, severity=severity, message=text.message.format(detail=detail), remedy=text.remedy)


def clock(time_s: float) -> str:
    """Return a time as minutes, seconds and hundredths: ``0:14.02``."""
    hundredths = round(time_s * 100)
    return f"{hundredths // 6000}:{hundredths // 100 % 60:02d}.{hundredths % 100:02d}"
