"""Findings as the page tells them: with their places; what could not be told in one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.findings import clock
from pipeline.guidance import explanations
from pipeline.labels import label
from pipeline.records import Finding, Span
from pipeline.report.page.marks import stands
from pipeline.report.words import title

MOST_TIMES = 6
"""So many places of one finding are buttons; the player steps through all of them."""

WITHOUT_NUMBER = ("undefined", "not_measured")
"""Findings that say of a measure only that there is none."""


@dataclass(frozen=True, slots=True)
class Time:
    """A place of a finding, as a button."""

    at_s: float
    text: str
    stands: bool


@dataclass(frozen=True, slots=True)
class Told:
    """A finding with its places."""

    finding: Finding
    title: str
    times: tuple[Time, ...]
    more: int
    explained: bool


def told(findings: Sequence[Finding], kept_s: Sequence[Span]) -> tuple[Told, ...]:
    """Return the findings that say something of the sound."""
    return tuple(_told(finding, kept_s) for finding in findings if finding.code not in WITHOUT_NUMBER)


def untold(findings: Sequence[Finding]) -> str:
    """Return what could not be told and why, in words.

    Examples
    --------
    >>> from pipeline.findings import event_finding
    >>> from pipeline.records import Severity
    >>> untold([event_finding("undefined", Severity.NOTE, "hum_db, snr_db undefined: no speech was found.")])
    'Mains hum and SNR could not be told: no speech was found.'
    """
    return " ".join(_in_words(finding.message) for finding in findings if finding.code in WITHOUT_NUMBER)


def _in_words(message: str) -> str:
    """Return the sentence with metrics as people call them; a sentence of another form stays."""
    names, stands_between, why = message.partition(" undefined: ")
    if stands_between:
        return f"{_listed([label(name) for name in names.split(', ')])} could not be told: {why}"
    head = "This version does not measure "
    names = message.removeprefix(head).removesuffix(".")
    return f"{head}{_listed([label(name) for name in names.split(', ')])}." if message.startswith(head) else message


def _listed(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]


def _told(finding: Finding, kept_s: Sequence[Span]) -> Told:
    times = tuple(
        Time(round(span[0], 2), clock(span[0]), stands(finding, span, kept_s)) for span in finding.at_s[:MOST_TIMES]
    )
    more = max(0, len(finding.at_s) - MOST_TIMES)
    return Told(finding, title(finding.code).replace("_", " "), times, more, finding.code in explanations())
