"""Places of findings in the pictures, before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.findings import clock
from pipeline.records import Finding, Severity, Span
from pipeline.report.words import title

LEAST_MARK_PERCENT = 0.5
"""Of the picture's width. Narrower marks would not be seen; places nearer to each other than this share one."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A place of a finding in a picture, in percent of its width.

    `at_s` is in the time of the input on either side; `stands` says that it is in the output still.
    """

    severity: str
    left_percent: float
    width_percent: float
    at_s: float
    stands: bool
    says: str


def marks_before(findings: Sequence[Finding], total_s: float, kept_s: Sequence[Span]) -> tuple[Mark, ...]:
    """Return where findings are in the input."""
    near_s = total_s * LEAST_MARK_PERCENT / 100.0
    return tuple(
        _mark(finding, span, span[0], total_s, stands(finding, span, kept_s))
        for finding in findings
        for span in joined(finding.at_s, near_s)
    )


def marks_after(findings: Sequence[Finding], kept_s: Sequence[Span]) -> tuple[Mark, ...]:
    """Return where findings that repair left are in the output."""
    total_s = sum(stop - start for start, stop in kept_s)
    near_s = total_s * LEAST_MARK_PERCENT / 100.0
    return tuple(
        _mark(finding, span, in_input(span[0], kept_s), total_s, True)
        for finding in findings
        if finding.severity is not Severity.FIXED
        for span in joined([piece for place in finding.at_s for piece in in_output(place, kept_s)], near_s)
    )


def stands(finding: Finding, span: Span, kept_s: Sequence[Span]) -> bool:
    """Return whether a place of a finding is heard in the output still."""
    return finding.severity is not Severity.FIXED and bool(in_output(span, kept_s))


def in_output(span: Span, kept_s: Sequence[Span]) -> list[Span]:
    """Return what is left of a stretch of the input, in the time of the output.

    Examples
    --------
    >>> in_output((1.0, 6.0), [(0.5, 2.0), (5.0, 9.0)])
    [(0.5, 1.5), (1.5, 2.5)]
    """
    left, gone_s = [], 0.0
    for start, stop in kept_s:
        first, last = max(start, span[0]), min(stop, span[1])
        if first <= last and first < stop:
            left.append((gone_s + first - start, gone_s + last - start))
        gone_s += stop - start
    return left


def in_input(at_s: float, kept_s: Sequence[Span]) -> float:
    """Return the time in the input of a time in the output."""
    gone_s = 0.0
    for start, stop in kept_s:
        if at_s < gone_s + stop - start:
            return start + at_s - gone_s
        gone_s += stop - start
    return kept_s[-1][1]


def joined(spans: Sequence[Span], near_s: float) -> list[Span]:
    """Return the spans in order, those that are near each other as one."""
    together: list[Span] = []
    for start, stop in sorted(spans):
        if together and start - together[-1][1] < near_s:
            together[-1] = (together[-1][0], max(together[-1][1], stop))
        else:
            together.append((start, stop))
    return together


def _mark(finding: Finding, span: Span, at_s: float, total_s: float, still: bool) -> Mark:
    left = min(100.0 * span[0] / total_s, 100.0 - LEAST_MARK_PERCENT)
    width = min(max(100.0 * (span[1] - span[0]) / total_s, LEAST_MARK_PERCENT), 100.0 - left)
    says = f"{title(finding.code).replace('_', ' ')} at {clock(at_s)}"
    return Mark(finding.severity.value, round(left, 2), round(width, 2), round(at_s, 2), still, says)
