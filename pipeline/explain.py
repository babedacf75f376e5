"""What there is to say beside the limits: what was fixed, what steps reported, what the score alone decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from pipeline.findings import BY_SCORE, TITLES, event_finding
from pipeline.records import Finding, Severity, Status
from pipeline.rubric import Grade, Rubric
from pipeline.sample import Sample


def fixed(before: Grade, after: Grade) -> Iterable[Finding]:
    """Yield what was found in the input and no longer is in the output."""
    still = {finding.code for finding in after.findings}
    for finding in before.findings:
        if finding.code not in still and finding.code != "no_speech":
            yield finding.model_copy(update={"severity": Severity.FIXED, "remedy": ""})


def told_by_steps(sample: Sample) -> Iterable[Finding]:
    """Yield findings from what steps noted: a damaged file, a channel left out, a target not reached."""
    for step in sample.steps:
        if "damaged" in step.notes:
            yield event_finding("damaged", Severity.REVIEW, str(step.notes["damaged"]))
        if "channels" in step.notes:
            yield event_finding("channels", Severity.NOTE, str(step.notes["channels"]))
        if "clips" in step.notes and (detail := _left_out(step.notes)):
            yield event_finding("left_out", Severity.NOTE, detail)
        if "asked_lufs" in step.notes:
            reached, asked = step.notes["target_lufs"], step.notes["asked_lufs"]
            detail = f"{reached:.1f} LUFS instead of {asked:g}: louder, the peaks would pass the ceiling."
            yield event_finding("peak_limited", Severity.NOTE, detail)


_LEFT_OUT = {
    "unlike": "for another voice, place or microphone",
    "noise": "for another noise",
    "bad": "for bad sound",
    "copy": "as copies",
    "untold": "as too short to tell whose voice it is",
}


def _left_out(notes: Mapping[str, Any]) -> str:
    """Return how many clips were left out of an assembled sample, and why; nothing where only spare ones were."""
    reasons = Counter(clip["reason"] for clip in notes["clips"] if not clip["used"])
    told = [f"{reasons[code]} {words}" for code, words in _LEFT_OUT.items() if reasons[code]]
    told += [f"{len(notes['unread'])} as unreadable"] if notes["unread"] else []
    count = sum(reasons[code] for code in _LEFT_OUT) + len(notes["unread"])
    total = len(notes["clips"]) + len(notes["unread"])
    picture = f" Picture: {notes['picture']}." if "picture" in notes else ""
    return f"{count} of {total} clips left out: {', '.join(told)}.{picture}" if told else ""


def with_findings(grade: Grade, more: Iterable[Finding], rubric: Rubric) -> Grade:
    """Return the grade with more findings, the heaviest first, and the status they lead to.

    A status that no finding explains comes from the score: then the finding of the part that cost most decides, and
    says so.
    """
    findings = [*grade.findings, *more]
    status = rubric.status(grade.score, findings)
    blame = {Status.REJECTED: Severity.REJECT, Status.REVIEW: Severity.REVIEW}.get(status)
    if blame and blame not in {finding.severity for finding in findings}:
        limit = rubric.review_score if status is Status.REJECTED else rubric.accept_score
        score = f"{grade.score:.0f} of 100 is under {limit:g}"
        findings = _decided_by_score(findings, blame, score, _costliest(grade, rubric))
    order = list(Severity)
    findings.sort(key=lambda finding: order.index(finding.severity))
    return replace(grade, findings=tuple(findings), status=status)


def _costliest(grade: Grade, rubric: Rubric) -> str:
    """Return the code of the part that cost the most points."""
    counted = [part for part in rubric.parts if part.weight and part.name in grade.parts]
    part = min(counted, key=lambda part: (grade.parts[part.name] / 100.0) ** part.weight)
    return part.below_code or part.above_code or part.name


def _decided_by_score(findings: list[Finding], blame: Severity, score: str, code: str) -> list[Finding]:
    """Return the findings with the one that explains the score at the head of them."""
    open_findings = (finding for finding in findings if finding.severity is not Severity.FIXED)
    told = next((finding for finding in open_findings if finding.code == code), None)
    if told is None:
        detail = f"{score}; most points went to: {TITLES.get(code, code)}."
        return [*findings, event_finding("low_score", blame, detail)]
    message = f"{told.message} {BY_SCORE} {score}."
    rest = [finding for finding in findings if finding is not told]
    return [told.model_copy(update={"severity": blame, "message": message}), *rest]
