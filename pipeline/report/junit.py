"""Verdicts as JUnit XML, which CI servers show sample by sample."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

from pipeline.errors import EncodeError
from pipeline.records import Record, Severity, Status
from pipeline.report.words import main_reason, printable, score_text

SUITE = "voiceprep"


def write_junit(records: Sequence[Record], file: Path) -> None:
    """Write a test case a sample: accepted passes, failed is an error, the rest are failures with their findings.

    The format is that of Ant's JUnit task, as CI servers read it.

    Raises
    ------
    EncodeError
        If the file cannot be written.
    """
    tree = ElementTree.ElementTree(junit(records))
    ElementTree.indent(tree)
    try:
        tree.write(file, encoding="utf-8", xml_declaration=True)
    except OSError as error:
        raise EncodeError(f"{file} cannot be written: {error.strerror}.") from error


def junit(records: Sequence[Record]) -> ElementTree.Element:
    """Return the records as an element ``testsuites``."""
    failures = sum(record.status in {Status.REVIEW, Status.REJECTED} for record in records)
    errors = sum(record.status is Status.FAILED for record in records)
    counts = {"tests": str(len(records)), "failures": str(failures), "errors": str(errors)}
    root = ElementTree.Element("testsuites", counts)
    suite = ElementTree.SubElement(root, "testsuite", {"name": SUITE, **counts})
    for record in records:
        _case(suite, record)
    return root


def _case(suite: ElementTree.Element, record: Record) -> None:
    folder, _, _ = record.path.rpartition("/")
    spent_s = sum(step.elapsed_s for step in record.steps)
    names = {"classname": printable(folder or SUITE), "name": printable(record.path), "time": f"{spent_s:.3f}"}
    case = ElementTree.SubElement(suite, "testcase", names)
    if record.status is Status.ACCEPTED:
        return
    kind = "error" if record.status is Status.FAILED else "failure"
    score = "" if record.score.before is None else f"score {score_text(record)} of 100: "
    said = {"type": record.status.value, "message": printable(f"{score}{main_reason(record)}")}
    ElementTree.SubElement(case, kind, said).text = printable_lines(record)


def printable_lines(record: Record) -> str:
    """Return every finding that weighs, a line each, with its remedy."""
    told = [finding for finding in record.findings if finding.severity in {Severity.REJECT, Severity.REVIEW}]
    lines = [f"{finding.severity.value}: {finding.message} {finding.remedy}".rstrip() for finding in told]
    lines += [record.error.message] if record.error else []
    return "\n".join(printable(line) for line in lines)
