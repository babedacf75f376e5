import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.profile import load_profile
from pipeline.records import Severity, Status
from pipeline.rubric import Part, Rubric

GOOD = {
    "speech_s": 42.0,
    "speech_ratio": 0.9,
    "audible_snr_db": 45.0,
    "reverb_c50_db": 28.0,
    "clipped_power_ratio": 0.0,
    "dropouts_per_min": 0.0,
    "dropout_count": 0.0,
    "clicks_per_min": 0.0,
    "emptied_ratio": 0.0,
    "image_ratio": 0.0,
    "bandwidth_hz": 16000.0,
    "loudness_lufs": -22.0,
    "true_peak_dbtp": -4.0,
    "dc_offset_ratio": 0.0,
}
CLONE = load_profile("clone").rubric

WORSE = {  # metric: values from good to bad
    "audible_snr_db": [45.0, 31.0, 19.0, 9.0],
    "reverb_c50_db": [28.0, 19.0, 11.0, 3.0],
    "clipped_power_ratio": [0.0, 0.01, 0.2, 0.5],
    "dropouts_per_min": [0.0, 4.0, 60.0],
    "clicks_per_min": [0.0, 10.0, 200.0],
    "emptied_ratio": [0.0, 0.02, 0.1],
    "image_ratio": [0.0, 0.0002, 0.003, 0.08],
    "bandwidth_hz": [16000.0, 6500.0, 3400.0],
}
assert set(WORSE) == {part.metric for part in CLONE.parts if part.weight}


def grade(**values):
    return CLONE.grade(GOOD | values)


def test_a_good_take_gets_full_marks_and_no_finding():
    good = grade()
    assert (good.score, good.status, good.findings) == (100.0, Status.ACCEPTED, ())


@pytest.mark.parametrize("metric", WORSE)
def test_worse_never_scores_higher_nor_ranks_better(metric):
    order = [Status.ACCEPTED, Status.REVIEW, Status.REJECTED]
    grades = [grade(**{metric: value}) for value in WORSE[metric]]
    scores = [each.score for each in grades]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > scores[-1]
    assert [order.index(each.status) for each in grades] == sorted(order.index(each.status) for each in grades)


@given(
    st.sampled_from([part for part in CLONE.parts if part.weight]),
    st.floats(0.0, 1.0),
    st.floats(0.0, 1.0),
    st.floats(0.0, 60.0),
    st.floats(0.0, 60.0),
)
def test_every_curve_is_monotone_in_the_score(part, one, other, c50_db, snr_db):
    low, high = part.points[0][0], part.points[-1][0]
    at = sorted(low + share * (high - low) for share in (one, other))
    rising = part.points[-1][1] > part.points[0][1]
    base = GOOD | {"reverb_c50_db": c50_db, "audible_snr_db": snr_db}
    first, second = (CLONE.grade(base | {part.metric: value}).score for value in at)
    assert first <= second if rising else first >= second


@pytest.mark.parametrize(
    ("speech_s", "status", "code"),
    [
        (4.99, Status.REJECTED, "short"),
        (5.0, Status.REVIEW, "short"),
        (14.99, Status.REVIEW, "short"),
        (15.0, Status.ACCEPTED, "short"),
        (30.0, Status.ACCEPTED, None),
        (180.0, Status.ACCEPTED, None),
        (181.0, Status.ACCEPTED, "long"),
    ],
)
def test_the_limits_of_duration_are_the_services(speech_s, status, code):
    judged = grade(speech_s=speech_s)
    assert judged.status is status
    assert [finding.code for finding in judged.findings] == ([code] if code else [])
    assert judged.score == 100.0  # what it sounds like; the points of the part tell how long it is
    assert (judged.parts["duration"] == 100.0) == (speech_s >= 30.0)


def test_what_was_not_measured_is_never_accepted():
    for part in CLONE.parts:
        if part.weight >= 1.0:
            assert CLONE.grade(GOOD | {part.metric: None}).status is not Status.ACCEPTED
            assert CLONE.grade({k: v for k, v in GOOD.items() if k != part.metric}).status is not Status.ACCEPTED


def test_silence_has_one_finding_not_many():
    judged = CLONE.grade(dict.fromkeys(GOOD, None) | {"speech_s": 0.0})
    assert [finding.code for finding in judged.findings] == ["no_speech"]
    assert judged.status is Status.REJECTED


def test_findings_come_heaviest_first_with_their_places_and_a_remedy():
    judged = CLONE.grade(
        GOOD | {"audible_snr_db": 31.0, "clipped_power_ratio": 0.5},
        {"clipped_power_ratio": [(14.02, 14.03), (20.0, 20.1)]},
    )
    assert [finding.severity for finding in judged.findings] == [Severity.REJECT, Severity.NOTE]
    assert judged.findings[0].message == "Clipped in 2 places, first at 0:14.02."
    assert judged.findings[0].remedy == "Record again with the input 6 dB lower: restoring helps, but not as much."
    assert judged.findings[0].at_s == ((14.02, 14.03), (20.0, 20.1))


def test_repair_is_credited_only_as_far_as_it_can_help():
    before, after = (
        GOOD | {"audible_snr_db": 15.0, "clipped_power_ratio": 0.1, "reverb_c50_db": 15.0},
        GOOD | {"audible_snr_db": 30.0},
    )
    had, has, repaired = CLONE.grade(before), CLONE.grade(after), CLONE.grade_repaired(before, after)
    assert repaired.parts["reverb"] == had.parts["reverb"]
    for name in ("clipping", "snr"):
        assert had.parts[name] < repaired.parts[name] < has.parts[name]


def test_what_came_before_an_estimate_is_heard_in_full():
    """A hum taken out lifts the SNR to 30 dB, denoising then to 40: the first counts whole, the second in part."""
    before, heard, after = (GOOD | {"audible_snr_db": value} for value in (15.0, 30.0, 40.0))
    partly = CLONE.grade_repaired(before, after, heard=heard).parts["snr"]
    assert CLONE.grade(heard).parts["snr"] < partly < CLONE.grade(after).parts["snr"]
    assert partly > CLONE.grade_repaired(before, after).parts["snr"]


def test_damage_by_repair_counts_in_full():
    worse = GOOD | {"audible_snr_db": 12.0}
    assert CLONE.grade_repaired(GOOD, worse).parts["snr"] == CLONE.grade(worse).parts["snr"]


def test_zero_is_a_limit_and_absence_is_none():
    part = Part("clip", "clipped_ratio", above={Severity.REVIEW: 0.0}, above_code="clipping")
    assert part.find(1e-9, ()).severity is Severity.REVIEW
    assert part.find(0.0, ()) is None
    assert Part("free", "clipped_ratio").find(1.0, ()) is None


def test_one_bad_part_is_not_hidden_by_good_ones():
    parts = tuple(Part(name, name, 1.0, ((0.0, 0.0), (1.0, 100.0))) for name in "abcd")
    rubric = Rubric(parts, 70.0, 30.0)
    assert rubric.grade({"speech_s": 1.0, "a": 0.0, "b": 1.0, "c": 1.0, "d": 1.0}).score == 0.0
    assert rubric.grade({"speech_s": 1.0, "a": 0.5, "b": 0.5, "c": 1.0, "d": 1.0}).score == pytest.approx(25.0, abs=0.1)
