from xml.etree import ElementTree

import pytest

from pipeline.errors import EncodeError
from pipeline.records import Failure, Finding, Record, Score, Severity, Status
from pipeline.report.junit import junit, write_junit

NOISY = Finding(code="noisy", severity=Severity.REVIEW, message="It is <noisy> & loud.", remedy="Be quiet.")
RECORDS = [
    Record(path="mia/good.wav", status=Status.ACCEPTED, score=Score(before=90.0, after=95.0)),
    Record(path="noisy.wav", status=Status.REVIEW, score=Score(before=55.0), findings=(NOISY,)),
    Record(path="short\x07.wav", status=Status.REJECTED, score=Score(before=100.0)),
    Record(path="text.mp3", status=Status.FAILED, error=Failure(step="decode", kind="X", message="It is no sound.")),
]


def test_each_sample_is_a_case_by_its_verdict(tmp_path):
    file = tmp_path / "report.xml"
    write_junit(RECORDS, file)
    root = ElementTree.parse(file).getroot()
    assert root.attrib == {"tests": "4", "failures": "2", "errors": "1"}
    cases = root.findall("./testsuite/testcase")
    assert [[child.tag for child in case] for case in cases] == [[], ["failure"], ["failure"], ["error"]]
    assert cases[0].attrib["classname"] == "mia"
    assert cases[1][0].attrib == {"type": "review", "message": "score 55 of 100: It is <noisy> & loud."}
    assert cases[1][0].text == "review: It is <noisy> & loud. Be quiet."
    assert cases[2].attrib["name"] == "short\\x07.wav"  # XML has no bell
    assert cases[3][0].attrib["message"] == "It is no sound."
    assert cases[3][0].text == "It is no sound."


def test_what_ci_servers_ask_of_the_format():
    root = junit(RECORDS)
    assert root.tag == "testsuites"
    for case in root.iter("testcase"):
        assert {"classname", "name", "time"} <= set(case.attrib)
        assert float(case.attrib["time"]) >= 0.0


def test_a_file_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "in-the-way").write_text("")
    with pytest.raises(EncodeError, match="cannot be written"):
        write_junit(RECORDS, tmp_path / "in-the-way" / "report.xml")
