import pytest

from pipeline.calibration import calibrate
from pipeline.profile import load_profile
from pipeline.records import Record, Status

RUBRIC = load_profile("clone").rubric
GOOD = {
    "speech_s": 42.0, "speech_ratio": 0.85, "audible_snr_db": 42.0, "reverb_c50_db": 28.0, "clipped_power_ratio": 0.0,
    "dropouts_per_min": 0.0, "clicks_per_min": 0.0, "emptied_ratio": 0.0, "image_ratio": 0.0, "bandwidth_hz": 15_000.0,
}  # fmt: skip


def record(name, **values):
    return Record(path=name, status=Status.ACCEPTED, before=GOOD | values)


def takes(*snr_db):
    return [record(f"take{index}.wav", audible_snr_db=value) for index, value in enumerate(snr_db)]


def test_percentiles_by_known_numbers():
    found = {each.metric: each for each in calibrate(takes(30, 31, 32, 33, 34), RUBRIC, 0.8).spreads}
    assert found["audible_snr_db"].percentiles == pytest.approx((30.2, 31, 32, 33, 33.8))
    assert found["audible_snr_db"].count == 5
    assert found["speech_s"].percentiles == (42.0,) * 5


def test_outliers_are_named_the_farthest_first():
    some = takes(30, 31, 32, 33, 34, 32, 31.5, 50, 10)
    outliers = {each.metric: each.outliers for each in calibrate(some, RUBRIC, 0.8).spreads}["audible_snr_db"]
    assert [(each.path, each.value) for each in outliers] == [("take8.wav", 10), ("take7.wav", 50)]
    assert {each.metric: each.outliers for each in calibrate(some, RUBRIC, 0.8).spreads}["speech_s"] == ()


@pytest.mark.parametrize("wanted", [0.2, 0.5, 0.8, 1.0])
def test_the_proposed_score_accepts_the_share_and_one_more_does_not(wanted):
    some = takes(*range(27, 47))
    found = calibrate(some, RUBRIC, wanted).proposal
    scores = [RUBRIC.grade(each.before).score for each in some]
    assert sum(score >= found.min_score for score in scores) == found.accepted >= wanted * len(some)
    assert wanted == 1.0 or sum(score >= found.min_score + 1 for score in scores) < wanted * len(some) + 1


def test_what_limits_keep_out_no_score_lets_in():
    some = [*takes(40, 41, 42), record("short.wav", speech_s=4.0), record("hall.wav", reverb_c50_db=6.0)]
    found = calibrate(some, RUBRIC, 0.8).proposal
    assert (found.min_score, found.eligible, found.total) == (None, 3, 5)
    assert dict(found.kept_out) == {"short": 1, "echo": 1}
    assert calibrate(some, RUBRIC, 0.6).proposal.accepted == 3


def test_recordings_that_failed_and_metrics_that_nobody_has_are_left_out():
    failed = Record(path="no.wav", status=Status.FAILED)
    found = calibrate([*takes(40), failed], RUBRIC, 0.5)
    assert found.proposal.total == 1
    found = calibrate([record("a.wav", hum_db=None)], RUBRIC, 0.5)
    assert "hum_db" not in {each.metric for each in found.spreads}
    assert calibrate([], RUBRIC, 0.5).to_dict() == {
        "metrics": {},
        "proposal": {
            "wanted_ratio": 0.5, "min_score": None, "accepted": 0, "eligible": 0, "total": 0, "kept_out": (),
        },
    }  # fmt: skip
