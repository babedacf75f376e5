import string

import pytest

from pipeline.findings import EVENT_TEXTS, TEXTS, TITLES, clock, event_finding, limit_finding
from pipeline.profile import load_profile, profile_paths
from pipeline.records import Severity


@pytest.mark.parametrize("code", TEXTS)
def test_every_finding_reads_as_a_sentence_and_has_a_remedy(code):
    finding = limit_finding(code, Severity.REVIEW, 0.5, 1.0, [(61.5, 62.0)])
    assert finding.message.endswith(".")
    assert finding.remedy.endswith(".")
    assert not set("{}") & set(finding.message + finding.remedy)
    assert code in TITLES


@pytest.mark.parametrize("code", EVENT_TEXTS)
def test_every_event_carries_its_sentence(code):
    assert "the detail" in event_finding(code, Severity.NOTE, "the detail").message
    fields = [field for _, field, _, _ in string.Formatter().parse(EVENT_TEXTS[code].message) if field]
    assert fields == ["detail"]


def test_every_code_of_a_profile_has_its_text():
    for name in profile_paths():
        for part in load_profile(name).rubric.parts:
            for code, limits in ((part.below_code, part.below), (part.above_code, part.above)):
                assert not limits or code in TEXTS


def test_someone_elses_code_is_told_plainly():
    assert limit_finding("breathy", Severity.NOTE, 3.0, 2.0, ()).message == "breathy: 3 is beyond the limit of 2."


@pytest.mark.parametrize(
    ("time_s", "text"), [(0.0, "0:00.00"), (14.02, "0:14.02"), (59.999, "1:00.00"), (3671.5, "61:11.50")]
)
def test_times_are_told_in_minutes(time_s, text):
    assert clock(time_s) == text
